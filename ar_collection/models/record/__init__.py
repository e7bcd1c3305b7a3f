from . import collection_timeline
from . import collection_case
from . import ir_actions_report
