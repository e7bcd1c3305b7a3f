from . import ir_cron
from . import trade_job
from . import trade_job_watch
from . import trade_job_run
from . import trade_job_figure
from . import trade_job_failure
from . import trade_day_ahead
