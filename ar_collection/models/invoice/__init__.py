from . import collection_stage
from . import collection_run
from . import collection_item
from . import collection_case
from . import account_move
from . import account_invoice_report
from . import res_partner
