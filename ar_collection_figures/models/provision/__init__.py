from . import collection_provision
from . import collection_provision_line
