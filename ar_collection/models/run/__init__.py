from . import collection_action
from . import collection_preview
from . import collection_run
from . import trade_job_figure
