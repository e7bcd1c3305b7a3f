from . import trade_approval_tier
from . import trade_approval_mixin
