from . import trade_receivable
from . import trade_settlement
