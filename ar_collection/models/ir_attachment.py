from odoo import models


class IrAttachment(models.Model):
    """STUB"""

    _inherit = "ir.attachment"
