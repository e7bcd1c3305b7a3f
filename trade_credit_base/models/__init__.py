from . import company
from . import guard
from . import receivable
