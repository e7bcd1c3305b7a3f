from . import company
from . import ageing
from . import figure
from . import provision
from . import holdout
