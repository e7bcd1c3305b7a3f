from odoo import models
from odoo.fields import Domain
from odoo.tools import date_utils


class CollectionHandover(models.Model):
    """A hand-over, which does not change accounts that finance agreed."""

    _inherit = "collection.handover"

    def _first_open_day(self, company, people):
        """Return the first day of the oldest month without an agreed account."""
        accounts = self.env["collection.assessment"]
        whose = Domain("user_id", "in", people.ids) | Domain("user_id", "=", False)
        of_company = whose & Domain("company_id", "=", company.id)
        month = dict(accounts._read_group(of_company, ["state"], ["month:min"])).get(
            "draft"
        )
        if month:
            return date_utils.start_of(month, "month")
        if latest := accounts.search(of_company, order="month desc", limit=1):
            return date_utils.add(latest.month, days=1)
        return super()._first_open_day(company, people)
