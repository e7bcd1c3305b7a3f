from . import credit_decision
from . import credit_checkpoint
from . import account_move
from . import account_move_post
from . import account_move_line
from . import validate_account_move
