from . import test_priority
from . import test_promises_kept
from . import test_security
