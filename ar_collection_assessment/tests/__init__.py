from . import test_owned
from .assessment import test_assessment
from .assessment import test_assessment_states
from .assessment import test_handover
from .assessment import test_setting_up
