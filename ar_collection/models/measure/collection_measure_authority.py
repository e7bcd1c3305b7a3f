from odoo import fields, models

from .collection_measure import KINDS


class CollectionMeasureAuthority(models.Model):
    """Authority to decide on protective measures up to an amount."""

    _name = "collection.measure.authority"
    _description = "Authority for Measures"
    _inherit = ["trade.approval.tier", "trade.card"]
    _order = "company_id, kind, is_unlimited, amount_to, id"
    _rec_name = "kind"

    kind = fields.Selection(KINDS, required=True)
    # Named here too: Odoo lets the addon that names a table of links remove it
    user_ids = fields.Many2many()
