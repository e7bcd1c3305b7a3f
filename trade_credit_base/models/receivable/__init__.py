from . import account_move
from . import account_move_line
from . import account_partial_reconcile
from . import trade_match
from . import trade_open_item
from . import trade_receivable
from . import trade_receivable_allocation
from . import trade_settlement
