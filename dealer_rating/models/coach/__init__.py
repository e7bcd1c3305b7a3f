from . import rating_coach
from . import rating_coach_measured
from . import rating_coach_words
from . import rating_face_coach
