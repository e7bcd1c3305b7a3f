from . import collection_promise
from . import collection_promise_judging
from . import collection_item_pausing
from . import collection_case_promising
