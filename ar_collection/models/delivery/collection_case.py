from odoo import api, fields, models


class CollectionCase(models.Model):
    """What went out to the customer of a case."""

    _inherit = "collection.case"

    delivery_ids = fields.One2many("collection.delivery", "case_id", "Deliveries")
    delivery_count = fields.Integer("Delivered", compute="_compute_delivery_count")

    @api.depends("delivery_ids")
    def _compute_delivery_count(self):
        counts = dict(
            self.env["collection.delivery"]._read_group(
                [("case_id", "in", self.ids)], ["case_id"], ["__count"]
            )
        )
        for case in self:
            case.delivery_count = counts.get(case, 0)
