from . import credit_policy
from . import credit_rule
from . import res_company
from . import res_config_settings
