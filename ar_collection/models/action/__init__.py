from . import collection_action
from . import collection_action_line
from . import collection_effect
from . import collection_case
