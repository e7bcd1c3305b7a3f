from odoo import models
from odoo.tools import SQL

from .collection_assessment_books import first_of_year

OPEN, OVERDUE = SQL("item.net > 0"), SQL("item.net > 0 AND item.due < month.last")
# Which items a figure was computed from
WHICH = {
    "collection_period": OPEN,
    "collection_rate": SQL("(item.contracted != 0 OR item.collected != 0)"),
    "receivables_share": OPEN,
    "discounts_taken": SQL("item.offered"),
    "overdue_ratio": OVERDUE,
}


class CollectionAssessment(models.Model):
    """What everybody's figures are computed from: one statement each."""

    _inherit = "collection.assessment"

    def _bases_sql(self, company, month, column):
        """Return a row for each owner: its id and the fields of ``Base`` in order."""
        return SQL(
            """
            WITH %(books)s,
                 counted AS (
                 SELECT customer.owner,
                        SUM(item.net) FILTER (WHERE item.reason IS NOT NULL) AS apart,
                        SUM(item.net) FILTER (WHERE item.reason IS NULL
                            AND item.due < %(last)s) AS overdue,
                        SUM(item.collected) FILTER (WHERE item.reason IS NULL)
                            AS collected,
                        SUM(item.contracted) FILTER (WHERE item.reason IS NULL)
                            AS contracted,
                        COUNT(DISTINCT item.partner_id) FILTER (WHERE item.offered
                            AND item.reason IS NULL) AS offered,
                        COUNT(DISTINCT item.partner_id) FILTER (WHERE item.offered
                            AND item.discounted AND item.reason IS NULL) AS taken
                   FROM item JOIN customer USING (partner_id) GROUP BY 1),
                 lost AS (%(lost)s),
                 owner AS (
                 SELECT customer.owner, SUM(customer.owed) AS owed,
                        SUM(customer.sold) AS sold, SUM(lost.amount) AS lost
                   FROM customer LEFT JOIN lost USING (partner_id) GROUP BY 1)
            SELECT owner.owner,
                   owner.owed - COALESCE(counted.apart, 0),
                   COALESCE(owner.sold, 0),
                   COALESCE(counted.collected, 0),
                   COALESCE(counted.contracted, 0),
                   (SELECT SUM(amount) FROM owed),
                   COALESCE(owner.lost, 0),
                   COALESCE(counted.taken, 0),
                   COALESCE(counted.offered, 0),
                   COALESCE(counted.overdue, 0)
              FROM owner LEFT JOIN counted USING (owner)
             WHERE owner.owner IS NOT NULL
               AND (owner.owed != 0 OR owner.sold != 0 OR owner.lost != 0
                    OR counted.collected != 0 OR counted.contracted != 0)
             ORDER BY owner.owner
            """,
            books=self._books_sql(company, month, column),
            lost=self._lost_sql(company, month),
            last=month,
        )

    def _apart_sql(self, company, month, column):
        """Insert the items that do not count into these accounts of a month."""
        return SQL(
            """
            WITH %(books)s
            INSERT INTO collection_assessment_item (
                   assessment_id, company_id, item_id, move_id, partner_id, number,
                   date, date_due, reason, amount, contracted, collected, create_uid,
                   write_uid, create_date, write_date)
            SELECT account.id, %(company)s, own.id, item.move_id, item.partner_id,
                   item.number, item.date, item.due, item.reason, item.net,
                   item.contracted, item.collected, %(uid)s, %(uid)s, %(now)s, %(now)s
              FROM item
              JOIN customer USING (partner_id)
              JOIN collection_assessment AS account
                ON account.%(column)s = customer.owner AND account.id = ANY(%(ids)s)
              LEFT JOIN collection_item AS own ON own.line_id = item.id
             WHERE item.reason IS NOT NULL
               AND (item.net > 0 OR item.contracted != 0 OR item.collected != 0)
             ORDER BY item.due, item.id
            """,
            books=self._books_sql(company, month, column),
            column=SQL.identifier(column),
            company=company.id,
            ids=self.ids,
            uid=self.env.uid,
            now=self.env.cr.now(),
        )

    def _lost_sql(self, company, month):
        """What was written off in the twelve months: not what one took over, nor what
        management wanted to sell."""
        return SQL(
            """
            SELECT customer.partner_id, ARRAY_AGG(measure.id) AS ids,
                   SUM(measure.written_off - COALESCE(released.amount, 0)) AS amount
              FROM collection_measure AS measure
              JOIN res_partner AS debtor ON debtor.id = measure.partner_id
              JOIN customer ON customer.partner_id = debtor.commercial_partner_id
              LEFT JOIN LATERAL (
                   SELECT SUM(match.amount) AS amount
                     FROM (%(matches)s) AS match
                     JOIN account_move_line AS debit ON debit.id = match.debit_id
                    WHERE EXISTS (SELECT FROM collection_objection AS objection
                                   WHERE objection.move_id = debit.move_id
                                     AND objection.state = 'overruled'))
                AS released ON TRUE
             WHERE measure.company_id = %(company)s
               AND measure.kind = 'write_off' AND measure.state = 'done'
               AND measure.done_on BETWEEN %(year)s AND %(last)s
               AND (customer.inherited IS NULL
                    OR measure.done_on >= customer.inherited + %(days)s)
               AND NOT EXISTS (
                   SELECT FROM collection_objection AS objection
                    WHERE objection.partner_id = customer.partner_id
                      AND objection.company_id = %(company)s
                      AND objection.state = 'overruled' AND objection.whole_customer
                      AND objection.entered_on <= measure.done_on)
             GROUP BY customer.partner_id
            """,
            company=company.id,
            matches=self.env["trade.settlement"]._matched_sql(
                SQL("credit.move_id = measure.move_id")
            ),
            days=company.collection_inherited_days,
            year=first_of_year(month),
            last=month,
        )

    def _open_base(self, code, name):
        """Show what a figure of this account was computed from, as the books are now.

        :param str code: a figure's
        :param str name: what the window is called
        :return: an action: journal items, or write-offs
        :rtype: dict
        """
        company, column = self.company_id, "region_id" if self.region_id else "user_id"
        model, query = "account.move.line", self._which_items_sql
        if code not in WHICH:
            model, query = "collection.measure", self._which_measures_sql
        self.env.flush_all()
        rows = self.env.execute_query(query(company, self.month, column, code))
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "view_mode": "list,form",
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", [row[0] for row in rows])],
            "context": {"create": False},
        }

    def _which_items_sql(self, company, month, column, code):
        return SQL(
            """
            WITH %(books)s, month AS (SELECT %(last)s AS last)
            SELECT item.id FROM item JOIN customer USING (partner_id), month
             WHERE customer.owner = %(owner)s AND item.reason IS NULL AND %(which)s
            """,
            books=self._books_sql(company, month, column),
            last=month,
            owner=self[column].id,
            which=WHICH[code],
        )

    def _which_measures_sql(self, company, month, column, _code):
        return SQL(
            """
            WITH %(books)s
            SELECT unnest(lost.ids) FROM (%(lost)s) AS lost
              JOIN customer USING (partner_id) WHERE customer.owner = %(owner)s
            """,
            books=self._books_sql(company, month, column),
            lost=self._lost_sql(company, month),
            owner=self[column].id,
        )
