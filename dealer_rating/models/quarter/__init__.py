from . import dealer_grade
from . import dealer_grading
from . import dealer_quarter
from . import dealer_quarter_confirmation
from . import rating_report
from . import rating_dealer
