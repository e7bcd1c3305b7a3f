from . import rating_dealer
from . import rating_dealer_face
from . import rating_face
from . import rating_face_chart
from . import res_company
from . import res_config_settings
from . import res_partner
from . import res_partner_face
