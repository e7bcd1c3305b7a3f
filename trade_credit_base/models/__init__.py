from . import screen
from . import company
from . import guard
from . import waiting
from . import approval
from . import receivable
from . import shown
from . import job
