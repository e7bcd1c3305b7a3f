from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import SQL, format_date

from ...core.limitation import ALARMS, alarm, limitation

BATCH = 10_000  # items whose period starts anew, between two statements


class CollectionItem(models.Model):
    """Limitation of an item: the last day on which it can be sued for.

    The period starts on the due date; a served letter or an acknowledged statement
    starts it anew. Items that have neither, nearly all, take one statement together.
    """

    _inherit = "collection.item"

    limitation_since = fields.Date(
        readonly=True,
        help="The due date, or the last day on which a letter about this item was "
        "served or a statement with it acknowledged.",
    )
    limitation_date = fields.Date(
        "Can Be Sued For Until",
        readonly=True,
        index=True,
        help="After this day the customer may refuse to pay. Serve a letter or have a "
        "statement acknowledged before it.",
    )
    limitation_activity_id = fields.Many2one(
        "mail.activity", index="btree_not_null", ondelete="set null"
    )
    limitation_alarm = fields.Integer(
        readonly=True,
        aggregator=None,
        help="The last alarm given before the end: so many days.",
    )

    # === BUSINESS METHODS === #

    @api.model
    def _update_limitation(self, company, day):
        """Bring the limitation dates of a company's open items up to date, then alarm.

        :param company: a root company; 0 years in its settings stop the clock
        :param date day: today, where the company is; what restarts later is left out
        """
        self.env.flush_all()
        runs = company.collection_limitation_years > 0
        self.env.cr.execute(self._first_period_sql(company, day))
        last = 0
        while runs and (rows := self._restarted(company, day, last)):
            last = rows[-1][0]
            self._write_restarted(company, rows)
        self.invalidate_model()
        if runs:
            self._alarm_limitation(company, day)

    @api.model
    def _limitation_restarts_sql(self):
        """Return what starts the period of items anew: served letters, except for
        what they only list, and acknowledged statements.

        Extend to add causes: ``SQL("%s UNION ALL SELECT …", super()…())``. Whether a
        day is early enough to count is judged later.

        :return: SQL of rows (item_id, day); an item may have any number of them
        """
        return SQL(
            """
            SELECT line.item_id, letter.served_on AS day
              FROM collection_letter_line AS line
              JOIN collection_letter AS letter ON letter.id = line.letter_id
             WHERE letter.served_on IS NOT NULL AND line.is_on_hold IS NOT TRUE
               AND line.earlier_id IS NULL
             UNION ALL
            SELECT line.item_id, statement.acknowledged_on::date AS day
              FROM collection_statement_line AS line
              JOIN collection_statement AS statement
                ON statement.id = line.statement_id
             WHERE statement.state = 'acknowledged' AND line.item_id IS NOT NULL
               AND statement.acknowledged_on IS NOT NULL
            """
        )

    # === STATEMENTS === #

    def _limitation_since_sql(self, company, due):
        """Return when a claim's first period starts; NULL if no clock runs.

        :param SQL due: the claim's due date
        :rtype: SQL
        """
        if not company.collection_limitation_years:
            return SQL("NULL::date")
        if company.collection_limitation_year_end:
            return SQL("make_date(EXTRACT(YEAR FROM %s)::int, 12, 31)", due)
        return due

    def _limitation_until_sql(self, company, due):
        """Return when a claim's first period ends; NULL if no clock runs.

        :param SQL due: the claim's due date
        :rtype: SQL
        """
        return SQL(
            "(%s + make_interval(years => %s))::date",
            self._limitation_since_sql(company, due),
            company.collection_limitation_years,
        )

    def _first_period_sql(self, company, day):
        """Write the first period of items that nothing started anew; none for all items
        where no clock runs."""
        return SQL(
            """
            WITH fresh AS (
                 SELECT own.id, %(since)s AS since, %(until)s AS until
                   FROM collection_item AS own
                   LEFT JOIN (SELECT DISTINCT item_id
                                FROM (%(restarts)s) AS restart
                               WHERE day <= %(day)s AND %(runs)s) AS anew
                     ON anew.item_id = own.id
                  WHERE own.company_id = %(company)s AND own.state = 'open'
                    AND anew.item_id IS NULL)
            UPDATE collection_item AS item
               SET limitation_since = fresh.since, limitation_date = fresh.until,
                   limitation_alarm = NULL
              FROM fresh
             WHERE item.id = fresh.id
               AND (item.limitation_since, item.limitation_date)
                   IS DISTINCT FROM (fresh.since, fresh.until)
            """,
            since=self._limitation_since_sql(company, SQL("own.date_due")),
            until=self._limitation_until_sql(company, SQL("own.date_due")),
            company=company.id,
            restarts=self._limitation_restarts_sql(),
            runs=company.collection_limitation_years > 0,
            day=day,
        )

    def _restarted(self, company, day, last):
        """:return: some rows (item, due date, days that restart it) after item last"""
        self.env.cr.execute(
            SQL(
                """
                SELECT item.id, item.date_due, array_agg(DISTINCT anew.day)
                  FROM collection_item AS item
                  JOIN (%(restarts)s) AS anew ON anew.item_id = item.id
                 WHERE item.company_id = %(company)s AND item.state = 'open'
                   AND item.id > %(last)s AND anew.day <= %(day)s
                 GROUP BY item.id ORDER BY item.id LIMIT %(batch)s
                """,
                restarts=self._limitation_restarts_sql(),
                company=company.id,
                last=last,
                day=day,
                batch=BATCH,
            )
        )
        return self.env.cr.fetchall()

    def _write_restarted(self, company, rows):
        years = company.collection_limitation_years
        year_end = bool(company.collection_limitation_year_end)
        found = [
            limitation(due, days, years=years, from_year_end=year_end)
            for _item, due, days in rows
        ]
        self.env.cr.execute(
            SQL(
                """
                UPDATE collection_item AS item
                   SET limitation_since = fresh.since, limitation_date = fresh.until,
                       limitation_alarm = NULL
                  FROM unnest(%(ids)s::int[], %(since)s::date[], %(until)s::date[])
                       AS fresh (id, since, until)
                 WHERE item.id = fresh.id
                   AND (item.limitation_since, item.limitation_date)
                       IS DISTINCT FROM (fresh.since, fresh.until)
                """,
                ids=[row[0] for row in rows],
                since=[each.since for each in found],
                until=[each.until for each in found],
            )
        )

    # === ALARMS === #

    @api.model
    def _alarm_limitation(self, company, day):
        """Give the owners of cases something to do about items that run out.

        A case has one activity for all its items that reached an alarm together. Items
        that ran out are noted on the case: nothing can be done about them any more.

        :param company: a root company
        :param date day: today, where the company is
        """
        rows = self._alarms(company, day)
        cases = self.env["collection.case"].browse([row[0] for row in rows])
        cases.fetch(["user_id", "partner_id"])
        pressing, pressed, over, alarmed = [], [], {}, defaultdict(list)
        for case_id, days, ids in rows:
            case, items = cases.browse(case_id), self.browse(ids)
            alarmed[days] += ids
            if days:
                pressing.append(items._limitation_activity(case, day))
                pressed.append(items)
            else:
                over[case_id] = items._limitation_over(case)
        Activity = self.env["mail.activity"].sudo()
        quiet = Activity.with_context(mail_activity_quick_update=True)
        for items, activity in zip(pressed, quiet.create(pressing), strict=True):
            items.sudo().limitation_activity_id = activity
        cases.browse(over)._message_log_batch(bodies=over)
        for days, ids in alarmed.items():
            self.browse(ids).sudo().write({"limitation_alarm": days})

    def _alarms(self, company, day):
        """Return items that reached an alarm which was not given yet, by case.

        :return: list of (case id, days before the end or 0 when over, item ids)
        """
        reached = defaultdict(list)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT case_id, id, limitation_date, limitation_alarm
                  FROM collection_item
                 WHERE company_id = %(company)s AND state = 'open' AND residual > 0
                   AND case_id IS NOT NULL
                   AND (limitation_alarm IS NULL OR limitation_alarm > 0)
                   AND limitation_date <= %(day)s::date + %(first)s
                 ORDER BY case_id, limitation_date, id
                """,
                company=company.id,
                day=day,
                first=max(ALARMS),
            )
        )
        for case_id, item_id, until, given in rows:
            days = alarm(until, day)
            if given is None or given > days:
                reached[case_id, days].append(item_id)
        return [(*key, ids) for key, ids in sorted(reached.items())]

    def _limitation_activity(self, case, day):
        """:return: values of the activity about these items, in the owner's words"""
        company = case.company_id
        owner, absent = company._trade_who(company._trade_heirs(case), case)
        speaking = self.with_context(lang=owner.lang or self.env.lang)
        first = min(self.mapped("limitation_date"))
        return {
            "res_model_id": self.env["ir.model"]._get_id(case._name),
            "res_id": case.id,
            "activity_type_id": self.env.ref("mail.mail_activity_data_todo").id,
            "automated": True,
            "trade_wait": "limitation",
            "trade_for_id": absent.id,
            "user_id": owner.id,
            "date_deadline": day,
            "summary": speaking.env._(
                "Claims can be sued for only until %(date)s",
                date=format_date(speaking.env, first),
            ),
            "note": speaking.env._(
                "Serve a letter and keep its proof, have a statement acknowledged, or "
                "propose legal action: %(claims)s.",
                claims=speaking._limitation_claims(),
            ),
        }

    def _limitation_over(self, case):
        """:return: what the case says about these items once their period is over"""
        speaking = self.with_context(lang=case.user_id.lang or self.env.lang)
        return speaking.env._(
            "The limitation period is over; the customer may refuse to pay: "
            "%(claims)s. Propose a write-off if nothing more is to be had.",
            claims=speaking._limitation_claims(),
        )

    def _limitation_claims(self):
        return ", ".join(
            self.env._(
                "%(number)s (%(amount)s, until %(date)s)",
                number=item.number,
                amount=item.currency_id.format(item.residual),
                date=format_date(self.env, item.limitation_date),
            )
            for item in self
        )
