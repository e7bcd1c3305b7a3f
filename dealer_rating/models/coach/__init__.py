from . import rating_coach
from . import rating_face
