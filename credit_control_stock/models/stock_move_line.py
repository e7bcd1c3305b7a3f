from odoo import api, models

WRITTEN = {
    "quantity",
    "product_uom_id",
    "location_id",
    "location_dest_id",
    "owner_id",
    "move_id",
}
# Changed, all of a line that is done is decided on again
ANEW = ("location_id", "owner_id", "move_id")


class StockMoveLine(models.Model):
    """Goods are also sent by correcting a transfer that is done."""

    _inherit = "stock.move.line"

    @api.model_create_multi
    def create(self, vals_list):
        known = [vals for vals in vals_list if vals.get("move_id")]
        moves = self.env["stock.move"].sudo()
        moves._credit_pass_going(
            [
                move._credit_going(self._credit_counted(move.product_id, vals))
                for vals in known
                if (move := moves.browse(vals["move_id"]))._credit_is_corrected()
            ]
        )
        lines = super().create(vals_list)
        # Added to a transfer that is done: the move is made with the line
        added = lines.sudo().filtered(
            lambda line: (
                line.move_id._credit_is_corrected()
                and not any(vals["move_id"] == line.move_id.id for vals in known)
            )
        )
        moves._credit_pass_going(
            [
                line.move_id._credit_going(line.quantity_product_uom)
                for line in added
                if line.quantity_product_uom > 0
            ]
        )
        return lines

    def write(self, vals):
        if vals.keys() & WRITTEN:
            self.env["stock.move"].sudo()._credit_pass_going(
                self.sudo()._credit_more_going(vals)
            )
        return super().write(vals)

    def _credit_more_going(self, vals):
        """Return how much more goes to customers with done moves once it is written.

        :return: list of Going
        """
        place = self.env["stock.location"].browse(vals.get("location_dest_id") or [])
        source = place.browse(vals.get("location_id") or [])
        going = []
        for move, lines in self.grouped("move_id").items():
            move = move.browse(vals.get("move_id") or move.id)
            if not move._credit_is_corrected(place, source):
                continue
            more = 0.0
            for line in lines:
                if (place or line.location_dest_id)._is_outgoing():
                    more += self._credit_counted(line.product_id, vals, line)
                if line.location_dest_id._is_outgoing() and not line._credit_anew(vals):
                    more -= line.quantity_product_uom
            if move.product_id.uom_id.compare(more, 0) > 0:
                going.append(move._credit_going(more))
        return going

    def _credit_anew(self, vals):
        return any(
            name in vals and (vals[name] or False) != self[name].id for name in ANEW
        )

    @api.model
    def _credit_counted(self, product, vals, line=None):
        """:return: the quantity of a line as it is written, in the product's unit"""
        unit = line.product_uom_id if line else product.uom_id
        if vals.get("product_uom_id"):
            unit = unit.browse(vals["product_uom_id"])
        quantity = vals.get("quantity", line.quantity if line else 0.0)
        return unit._compute_quantity(
            quantity or 0.0, product.uom_id, rounding_method="HALF-UP"
        )
