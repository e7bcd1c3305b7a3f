from . import collection_statement
from . import collection_statement_line
from . import collection_statement_building
from . import collection_statement_sending
