from . import collection_case_record
from . import collection_case_entries
from . import collection_case_export
from . import collection_counsel_printing
from . import collection_timeline
from . import collection_timeline_sources
