from . import collection_record
from . import res_company
from . import res_config_settings
