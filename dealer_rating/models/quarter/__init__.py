from . import dealer_grade
from . import dealer_grading
from . import dealer_quarter
from . import dealer_quarter_grading
from . import dealer_quarter_ranking
from . import dealer_quarter_confirming
from . import dealer_quarter_telling
