from . import collection_dispute_raise
from . import collection_dispute_resolve
from . import collection_handover_make
from . import collection_letter_service
from . import collection_measure_propose
from . import collection_promise_make
from . import collection_statement_make
from . import collection_talk
