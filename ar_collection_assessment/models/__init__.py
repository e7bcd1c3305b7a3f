from . import company
from . import benchmark
from . import objection
from . import assessment
