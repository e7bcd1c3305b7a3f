from . import rating_department
from . import rating_indicator
from . import rating_score
from . import rating_scorecard
from . import rating_scorecard_template
from . import rating_step
