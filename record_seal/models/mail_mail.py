from odoo import api, models
from odoo.exceptions import UserError

# What an e-mail says beside its message, whom it goes to, and that it is kept
SENT = {
    "auto_delete",
    "body_html",
    "email_cc",
    "email_to",
    "headers",
    "is_notification",
    "mail_message_id",
    "recipient_ids",
    "references",
}


class MailMail(models.Model):
    """An e-mail of a sealed record is kept after it is sent, as it was sent."""

    _inherit = "mail.mail"

    @api.model_create_multi
    def create(self, vals_list):
        """Keep e-mails that are a record's only trace of what was sent; nobody adds
        one to a message of before.
        """
        mails = super().create(vals_list)
        now = self.env.cr.now()
        if not self.env.su and any(
            mail.mail_message_id.create_date < now for mail in mails._record_sealed()
        ):
            raise self._seal_refusal()
        kept = mails.filtered(
            lambda mail: mail.auto_delete and not mail.is_notification
        )
        kept._record_sealed().auto_delete = False
        return mails

    def write(self, vals):
        """Refuse to change an e-mail, sent or about to be, superuser or not; and to
        say that another one was sent of a sealed record.
        """
        said = {name: vals[name] for name in vals.keys() & SENT}
        if not said:
            return super().write(vals)
        seal, now = self.env["record.seal.mixin"], self.env.cr.now()
        sealed = self._record_sealed()
        for mail in sealed:
            if mail.create_date < now and not seal._leaves_same(mail, said):
                raise self._seal_refusal()
        done = super().write(vals)
        if seal._moved_here(self._record_sealed(), sealed):
            raise self._seal_refusal()
        return done

    def _record_sealed(self):
        """:return: the e-mails of sealed records, with all rights to read them"""
        messages = self.sudo().mail_message_id._record_sealed()
        return self.sudo().filtered(lambda each: each.mail_message_id in messages)

    def _seal_refusal(self):
        return UserError(
            self.env._(
                "This e-mail is on record and cannot be changed. Cancel it if it has "
                "not been sent, and write another one."
            )
        )
