from . import rating_validation
from . import rating_validation_band
from . import rating_validation_case
from . import rating_validation_grade
from . import rating_validation_move
from . import rating_validation_shift
from . import rating_validation_outcome
