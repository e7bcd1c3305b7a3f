from . import rating_screening
from . import rating_screening_candidate
from . import rating_screening_criterion
from . import rating_screening_score
