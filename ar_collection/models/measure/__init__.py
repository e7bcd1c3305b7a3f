from . import collection_measure
from . import collection_item
from . import collection_measure_authority
from . import account_move
from . import collection_case
from . import collection_effect
from . import collection_measure_write_off
from . import res_company
