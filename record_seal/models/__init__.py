from . import record_seal_mixin
from . import mail_message
from . import mail_thread
from . import mail_tracking_value
from . import ir_attachment
from . import mail_mail
from . import mail_activity
