from . import collection_item
from . import collection_item_age
from . import collection_item_sync
