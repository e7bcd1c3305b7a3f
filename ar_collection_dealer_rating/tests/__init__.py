from . import test_lowering
from . import test_priority
from . import test_promises_kept
from . import test_security
from . import test_report
