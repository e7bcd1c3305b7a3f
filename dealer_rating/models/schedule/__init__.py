from . import rating_department
from . import rating_reminder
from . import rating_score
from . import res_company
from . import res_config_settings
from . import trade_day_ahead
from . import trade_job_figure
