from . import credit_rule
from . import credit_checkpoint
from . import credit_wording
