from odoo import api, models
from odoo.exceptions import UserError

# What a message says, to whom it belongs, when and by whom it was said
SAID = {
    "attachment_ids",
    "author_guest_id",
    "author_id",
    "body",
    "date",
    "email_from",
    "incoming_email_cc",
    "incoming_email_to",
    "is_internal",
    "mail_activity_type_id",
    "message_id",
    "message_type",
    "model",
    "outgoing_email_to",
    "parent_id",
    "partner_ids",
    "record_name",
    "reply_to",
    "res_id",
    "subject",
    "subtype_id",
    "tracking_value_ids",
}
EMAILS = ("email", "email_outgoing")


class MailMessage(models.Model):
    """Messages of a case are sealed: what was said on it stays as it was said."""

    _inherit = "mail.message"

    @api.model_create_multi
    def create(self, vals_list):
        """Let nobody backdate what he says on a case; e-mails bring their own date."""
        sealed = self.env["ir.attachment"]._collection_sealed_models()
        for values in vals_list:
            if values.get("model") not in sealed:
                continue
            if not self.env.su:  # the gateway of mails and our own methods are
                values |= self._collection_own_words(values)
            if values.get("message_type") not in EMAILS:
                values.pop("date", None)
        return super().create(vals_list)

    @api.model
    def _collection_own_words(self, values):
        """:return: values of a message that a user writes: in nobody else's name"""
        user = self.env.user
        own = {
            "author_id": user.partner_id.id,
            "author_guest_id": False,
            "email_from": user.email_formatted,
        }
        if values.get("message_type") in EMAILS:
            own["message_type"] = "comment"
        return own

    def write(self, vals):
        """Refuse to change what was said, superuser or not.

        In its own transaction a message is still being written: attachments and
        tracked values come after it.
        """
        if said := vals.keys() & SAID:
            now = self.env.cr.now()
            for message in self._collection_sealed():
                if message.create_date < now and not message._collection_same(
                    {name: vals[name] for name in said}
                ):
                    raise UserError(
                        self.env._(
                            "This message is on the record of a collection case and "
                            "stays as it is. Write another one below it."
                        )
                    )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_sealed(self):
        if self._collection_sealed():
            raise UserError(
                self.env._(
                    "Messages of a collection case stay on its record. Write another "
                    "one if one of them is wrong."
                )
            )

    def _collection_sealed(self):
        """:return: the messages that nobody can change, with all rights to read them"""
        sealed = self.env["ir.attachment"]._collection_sealed_models()
        return self.sudo().filtered(lambda each: each.model in sealed and each.res_id)

    def _collection_same(self, vals):
        """Tell whether values are those that the message has: then nothing changes."""
        self.ensure_one()
        said = self.new(vals, origin=self)
        return all(
            len(said[name]) == len(self[name]) and said[name]._origin == self[name]
            if self._fields[name].relational
            else said[name] == self[name]
            for name in vals
        )


class IrAttachment(models.Model):
    """Documents that hang on a message of a case, not on the case itself."""

    _inherit = "ir.attachment"

    def _collection_sealed(self):
        own = self.sudo().filtered(lambda each: each.res_model == "mail.message")
        messages = self.env["mail.message"].browse(own.mapped("res_id")).exists()
        sealed = set(messages._collection_sealed().ids)
        return super()._collection_sealed() | own.filtered(
            lambda each: each.res_id in sealed
        )


class MailMail(models.Model):
    """An e-mail of a case is kept after it is sent."""

    _inherit = "mail.mail"

    @api.model_create_multi
    def create(self, vals_list):
        """Keep e-mails that are a case's only record of what was sent."""
        mails = super().create(vals_list)
        kept = mails.filtered(
            lambda mail: mail.auto_delete and not mail.is_notification
        )
        sealed = kept.mail_message_id._collection_sealed()
        kept.filtered(lambda mail: mail.mail_message_id in sealed).auto_delete = False
        return mails


class MailTrackingValue(models.Model):
    """What changed on a case, from what to what: it stays."""

    _inherit = "mail.tracking.value"

    def write(self, vals):
        """Refuse to change it. Only a field that is dropped leaves its name here."""
        changed = vals.keys() - {"field_info"}
        if changed and (sealed := self._collection_sealed()):
            now = self.env.cr.now()
            if any(value.create_date < now for value in sealed):
                raise self._collection_refusal()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_sealed(self):
        if self._collection_sealed():
            raise self._collection_refusal()

    def _collection_sealed(self):
        messages = self.sudo().mail_message_id._collection_sealed()
        return self.sudo().filtered(lambda each: each.mail_message_id in messages)

    def _collection_refusal(self):
        return UserError(
            self.env._("What changed on a collection case stays on its record.")
        )
