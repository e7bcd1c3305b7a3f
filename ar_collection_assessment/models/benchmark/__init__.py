from . import collection_benchmark
from . import collection_benchmark_band
from . import collection_procedure
