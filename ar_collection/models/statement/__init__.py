from . import collection_statement
from . import collection_statement_line
