from odoo import api, models
from odoo.exceptions import UserError


class MailActivity(models.Model):
    """Activities of a case: done ones stay, cancelled ones leave a trace."""

    _inherit = "mail.activity"

    def write(self, vals):
        """Refuse to change what was done, superuser or not."""
        done = self._collection_on_record().filtered(lambda each: not each.active)
        now = self.env.cr.now()
        if any(activity.write_date < now for activity in done):
            raise UserError(
                self.env._(
                    "What was done on a collection case stays on its record. Schedule "
                    "another activity."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_done(self):
        if not all(self._collection_on_record().mapped("active")):
            raise UserError(
                self.env._("What was done on a collection case stays on its record.")
            )

    def unlink(self):
        """Say on the case what was given up."""
        for model, activities in (
            self._collection_on_record().grouped("res_model").items()
        ):
            bodies = {}
            for activity in activities.filtered("active"):
                what = activity.summary or activity.activity_type_id.name
                bodies.setdefault(activity.res_id, []).append(what or "")
            records = self.env[model].sudo().browse(bodies)
            records._message_log_batch(
                bodies={
                    key: self.env._(
                        "To do no more: %(activities)s", activities=", ".join(what)
                    )
                    for key, what in bodies.items()
                }
            )
        return super().unlink()

    def _collection_on_record(self):
        """:return: those of cases and what belongs to them, with all rights"""
        sealed = self.env["ir.attachment"]._collection_sealed_models()
        return self.sudo().filtered(
            lambda each: each.res_model in sealed and each.res_id
        )
