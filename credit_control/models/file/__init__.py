from . import credit_file
from . import credit_file_core_limit
from . import credit_file_standing
from . import credit_limit
from . import credit_limit_granting
from . import res_partner
