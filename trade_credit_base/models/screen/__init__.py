from . import base
from . import ir_module_module
from . import trade_card
