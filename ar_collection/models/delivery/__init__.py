from . import collection_delivery
from . import collection_action
from . import collection_delivery_queue
from . import collection_delivery_sms
from . import collection_effect
from . import collection_letter
from . import mail_mail
from . import mail_thread
