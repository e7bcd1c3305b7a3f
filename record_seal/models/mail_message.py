from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import clean_context

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
    """Messages of sealed records: what was said stays as it was said."""

    _inherit = "mail.message"

    @api.model_create_multi
    def create(self, vals_list):
        """Let nobody backdate what they say; e-mails bring their own date."""
        seal = self.env["record.seal.mixin"]
        context = self.env.context
        named = [v.get("model") or context.get("default_model") for v in vals_list]
        if not self.env.su and any(map(seal._seals, named)):
            # Where it is written may come with the context; what is said may not
            where = {
                name: context[f"default_{name}"]
                for name in ("model", "res_id")
                if f"default_{name}" in context
            }
            vals_list = [where | values for values in vals_list]
            self = self.with_env(self.env(context=clean_context(context)))
        for values in vals_list:
            if not seal._seals(values.get("model")):
                continue
            if not self.env.su:  # the gateway of mails and methods are
                values |= self._seal_own_words(values)
            if values.get("message_type") not in EMAILS:
                values["date"] = fields.Datetime.now()  # past anybody's own default
        return super().create(vals_list)

    @api.model
    def _seal_own_words(self, values):
        """:return: values of a message that a user writes: in nobody else's name"""
        user = self.env.user
        own = {
            "author_id": user.partner_id.id,
            "author_guest_id": False,
            "email_from": user.email_formatted,
        }
        if values.get("message_type", "email") in EMAILS:
            own["message_type"] = "comment"
        return own

    def write(self, vals):
        """Refuse to change what was said, superuser or not.

        In its own transaction a message is still being written: attachments and
        tracked values come after it.
        """
        if said := vals.keys() & SAID:
            now = self.env.cr.now()
            for message in self._record_sealed():
                if message.create_date < now and not message._seal_same(
                    {name: vals[name] for name in said}
                ):
                    raise UserError(
                        self.env._(
                            "This message is on record and stays as it is. Write "
                            "another one below it."
                        )
                    )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_sealed(self):
        if self._record_sealed():
            raise UserError(
                self.env._(
                    "This message is on record and stays. Write another one if it is "
                    "wrong."
                )
            )

    def _record_sealed(self):
        """:return: the messages that nobody can change, with all rights to read them"""
        return self.env["record.seal.mixin"]._sealed_of(self, "model")

    def _seal_same(self, vals):
        """Tell whether values are those that the message has: then nothing changes."""
        self.ensure_one()
        said = self.new(vals, origin=self)
        return all(
            len(said[name]) == len(self[name]) and said[name]._origin == self[name]
            if self._fields[name].relational
            else said[name] == self[name]
            for name in vals
        )
