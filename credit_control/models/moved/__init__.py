from . import account_move
from . import account_move_line
from . import account_payment
from . import credit_file
from . import res_partner
from . import sale_order
