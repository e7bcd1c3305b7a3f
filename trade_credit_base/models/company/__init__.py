from . import trade_owned
from . import trade_rooted
from . import trade_holiday
from . import res_company
