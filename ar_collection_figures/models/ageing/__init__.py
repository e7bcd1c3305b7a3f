from . import collection_ageing
from . import collection_ageing_bound
from . import collection_ageing_bucket
from . import collection_ageing_roll
from . import collection_receivable
