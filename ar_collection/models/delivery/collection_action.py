from odoo import api, fields, models

from odoo.addons.trade_credit_base.lookups import count_lines

from .collection_delivery import PENDING


class CollectionAction(models.Model):
    """An action is done when all of its deliveries went out, or came back."""

    _inherit = "collection.action"

    letter_ids = fields.One2many("collection.letter", "action_id", "Letters")
    delivery_ids = fields.One2many("collection.delivery", "action_id", "Deliveries")
    delivery_count = fields.Integer(compute="_compute_delivery_count")

    @api.depends("delivery_ids")
    def _compute_delivery_count(self):
        count_lines(self, "delivery_count", "delivery_ids")

    def _after_effects(self):
        waiting = self._undelivered()
        waiting.write({"state": "sending", "failure": False})
        return super(CollectionAction, self - waiting)._after_effects()

    def _undelivered(self):
        """:return: those of which something is still to go out"""
        pending = [("state", "in", PENDING)]
        waiting = [("id", "in", self.ids), ("delivery_ids", "any", pending)]
        return self.search(waiting) & self

    def _close_delivered(self):
        """Close what is being sent once nothing is left to go out, with its runs."""
        actions = self.filtered(lambda each: each.state == "sending")
        actions -= actions._undelivered()
        went = [("state", "!=", "settled")]
        done = actions.search(
            [("id", "in", actions.ids), ("delivery_ids", "any", went)]
        )
        done.write({"state": "done"})
        (actions - done)._settle_undelivered()
        actions.run_id._finish()

    def _settle_undelivered(self):
        """Nothing of these went out: their steps were not taken."""
        self.write({"state": "settled"})
        due = self.line_ids.filtered(lambda line: line.state == "due")
        due._set_state("dropped")
        due._mark_again()

    def _reopen_undelivered(self):
        """Mark actions as being sent again, so that no step overtakes them."""
        done = self.filtered(lambda each: each.state in ("done", "settled"))
        again = done._undelivered()
        again.write({"state": "sending"})
        dropped = again.line_ids.filtered(lambda line: line.state == "dropped")
        dropped._set_state("due")
        dropped._mark_again()
