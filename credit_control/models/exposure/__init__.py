from . import credit_exposure
from . import credit_exposure_alone
from . import credit_exposure_beside
from . import credit_exposure_draft
from . import credit_exposure_order
from . import res_company
from . import trade_beside
