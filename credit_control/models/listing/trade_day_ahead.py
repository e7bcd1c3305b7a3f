from odoo import api, models
from odoo.tools import SQL

from odoo.addons.trade_credit_base.windows import shipped_for

from ..file.trade_day_ahead import USER


class TradeDayAhead(models.Model):
    """Days on which entries of customers on lists end."""

    _inherit = "trade.day.ahead"
    _depends = {"credit.listing": ["company_id", "date_to", "ended_on"]}

    @api.model
    def _kinds(self):
        return super()._kinds() | {"list_end": self.env._("Entries on lists that end")}

    @api.model
    def _ahead(self, company, today, until):
        days = super()._ahead(company, today, until)
        if not self.env.su and not self.env.user.has_group(USER):
            return days
        ending = SQL(
            """SELECT date_to AS day FROM credit_listing
                WHERE company_id = %s AND ended_on IS NULL
                  AND date_to BETWEEN %s AND %s""",
            company.id,
            today,
            until,
        )
        return [*days, self._counted_ahead_sql("list_end", ending)]

    # === WHAT A DAY IS ABOUT === #

    def _open_list_end(self):
        return shipped_for(
            self.env,
            "credit_control.credit_listing_action",
            [
                ("company_id", "=", self.company_id.id),
                ("date_to", "=", self.day),
                ("ended_on", "=", False),
            ],
        )
