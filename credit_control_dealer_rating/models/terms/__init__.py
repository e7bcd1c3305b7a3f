from . import dealer_grade
from . import credit_service_level
from . import credit_grade_terms
from . import credit_policy
from . import credit_terms_change
from . import res_partner
from . import res_company
