from . import rating_measure
from . import rating_measure_ledger
from . import rating_measure_limit
from . import rating_measure_payment
from . import rating_measure_sales
from . import rating_target
from . import rating_scorecard_measuring
from . import rating_template_measuring
