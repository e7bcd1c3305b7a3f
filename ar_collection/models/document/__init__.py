from . import collection_document
from . import ir_actions_report
