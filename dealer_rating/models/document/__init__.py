from . import rating_dealer
from . import rating_document
from . import rating_columns
from . import sale_order
from . import sale_report
from . import account_move
from . import account_invoice_report
