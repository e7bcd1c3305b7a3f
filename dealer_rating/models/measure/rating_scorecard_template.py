from odoo import api, models
from odoo.fields import Command


class RatingScorecardTemplate(models.Model):
    """Switch of indicators from entered to measured, and back.

    For addons that bring a measure, or take theirs away: see :meth:`_let_measure` and
    :meth:`_stop_measuring`.
    """

    _inherit = "rating.scorecard.template"

    @api.model
    def _let_measure(self, shipped, values):
        """Let a shipped indicator be measured from the next cards on.

        Later versions of its template are found, copies that somebody made are not.
        What somebody changed into something else than an entered indicator stays. A
        template with cards gets a new version that takes over from it.

        :param shipped: the ``rating.indicator``, none if somebody deleted it
        :param dict values: how it is measured; steps as commands
        :return: the templates that measure it now
        """
        code = shipped.code
        return self._change_indicators(
            shipped.template_id._with_successors(),
            lambda line: line.code == code and line.method == "entered",
            {"method": "measured", "nothing": "open", **values},
        )

    @api.model
    def _stop_measuring(self, measure):
        """Let what is measured by ``measure`` be entered from the next cards on.

        :return: the templates that changed
        """
        lines = self.env["rating.indicator"].search([("measure", "=", measure)])
        return self._change_indicators(
            lines.template_id,
            lambda line: line.method == "measured" and line.measure == measure,
            {"method": "entered", "measure": False, "step_ids": [Command.clear()]},
        )

    def _with_successors(self):
        found = self
        while newer := self.search(
            [("previous_id", "in", found.ids), ("id", "not in", found.ids)]
        ):
            found |= newer
        return found

    @api.model
    def _change_indicators(self, templates, chosen, values):
        """Change some indicators of what is in use or drafted; cards keep theirs."""
        changed = self.browse()
        templates.invalidate_recordset(["is_used"])  # cards depend on no field of it
        for template in templates.filtered(lambda each: each.state != "retired"):
            if not template.indicator_ids.filtered(chosen):
                continue
            is_used = template.is_used
            if is_used:
                if template.state != "active":
                    continue
                template = self.browse(template.action_new_version()["res_id"])
            template.indicator_ids.filtered(chosen).write(values)
            if is_used:
                template.action_activate()
            changed |= template
        return changed
