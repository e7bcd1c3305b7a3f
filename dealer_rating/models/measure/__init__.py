from . import rating_measure
from . import rating_target
from . import rating_measure_limit
from . import rating_measure_payment
from . import rating_measure_sales
from . import rating_scorecard
from . import rating_scorecard_template
