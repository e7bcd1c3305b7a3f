from . import rating_trial
from . import rating_trial_indicator
from . import rating_trial_line
from . import rating_scorecard_template
