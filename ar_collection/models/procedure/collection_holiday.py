from odoo import api, fields, models
from odoo.tools import date_utils


class CollectionHoliday(models.Model):
    """A day on which nobody is contacted; what is due then is due the next day."""

    _name = "collection.holiday"
    _description = "Holiday"
    _inherit = ["trade.owned"]
    _order = "date, id"

    name = fields.Char(required=True, translate=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company.root_id,
        domain="[('parent_id', '=', False)]",
    )
    date = fields.Date(required=True)

    _day_unique = models.UniqueIndex(
        "(company_id, date)", "This day is a holiday of the company already."
    )

    # === ACTION METHODS === #

    def action_repeat(self):
        """Let these days be holidays a year later too, where they are not yet.

        :return: the action that shows the next year's holidays
        """
        new = self.browse()
        known = {(each.company_id, each.date) for each in self._a_year_later()}
        for holiday in self:
            day = date_utils.add(holiday.date, years=1)
            if (holiday.company_id, day) not in known:
                known.add((holiday.company_id, day))
                new += holiday.copy({"date": day})
        return new._get_records_action(name=self.env._("Holidays a Year Later"))

    # === BUSINESS METHODS === #

    @api.model
    def _of_days(self, companies, days):
        return self.search(
            [("company_id", "in", companies.ids), ("date", "in", list(days))]
        )

    def _a_year_later(self):
        """:return: the holidays that there are a year after these already"""
        days = {date_utils.add(holiday.date, years=1) for holiday in self}
        return self._of_days(self.company_id, days)
