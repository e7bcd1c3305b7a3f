from . import res_company
from . import res_company_counsel
from . import res_config_settings
from . import res_config_settings_counsel
