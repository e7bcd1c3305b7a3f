from odoo import api, models
from odoo.exceptions import UserError


class MailActivity(models.Model):
    """Activities of sealed records: done ones stay, cancelled ones leave a trace."""

    _inherit = "mail.activity"

    def write(self, vals):
        """Refuse to change what was done, superuser or not."""
        done = self._record_sealed().filtered(lambda each: not each.active)
        now = self.env.cr.now()
        if any(activity.write_date < now for activity in done):
            raise UserError(
                self.env._(
                    "What was done is on record and stays. Schedule another activity."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_done(self):
        if not all(self._record_sealed().mapped("active")):
            raise UserError(self.env._("What was done is on record and stays."))

    def unlink(self):
        """Say on the record what was given up."""
        for model, activities in self._record_sealed().grouped("res_model").items():
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

    def _record_sealed(self):
        """:return: the activities of sealed records, with all rights to read them"""
        return self.env["record.seal.mixin"]._sealed_of(self, "res_model")
