from odoo import models

DECIDED = ("end_relationship", "legal_action")  # a letter that says so waits for them


class CollectionAction(models.Model):
    """A step that announces measures waits until somebody decided on them."""

    _inherit = "collection.action"

    def _after_effects(self):
        undone = self.effect_ids.filtered(lambda each: each.state == "todo")
        waiting = undone.action_id & self
        waiting.write({"state": "waiting", "failure": False})
        return super(CollectionAction, self - waiting)._after_effects()

    def _stands(self):
        """Return where the measures stand on which the letters of these actions hang.

        :return: {action: ``proposed``; ``approved`` if one is in force; else ``none``};
            actions whose letters hang on none are left out
        """
        hanging = self.filtered("case_id").filtered(
            lambda each: "measures" in each.stage_id.effect_ids.mapped("code")
        )
        groups = (
            self.env["collection.measure"]
            .sudo()
            ._read_group(
                [
                    ("case_id", "in", hanging.case_id.ids),
                    ("kind", "in", DECIDED),
                    ("state", "in", ("proposed", "approved", "done")),
                    ("ended_on", "=", False),
                ],
                ["case_id"],
                ["state:array_agg"],
            )
        )
        states = {case.id: set(found) for case, found in groups}
        return {
            action: "proposed"
            if "proposed" in (found := states.get(action.case_id.id, set()))
            else "approved"
            if found
            else "none"
            for action in hanging
        }

    def _go_on(self):
        """Have these go on that waited for a decision, as soon as the job runs."""
        waiting = self.filtered(lambda each: each.state == "waiting")
        waiting.write({"state": "planned"})
        if waiting:
            self.env.ref("ar_collection.collection_cron").sudo()._trigger()
