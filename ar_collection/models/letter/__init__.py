from . import collection_letter
from . import collection_letter_line
from . import collection_letter_series
from . import collection_letter_service
