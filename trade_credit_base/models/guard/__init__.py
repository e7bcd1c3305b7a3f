from . import ir_default
