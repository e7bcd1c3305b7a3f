from odoo import fields, models


class CollectionLetterDraft(models.TransientModel):
    """A letter as it would be written now: nothing of it is kept or sent."""

    _name = "collection.letter.draft"
    _description = "Letter That Is Not Written Yet"

    name = fields.Char(readonly=True)
    document = fields.Binary("Letter", readonly=True, attachment=False)
