from odoo import fields, models

from .collection_measure import KINDS

MANAGER = "ar_collection.collection_group_manager"


class CollectionMeasureAuthority(models.Model):
    """Who may decide on protective measures up to an amount."""

    _name = "collection.measure.authority"
    _description = "Authority for Measures"
    _inherit = ["trade.approval.tier"]
    _order = "company_id, kind, is_unlimited, amount_to, id"
    _rec_name = "kind"

    kind = fields.Selection(KINDS, required=True)


class CollectionMeasure(models.Model):
    """Who decides on a measure: never who proposed it."""

    _inherit = "collection.measure"

    def _tiers(self):
        self.ensure_one()
        domain = [("company_id", "=", self.company_id.id), ("kind", "=", self.kind)]
        return self.env["collection.measure.authority"].sudo().search(domain)

    def _decides_without_tiers(self):
        return self.env.user.has_group(MANAGER)
