from . import rating_coach
from . import rating_coach_wording
from . import rating_face
