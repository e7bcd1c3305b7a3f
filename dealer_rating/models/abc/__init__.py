from . import rating_abc
from . import rating_abc_line
from . import rating_abc_service
from . import ir_default
from . import mail_activity_type
from . import rating_dealer
from . import res_partner
