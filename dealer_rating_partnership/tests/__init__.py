from . import test_level
