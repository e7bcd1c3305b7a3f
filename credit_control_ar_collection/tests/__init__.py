from . import test_opening
from . import test_promise
from . import test_queries
from . import test_resuming
from . import test_rules
from . import test_security
from . import test_supply
from . import test_views
