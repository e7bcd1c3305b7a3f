from odoo import api, models


class MailMail(models.Model):
    """An e-mail of a sealed record is kept after it is sent."""

    _inherit = "mail.mail"

    @api.model_create_multi
    def create(self, vals_list):
        """Keep e-mails that are a record's only trace of what was sent."""
        mails = super().create(vals_list)
        kept = mails.filtered(
            lambda mail: mail.auto_delete and not mail.is_notification
        )
        sealed = kept.mail_message_id._record_sealed()
        kept.filtered(lambda mail: mail.mail_message_id in sealed).auto_delete = False
        return mails
