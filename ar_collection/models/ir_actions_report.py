from odoo import models


class IrActionsReport(models.Model):
    """STUB"""

    _inherit = "ir.actions.report"
