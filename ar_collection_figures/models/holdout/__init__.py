from . import collection_holdout
