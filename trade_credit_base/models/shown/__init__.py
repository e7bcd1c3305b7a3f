from . import trade_shown
