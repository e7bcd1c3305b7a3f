from . import collection_run
from . import collection_run_planning
from . import collection_preview
