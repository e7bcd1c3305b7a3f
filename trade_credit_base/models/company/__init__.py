from . import trade_owned
from . import res_company
