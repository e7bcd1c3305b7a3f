from . import collection_case
from . import collection_reason
from . import account_move
from . import res_partner
