from . import collection_handover
from . import collection_handover_line
