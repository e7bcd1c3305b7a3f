from . import collection_assessment
from . import collection_assessment_base
from . import collection_assessment_item
from . import collection_assessment_line
from . import collection_handover
from . import trade_job_figure
