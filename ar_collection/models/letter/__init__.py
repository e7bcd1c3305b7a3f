from . import collection_letter
from . import collection_letter_line
from . import collection_letter_series
from . import collection_letter_building
from . import collection_letter_content
from . import collection_letter_rendering
from . import collection_letter_serving
from . import ir_actions_report
