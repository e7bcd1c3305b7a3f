from odoo import fields, models

# What Odoo says of a text message that no further try helps
UNUSABLE = {
    "sms_blacklist",
    "sms_country_not_supported",
    "sms_invalid_destination",
    "sms_number_format",
    "sms_number_missing",
    "sms_optout",
    "sms_rejected",
}


class CollectionDelivery(models.Model):
    """Text messages, where they are installed."""

    _inherit = "collection.delivery"

    def _send_sms(self):
        """Put a text message into its queue, or have its queue try it again."""
        if failed := self._sms_failed():
            failed.action_set_outgoing()
        else:
            record = self.case_id or self.action_id
            self.message_id = record.with_context(
                lang=self.partner_id.lang
            )._message_sms(
                self._sms_text(),
                partner_ids=self.recipient_id.ids,
                sms_pid_to_number={self.recipient_id.id: self.recipient},
                put_in_queue=True,
            )
        self.write({"state": "queued", "tries": self.tries + 1, "next_try": False})

    def _sms_failed(self):
        """:return: the text messages of this delivery that did not go out"""
        known = [
            ("mail_message_id", "in", self.message_id.ids),
            ("state", "=", "error"),
            ("to_delete", "=", False),
        ]
        return self.env["sms.sms"].search(known)

    def _sms_text(self):
        """Return what the text message says. Extend to say something else.

        :rtype: str
        """
        action = self.action_id.with_context(lang=self.partner_id.lang or self.env.lang)
        said = {
            "company": self.company_id.name,
            "amount": self.currency_id.format(action.amount),
            "documents": action.documents,
        }
        if self.stage_id.day > 0:
            return action.env._(
                "%(company)s: %(amount)s is overdue (%(documents)s). Please pay, or "
                "tell us what keeps you from it.",
                **said,
            )
        return action.env._(
            "%(company)s: %(amount)s falls due soon (%(documents)s). Thank you for "
            "paying in time.",
            **said,
        )

    def _follow_sms(self):
        """Take over what became of the text messages of these deliveries."""
        for delivery in self:
            notices = delivery.message_id.notification_ids.filtered(
                lambda each: each.notification_type == "sms"
            )[:1]
            state, kind = notices.notification_status, notices.failure_type
            if not notices:
                delivery.state = "todo"
            elif state in ("pending", "sent"):
                delivery._arrived(fields.Datetime.now())
            elif state == "bounce" or (state == "exception" and kind in UNUSABLE):
                delivery._came_back(notices.failure_reason or kind or "")
            elif state in ("exception", "canceled"):
                delivery._put_off(notices.failure_reason or kind or "")
