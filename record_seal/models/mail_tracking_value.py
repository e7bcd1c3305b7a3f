from odoo import api, models
from odoo.exceptions import UserError


class MailTrackingValue(models.Model):
    """Tracked changes of sealed records: nobody alters or invents one."""

    _inherit = "mail.tracking.value"

    @api.model_create_multi
    def create(self, vals_list):
        """Refuse changes that somebody enters by hand."""
        values = super().create(vals_list)
        if not self.env.su and values._record_sealed():
            raise self._seal_refusal()
        return values

    def write(self, vals):
        """Refuse to change it. Only a field that is dropped leaves its name here."""
        changed = vals.keys() - {"field_info"}
        sealed = self._record_sealed() if changed else self.browse().sudo()
        now = self.env.cr.now()
        if any(value.create_date < now for value in sealed):
            raise self._seal_refusal()
        done = super().write(vals)
        if "mail_message_id" in vals:
            seal = self.env["record.seal.mixin"]
            if seal._moved_here(self._record_sealed(), sealed):
                raise self._seal_refusal()
        return done

    # A key in the context would spare False, and any client sends one
    @api.ondelete(at_uninstall=True)
    def _unlink_except_sealed(self):
        if self.env.registry.ready and self._record_sealed():
            raise self._seal_refusal()

    def _record_sealed(self):
        messages = self.sudo().mail_message_id._record_sealed()
        return self.sudo().filtered(lambda each: each.mail_message_id in messages)

    def _seal_refusal(self):
        return UserError(
            self.env._("Tracked changes are on record and cannot be altered.")
        )
