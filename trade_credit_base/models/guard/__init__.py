from . import base
from . import ir_default
from . import ir_http
from . import ir_model_data
from . import ir_rule
from . import res_partner
from . import trade_record
