from . import collection_measure
from . import collection_measure_authority
from . import collection_measure_opening
from . import collection_measure_proposing
from . import collection_measure_writing_off
