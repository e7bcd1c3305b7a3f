from . import collection_figure
from . import collection_run
from . import trade_job_figure
