from . import collection_case
from . import dealer_grade
from . import rating_measure
