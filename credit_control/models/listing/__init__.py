from . import credit_listing
from . import credit_file
from . import credit_wording
from . import res_company
from . import res_partner
from . import trade_day_ahead
