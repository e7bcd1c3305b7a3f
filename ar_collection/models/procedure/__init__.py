from . import collection_procedure
from . import collection_procedure_setting_up
from . import collection_stage
from . import collection_stage_effect
from . import collection_stage_letter
from . import collection_holiday
