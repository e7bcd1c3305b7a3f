from odoo import models

DELAYED = {"delayed", "delivered", "relayed", "expanded"}  # RFC 3464, 2.3.3


class MailThread(models.AbstractModel):
    """A letter that comes back by mail is noted with its delivery."""

    _inherit = "mail.thread"

    def _routing_handle_bounce(self, email_message, message_dict):
        handled = super()._routing_handle_bounce(email_message, message_dict)
        status = self._collection_bounce_status(email_message)
        if status.get("action") not in DELAYED and self._seal_is_gateway():
            reason = " ".join(
                filter(None, (status.get("status"), status.get("diagnostic-code")))
            )
            self.env["collection.delivery"]._bounced(
                message_dict["bounced_message"],
                reason or message_dict.get("subject") or "",
            )
        return handled

    def _collection_bounce_status(self, email_message):
        """Return what a report says of the recipient, as RFC 3464 has it.

        :param email_message: email.message.EmailMessage, a report or not
        :return: {name of a field in lower case: its text}; empty if it is no report
        """
        for part in email_message.walk():
            if part.get_content_type() == "message/delivery-status":
                fields = {}
                for block in part.get_payload():
                    fields |= {name.lower(): str(text) for name, text in block.items()}
                return fields | {"action": fields.get("action", "").strip().lower()}
        return {}
