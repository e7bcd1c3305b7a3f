from odoo import api, models
from odoo.exceptions import UserError

# What may change on a sealed document: the link to read it, and the small picture of it
# that the web client makes
LOOSE = {"access_token", "thumbnail"}


class IrAttachment(models.Model):
    """Documents of a case are sealed: once attached, nobody changes or deletes one."""

    _inherit = "ir.attachment"

    @api.model
    def _collection_sealed_models(self):
        """Return the models whose attachments nobody can change. Extend to add one.

        :rtype: set[str]
        """
        return {
            "collection.action",
            "collection.case",
            "collection.dispute",
            "collection.handover",
            "collection.letter",
            "collection.measure",
            "collection.promise",
            "collection.statement",
        }

    def _collection_sealed(self):
        """:return: the attachments that nobody can change"""
        models_sealed = self._collection_sealed_models()
        return self.sudo().filtered(
            lambda each: each.res_model in models_sealed and each.res_id
        )

    def write(self, vals):
        """Refuse to change a sealed document, superuser or not.

        Writing what is there already is no change: that is how files are moved from
        one storage to another.
        """
        if vals.keys() - LOOSE:
            for attachment in self._collection_sealed():
                attachment._collection_check_same(vals)
        return super().write(vals)

    def _collection_check_same(self, vals):
        for name in vals.keys() - LOOSE:
            field = self._fields.get(name)
            if field and not self._collection_is_same(field, vals[name]):
                raise UserError(
                    self.env._(
                        "%(name)s is a document of a collection case and stays as it "
                        "is. Attach another one.",
                        name=self.name,
                    )
                )

    def _collection_is_same(self, field, value):
        """:return: whether a value is the one that is stored"""
        if field.type == "binary" and isinstance(value, str):
            value = value.encode()
        stored = field.convert_to_write(self[field.name], self)
        return (stored or False) == (value or False)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_sealed(self):
        if self._collection_sealed():
            raise UserError(
                self.env._(
                    "These documents belong to a collection case. They stay; attach "
                    "another one if one of them is wrong."
                )
            )
