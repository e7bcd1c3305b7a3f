from . import collection_action
from . import collection_action_line
from . import collection_action_documents
from . import collection_action_talk
from . import collection_effect
from . import collection_action_performing
from . import collection_case_talking
