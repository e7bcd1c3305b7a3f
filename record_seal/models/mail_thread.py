from odoo import models


class MailThread(models.AbstractModel):
    """Records that people write on: on a sealed one, in nobody else's name."""

    _inherit = "mail.thread"

    def message_post(self, **values):
        """Post as the user, so that the e-mails sent of it bear their name as well."""
        if not self.env.su and self.env["record.seal.mixin"]._seals(self._name):
            for name in ("author_id", "email_from", "tracking_value_ids"):
                values.pop(name, None)
        return super().message_post(**values)
