from . import collection_procedure
from . import collection_stage
from . import collection_run
from . import res_company
