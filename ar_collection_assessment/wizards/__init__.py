from . import collection_assessment_open
