from . import rating_waive
from . import rating_correct
from . import rating_downgrade
from . import rating_proposal
from . import rating_score_sheet
from . import rating_score_export
from . import rating_score_import
from . import rating_score_import_line
