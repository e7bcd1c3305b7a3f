from . import dealer_grade
from . import dealer_grading
from . import rating_dealer
from . import res_company
from . import res_config_settings
from . import res_partner
from . import sale_order
