from odoo import api, fields, models
from odoo.tools import SQL, date_utils

AHEAD = 100  # days


class TradeDayAhead(models.Model):
    """Days on which somebody has to have done something: the next hundred, and those
    that are over while something is still missing.

    Each app adds its own by ``_ahead`` and opens what they are about.
    """

    _name = "trade.day.ahead"
    _description = "Day Ahead"
    _auto = False
    _order = "day, kind, id"
    _rec_name = "kind"

    day = fields.Date("Due By", readonly=True)
    kind = fields.Selection(
        lambda self: list(self._kinds().items()), "What", readonly=True
    )
    key = fields.Integer(readonly=True, aggregator=None)
    who = fields.Char(readonly=True, depends_context=("lang",))
    user_id = fields.Many2one("res.users", "Responsible", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    date_from = fields.Date("From", readonly=True)
    missing = fields.Integer("To Do", readonly=True)
    total = fields.Integer("In All", readonly=True)
    state = fields.Selection(
        [
            ("over", "Overdue"),
            ("now", "Under Way"),
            ("done", "Done"),
            ("ahead", "To Come"),
        ],
        readonly=True,
    )

    @property
    def _table_query(self):
        """Return the days of the head companies of those that are looked at.

        Their ids are made from what they are about: they stay from one look to the
        next.
        """
        rows = []
        for company in self.env.companies.root_id.sudo():
            today = company._trade_day()
            until = date_utils.add(today, days=AHEAD)
            rows += [
                SQL(
                    "SELECT %s AS company_id, %s::date AS today, o.* FROM (%s) AS o",
                    company.id,
                    today,
                    own,
                )
                for own in self._ahead(company, today, until)
            ]
        return SQL(
            """
            SELECT ('x' || LEFT(md5(CONCAT_WS('|', company_id, kind, key, date_from,
                                              day)), 8))::bit(32)::int
                   & 2147483647 AS id,
                   company_id, kind, key, who, user_id, date_from, day, missing, total,
                   CASE WHEN missing = 0 AND date_from <= today THEN 'done'
                        WHEN day < today THEN 'over'
                        WHEN date_from > today THEN 'ahead' ELSE 'now' END AS state
              FROM (%s) AS each
            """,
            SQL(" UNION ALL ").join(rows or [self._none_sql()]),
        )

    def _none_sql(self):
        return SQL(
            """SELECT NULL::int AS company_id, NULL::date AS today,
                      NULL::varchar AS kind, NULL::int AS key, NULL::varchar AS who,
                      NULL::int AS user_id, NULL::date AS date_from, NULL::date AS day,
                      NULL::int AS missing, NULL::int AS total WHERE FALSE"""
        )

    @api.depends_context("lang")
    @api.depends("kind", "who")
    def _compute_display_name(self):
        kinds = self._kinds()
        for row in self:
            row.display_name = " · ".join(filter(None, (row.who, kinds.get(row.kind))))

    # === ACTION METHODS === #

    def action_open(self):
        """Open the records that the day is about."""
        self.ensure_one()
        self.check_access("read")
        return getattr(self, f"_open_{self.kind}")()

    # === BUSINESS METHODS === #

    @api.model
    def _kinds(self):
        """Return what days there are, in the reader's language. Extend to add some.

        :rtype: dict[str, str]
        """
        return {}

    @api.model
    def _ahead(self, company, today, until):
        """Return the days of a company that the reader may know of. Extend to add some.

        A kind has a method ``_open_KIND``, which returns the action that shows what the
        day is about.

        :param company: a root company
        :param date today: today, where the company is
        :param date until: the last day to look at
        :return: list of SQL with the columns kind, key (an id that tells days of a
            kind apart), who (as text), user_id, date_from, day, missing, total
        """
        return []
