from . import collection_case
from . import collection_case_buttons
from . import collection_reason
from . import res_partner
from . import res_partner_case
from . import account_move
