from odoo import models


class MailMessage(models.Model):
    """STUB"""

    _inherit = "mail.message"
