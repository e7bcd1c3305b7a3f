from . import collection_statement
from . import collection_statement_line
from . import ir_actions_report
from . import collection_statement_document
