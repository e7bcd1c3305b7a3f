from odoo import api, fields, models
from odoo.tools import SQL, date_utils


class TradeHoliday(models.Model):
    """A day on which a company rests: nobody is contacted, no deadline ends.

    Days on which everybody is off by the company's working hours count beside these;
    see :meth:`_days_sql`.
    """

    _name = "trade.holiday"
    _description = "Holiday"
    _inherit = ["trade.rooted", "trade.owned", "trade.card"]
    _order = "date, id"

    name = fields.Char(required=True, translate=True)
    date = fields.Date(required=True)

    _day_unique = models.UniqueIndex(
        "(company_id, date)", "This day is a holiday of the company already."
    )

    # === ACTION METHODS === #

    def action_repeat(self):
        """Let these days be holidays a year later too, where they are not yet.

        :return: the action that shows the next year's holidays
        """
        later = {each: date_utils.add(each.date, years=1) for each in self}
        known = {
            (each.company_id, each.date)
            for each in self.search([("date", "in", list(later.values()))])
        }
        new = self.browse()
        for holiday, day in later.items():
            if (holiday.company_id, day) not in known:
                known.add((holiday.company_id, day))
                new += holiday.copy({"date": day})
        return new._get_records_action(name=self.env._("Holidays a Year Later"))

    # === BUSINESS METHODS === #

    @api.model
    def _days_sql(self, company):
        """Return the days on which a company rests, whoever asks: its holidays, and the
        days that its working hours are off as a whole for everybody. One person's days
        off, and hours of a day, are none.

        :param company: a root company
        :return: SQL of rows (date), some of them twice
        """
        days = SQL("SELECT date FROM trade_holiday WHERE company_id = %s", company.id)
        # Working hours come with apps that this one does not depend on
        if "resource.calendar.leaves" not in self.env:
            return days
        # People write 23:59 for the end of a day: a minute lacks at either end
        return SQL(
            """
            %(days)s
             UNION ALL
            SELECT day::date
              FROM (SELECT off.date_from AT TIME ZONE 'UTC' AT TIME ZONE zone AS since,
                           off.date_to AT TIME ZONE 'UTC' AT TIME ZONE zone AS until
                      FROM res_company AS own
                      LEFT JOIN resource_calendar AS hours
                        ON hours.id = own.resource_calendar_id
                     CROSS JOIN LATERAL COALESCE(hours.tz, 'UTC') AS zone
                      JOIN resource_calendar_leaves AS off
                        ON off.calendar_id = hours.id
                        OR off.calendar_id IS NULL AND off.company_id = own.id
                     WHERE own.id = %(company)s AND off.resource_id IS NULL
                       AND COALESCE(off.time_type, 'leave') = 'leave') AS leave
             CROSS JOIN generate_series(
                   date_trunc('day', since + interval '23:59'),
                   date_trunc('day', until - interval '23:59'), '1 day') AS day
            """,
            days=days,
            company=company.id,
        )
