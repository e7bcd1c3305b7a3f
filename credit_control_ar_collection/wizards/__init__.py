from . import credit_decision_promise
