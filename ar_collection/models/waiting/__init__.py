from . import account_partial_reconcile
from . import collection_case
from . import collection_effect
from . import collection_handover
from . import collection_item
from . import collection_run
from . import collection_statement
from . import res_company
