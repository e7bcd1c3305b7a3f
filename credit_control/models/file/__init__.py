from . import credit_file
from . import credit_limit
from . import credit_file_standing
from . import res_partner
from . import trade_day_ahead
