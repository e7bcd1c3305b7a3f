from . import test_owned
from .ageing import test_ageing
from .figure import test_figure
from .holdout import test_holdout
from .provision import test_provision
