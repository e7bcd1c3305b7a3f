from . import collection_dispute
from . import collection_dispute_deciding
