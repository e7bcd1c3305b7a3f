from . import test_figure
from . import test_run
from . import test_security
from . import test_views
