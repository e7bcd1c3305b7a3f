from . import credit_told
from . import credit_file
from . import credit_decision
from . import sale_order
from . import sale_report
from . import account_move
from . import res_partner
