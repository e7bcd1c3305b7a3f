from . import company
from . import guard
from . import approval
from . import receivable
from . import shown
from . import job
