from . import collection_objection
