from . import credit_request
