from . import test_gate
from . import test_mark
from . import test_queries
from . import test_race
from . import test_rights
from . import test_roads
from . import test_scope
from . import test_views
