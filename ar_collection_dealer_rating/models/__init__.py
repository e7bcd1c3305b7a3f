from . import collection_case
from . import collection_effect
from . import dealer_grade
from . import rating_measure
