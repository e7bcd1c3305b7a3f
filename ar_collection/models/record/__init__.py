from . import collection_timeline
from . import collection_case
