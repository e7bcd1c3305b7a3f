from . import credit_exposure
from . import credit_exposure_alone
from . import credit_exposure_draft
from . import credit_exposure_order
