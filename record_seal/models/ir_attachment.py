from odoo import api, models
from odoo.exceptions import UserError

# What may change on a sealed document: the link to read it, and the small picture of it
# that the web client makes
LOOSE = {"access_token", "thumbnail"}


class IrAttachment(models.Model):
    """Documents of sealed records: once attached, nobody changes or deletes one."""

    _inherit = "ir.attachment"

    def _record_sealed(self):
        """:return: the attachments that nobody can change, on a sealed record itself
        or on a message of one: see ``mail.message._seal_documents``"""
        direct = self.env["record.seal.mixin"]._sealed_of(self, "res_model")
        said = self.sudo().filtered(lambda each: each.res_model == "mail.message")
        messages = self.env["mail.message"].browse(said.mapped("res_id")).exists()
        sealed = set(messages._record_sealed().ids)
        return direct | said.filtered(lambda each: each.res_id in sealed)

    def write(self, vals):
        """Refuse to change a sealed document, superuser or not.

        Writing what is there already is no change: that is how files are moved from
        one storage to another.
        """
        if vals.keys() - LOOSE:
            # In the client's context a content may read as its size
            whole = {
                key: value
                for key, value in self.env.context.items()
                if not key.startswith("bin_size")
            }
            for attachment in self.with_env(self.env(context=whole))._record_sealed():
                attachment._seal_check_same(vals)
        return super().write(vals)

    def _seal_check_same(self, vals):
        for name in vals.keys() - LOOSE:
            field = self._fields.get(name)
            if field and not self._seal_is_same(field, vals[name]):
                raise UserError(
                    self.env._(
                        "%(name)s is on record and cannot be changed. Attach another "
                        "one.",
                        name=self.name,
                    )
                )

    def _seal_is_same(self, field, value):
        """:return: whether a value is the one that is stored"""
        if field.type == "binary" and isinstance(value, str):
            value = value.encode()
        stored = field.convert_to_write(self[field.name], self)
        return (stored or False) == (value or False)

    # A key in the context would spare False, and any client sends one
    @api.ondelete(at_uninstall=True)
    def _unlink_except_sealed(self):
        if self.env.registry.ready and self._record_sealed():
            raise UserError(
                self.env._(
                    "These documents are on record and cannot be deleted. Attach "
                    "another one if one of them is wrong."
                )
            )
