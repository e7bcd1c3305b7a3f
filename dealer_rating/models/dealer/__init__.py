from . import rating_dealer
from . import rating_face
from . import res_config_settings
from . import res_partner
