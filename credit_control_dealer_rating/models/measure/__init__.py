from . import rating_measure
from . import rating_score
