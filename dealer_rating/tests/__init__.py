from . import test_abc
from . import test_abc_service
from . import test_demo
from . import test_measure
from . import test_measure_payment
from . import test_measure_sales
from . import test_measure_telling
from . import test_screening
