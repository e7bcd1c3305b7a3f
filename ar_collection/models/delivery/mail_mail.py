from odoo import models
from odoo.exceptions import AccessError
from odoo.tools import SQL

# What a letter's mail says, whom it goes to and whom it comes from
SAID = {
    "attachment_ids",
    "body_html",
    "email_cc",
    "email_from",
    "email_to",
    "headers",
    "recipient_ids",
    "reply_to",
    "subject",
    "unrestricted_attachment_ids",
}


class MailMail(models.Model):
    """Letters of collection leave by the queue of mails, unless they are paid."""

    _inherit = "mail.mail"

    def write(self, vals):
        """Refuse to rewrite the mail of a letter, in the queue or after it."""
        if not self.env.su and vals.keys() & SAID:
            known = [("mail_id", "in", self.ids)]
            if self.env["collection.delivery"].sudo().search_count(known, limit=1):
                raise AccessError(
                    self.env._(
                        "This mail carries a collection letter and cannot be "
                        "changed. Cancel it and send the delivery again."
                    )
                )
        return super().write(vals)

    def send(self, auto_commit=False, raise_exception=False, post_send_callback=None):
        left = self - self._collection_deliveries()._settle().mail_id
        return super(MailMail, left).send(
            auto_commit=auto_commit,
            raise_exception=raise_exception,
            post_send_callback=post_send_callback,
        )

    def _prepare_outgoing_list(self, *args, **kwargs):
        """Hold what is written once the server has a mail of ours: a conflict then
        would undo that it was sent, and it would go out twice."""
        if (self.model or "").startswith("collection."):
            self.env.flush_all()
            for records in self.mail_message_id, self._collection_deliveries():
                self.env.cr.execute(
                    SQL(
                        "SELECT FROM %s WHERE id = ANY(%s) FOR NO KEY UPDATE",
                        SQL.identifier(records._table),
                        records.ids,
                    )
                )
        return super()._prepare_outgoing_list(*args, **kwargs)

    def _postprocess_sent_message(
        self, success_pids, success_emails, failure_reason=False, failure_type=None
    ):
        deliveries = self._collection_deliveries()
        done = super()._postprocess_sent_message(
            success_pids,
            success_emails,
            failure_reason=failure_reason,
            failure_type=failure_type,
        )
        deliveries._follow_mails()
        return done

    def _collection_deliveries(self):
        """:return: the deliveries of these mails that did not go out yet"""
        Delivery = self.env["collection.delivery"].sudo()
        waiting = [("mail_id", "in", self.ids), ("state", "in", ("queued", "failed"))]
        return Delivery.search(waiting)
