from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import clean_context

# The content of a message, its record, its date and its author
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
# Who was told of a message, which only methods write
TOLD = {"notification_ids", "notified_partner_ids"}


class MailMessage(models.Model):
    """Messages of sealed records: once written, nobody changes or deletes one."""

    _inherit = "mail.message"

    @api.model_create_multi
    def create(self, vals_list):
        """Write messages of now: an e-mail that comes in bears the time of its receipt,
        whatever date it names.
        """
        seal = self.env["record.seal.mixin"]
        context = self.env.context
        named = [v.get("model") or context.get("default_model") for v in vals_list]
        if not self.env.su and any(map(seal._seals, named)):
            # The context may name the record of a message, and nothing of its content
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
                values |= self._seal_own_name() | {"tracking_value_ids": False}
                if values.get("message_type", "email") in EMAILS:
                    values["message_type"] = "comment"
                for name in TOLD:
                    values.pop(name, None)
            values["date"] = fields.Datetime.now()  # past anybody's own default
        messages = super().create(vals_list)
        if any(values.get("attachment_ids") for values in vals_list):
            messages._seal_documents()
        return messages

    @api.model
    def _seal_own_name(self):
        """:return: the values of a message that name its author: the user"""
        user = self.env.user
        return {
            "author_id": user.partner_id.id,
            "author_guest_id": False,
            "email_from": user.email_formatted,
        }

    def write(self, vals):
        """Refuse to change a message, superuser or not.

        In its own transaction a message is still being written: attachments and
        tracked values come after it.
        """
        seal, sealed = self.env["record.seal.mixin"], self.browse().sudo()
        if guarded := vals.keys() & (SAID | TOLD):
            sealed = self._record_sealed()
            sealed._seal_check_kept(
                {name: vals[name] for name in guarded & SAID},
                telling=not self.env.su and guarded & TOLD,
            )
        done = super().write(vals)
        moved = vals.keys() & {"model", "res_id"}
        if moved and seal._moved_here(self._record_sealed(), sealed):
            raise self._seal_refusal()
        if vals.get("attachment_ids"):
            self._seal_documents()
        return done

    def _seal_check_kept(self, said, telling):
        """:raises UserError: if values would change what sealed messages say, or if a
        user says who was told of them
        """
        seal, now = self.env["record.seal.mixin"], self.env.cr.now()
        if telling and self:
            raise self._seal_refusal()
        for message in self:
            if message.create_date < now and not seal._leaves_same(message, said):
                raise self._seal_refusal()

    def _seal_refusal(self):
        return UserError(
            self.env._(
                "This message is on record and cannot be changed. Write another one "
                "below it."
            )
        )

    # A key in the context would spare False, and any client sends one
    @api.ondelete(at_uninstall=True)
    def _unlink_except_sealed(self):
        if self.env.registry.ready and self._record_sealed():
            raise UserError(
                self.env._(
                    "This message is on record and cannot be deleted. Write another "
                    "one if it is wrong."
                )
            )

    def _record_sealed(self):
        """:return: the messages that nobody can change, with all rights to read them"""
        return self.env["record.seal.mixin"]._sealed_of(self, "model")

    def _seal_documents(self):
        """Give sealed messages documents of their own, which are sealed with them.

        A document of another record is copied: it may change there. That of a notice
        is for those who get the notice.

        :raises AccessError: if one belongs to no record, and the user may not read it
        """
        for message in self._record_sealed():
            notice = message.message_type == "user_notification"
            place = {
                "res_model": message._name if notice else message.model,
                "res_id": message.id if notice else message.res_id,
            }
            loose = message.attachment_ids - message.attachment_ids._record_sealed()
            foreign = loose.filtered(lambda each: each.res_id or each.public)
            # Whoever reads the record will read it: a method asks for its user as well
            (loose - foreign).sudo(False).check_access("read")
            (loose - foreign).write(place)
            if foreign:
                copies = foreign.copy(place | {"res_field": False, "public": False})
                message.attachment_ids = message.attachment_ids - foreign | copies
