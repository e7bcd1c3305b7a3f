from . import credit_limit_proposal
from . import credit_limit_proposal_calculation
from . import credit_file
from . import dealer_quarter
from . import rating_dealer
from . import trade_job_figure
