from . import ir_default
from . import trade_record
