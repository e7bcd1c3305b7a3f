from odoo import api, models
from odoo.exceptions import AccessError


class MailThread(models.AbstractModel):
    """Records that people write on: on a sealed one, in nobody else's name."""

    _inherit = "mail.thread"

    def message_post(self, **values):
        """Post as the user, so that the e-mails sent of it bear their name as well."""
        if not self.env.su and self.env["record.seal.mixin"]._seals(self._name):
            for name in ("author_id", "email_from", "tracking_value_ids"):
                values.pop(name, None)
        return super().message_post(**values)

    @api.model
    def _seal_is_gateway(self):
        """Tell whether mails that somebody hands over came in.

        Every user may hand Odoo a mail, in whatever name and of whatever date. It
        fetches mails as superuser; a script that brings them logs in as an
        administrator.
        """
        return self.env.su or self.env.is_system()

    def _message_route_process(self, message, message_dict, routes):
        """Take in mails to sealed records from the gateway only."""
        if not self._seal_is_gateway():
            seal = self.env["record.seal.mixin"]
            if any(seal._seals(model) for model, *_rest in routes or ()):
                raise AccessError(
                    self.env._(
                        "Mails to this record come in by the gateway of mails, whose "
                        "user is an administrator. Write a message instead."
                    )
                )
        return super()._message_route_process(message, message_dict, routes)
