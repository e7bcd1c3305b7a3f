from odoo import api, fields, models


class CollectionItem(models.Model):
    """How late an item is today."""

    _inherit = "collection.item"

    days_late = fields.Integer(
        compute="_compute_days_late",
        help="Days since the due date, pauses counted as well; before it if negative.",
    )

    @api.depends("date_due", "company_id")
    def _compute_days_late(self):
        for company, items in self.grouped("company_id").items():
            today = company._trade_day()
            for item in items:
                item.days_late = (today - item.date_due).days if item.date_due else 0
