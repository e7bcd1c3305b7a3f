from .job import test_job
from . import test_guards
from . import test_holiday
from . import test_open_item
from . import test_security
from . import test_sentences
from . import test_sheet_reader
