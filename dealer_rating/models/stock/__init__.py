from . import rating_stock_report
from . import rating_coach
from . import rating_dealer
from . import rating_measure
from . import res_company
