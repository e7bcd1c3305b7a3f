from . import policy
from . import file
from . import exposure
from . import decision
from . import order
from . import document
from . import moved
from . import overview
