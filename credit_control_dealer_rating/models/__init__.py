from . import terms
from . import checkpoint
from . import proposal
from . import deposit
from . import measure
from . import document
