from odoo import fields, models


class CollectionAction(models.Model):
    """What was said to a customer: a call, a visit, or a note about one."""

    _inherit = "collection.action"

    contact_id = fields.Many2one("res.partner", help="Whom it was said to.")
    reason_id = fields.Many2one(
        "collection.reason", help="Why the customer is late, as he said.", index=True
    )
    note = fields.Text()
