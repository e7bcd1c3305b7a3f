from . import rating_waive
from . import rating_correct
from . import rating_downgrade
from . import rating_proposal
