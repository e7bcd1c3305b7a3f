from . import base_partner_merge
from . import credit_release
from . import credit_request
from . import credit_grant
from . import credit_ledger_problem
from . import credit_ledger_import
from . import credit_ledger_booking
from . import mail_compose_message
