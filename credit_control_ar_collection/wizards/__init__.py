from . import credit_decision_promise
from . import credit_ledger_import
