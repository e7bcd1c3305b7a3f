from . import company
from . import receivable
