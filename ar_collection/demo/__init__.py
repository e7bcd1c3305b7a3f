from . import collection_demo
from . import collection_demo_assessment
