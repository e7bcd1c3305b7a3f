from . import test_owned
from .ageing import test_ageing
from .ageing import test_ageing_graph
from .figure import test_figure
from .holdout import test_holdout
from .provision import test_provision
