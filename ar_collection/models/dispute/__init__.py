from . import collection_dispute
from . import trade_receivable
