from . import trade_receivable
