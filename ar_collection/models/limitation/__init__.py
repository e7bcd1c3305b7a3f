from . import collection_item
