from . import credit_checkpoint
from . import credit_decision
from . import credit_wording
from . import credit_decision_ask
from . import credit_decision_check
from . import credit_decision_release
from . import credit_decision_step
from . import trade_job_figure
