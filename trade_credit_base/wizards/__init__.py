from . import trade_sheet_problem
from . import trade_sheet_import
from . import base_partner_merge
