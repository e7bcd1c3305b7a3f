from odoo import models


class MailComposeMessage(models.TransientModel):
    """The window in which e-mails are written, to one record or to many."""

    _inherit = "mail.compose.message"

    def _prepare_mail_values(self, res_ids):
        """Send e-mails of sealed records in the user's own name, of those that the
        user may post on.

        To many records they are created past access rights: no later check knows that
        a user wrote them.
        """
        sealed = not self.env.su and self.env["record.seal.mixin"]._seals(self.model)
        if sealed:
            records = self.env[self.model].browse(res_ids)
            posting = records._mail_group_by_operation_for_mail_message_operation
            for operation, some in posting("create").items():
                some.check_access(operation)
        prepared = super()._prepare_mail_values(res_ids)
        if sealed:
            own = self.env["mail.message"]._seal_own_name()
            for values in prepared.values():
                values |= own
        return prepared
