from . import trade_sheet_problem
from . import trade_sheet_import
from . import base_partner_merge
from . import base_module_uninstall
