from odoo import fields, models


class CollectionLetterSeries(models.Model):
    """The last number of a company's letters in a year.

    Writing letters raises it: that lets one transaction at a time give numbers, and
    takes them back when it fails.
    """

    _name = "collection.letter.series"
    _description = "Numbers of Letters"
    _order = "company_id, year desc"
    _log_access = False

    company_id = fields.Many2one("res.company", required=True, ondelete="restrict")
    year = fields.Integer(required=True)
    last = fields.Integer(required=True)

    _year_unique = models.UniqueIndex(
        "(company_id, year)", "A company numbers its letters once a year."
    )
