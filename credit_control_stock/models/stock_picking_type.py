from odoo import fields, models


class StockPickingType(models.Model):
    _inherit = "stock.picking.type"

    credit_count = fields.Integer(
        "Credit Holds", compute="_compute_credit_count", groups="base.group_user"
    )

    def _compute_credit_count(self):
        held = [("picking_type_id", "in", self.ids), ("credit_hold", "=", True)]
        counts = self.env["stock.picking"]._read_group(
            held, ["picking_type_id"], ["__count"]
        )
        of = {kind.id: count for kind, count in counts}
        for kind in self:
            kind.credit_count = of.get(kind._origin.id, 0)

    def get_action_picking_tree_credit_held(self):
        """Open the transfers that credit holds."""
        return self._get_action("credit_control_stock.stock_picking_action_credit_held")
