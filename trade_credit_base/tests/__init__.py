from . import test_guards
from . import test_holiday
from . import test_security
