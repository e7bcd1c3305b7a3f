from . import rating_stock_report
from . import rating_coach_stock
from . import rating_dealer_stock
from . import rating_measure_stock
from . import res_company_stock
