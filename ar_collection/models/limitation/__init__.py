from . import collection_limitation
from . import collection_limitation_alarm
