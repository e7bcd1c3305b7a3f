from . import collection_figure
from . import collection_run
