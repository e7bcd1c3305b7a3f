from odoo import api, fields, models

from ...groups import COLLECTOR, require


class CollectionAction(models.Model):
    """A customer whom somebody takes out of one run, with the reason."""

    _inherit = "collection.action"

    is_still_left_out = fields.Boolean(compute="_compute_is_still_left_out")

    @api.depends("kind", "state", "date")
    def _compute_is_still_left_out(self):
        still = self._still_left_out()
        for action in self:
            action.is_still_left_out = action in still

    def action_take_back(self):
        """Let the run contact customers after all whom somebody left out of it.

        :raises AccessError: if the user is no collector
        """
        why = self.env._("Only collectors decide who is left out of a run.")
        require(self.env, COLLECTOR, why)
        self.check_access("read")
        self.sudo()._still_left_out().write({"state": "settled"})
        return True

    def _still_left_out(self):
        """:return: those of a run that is still to come"""
        return self.filtered(
            lambda each: (
                each.kind == "left_out"
                and each.state == "done"
                and each.date >= each.company_id._trade_day()
            )
        )
