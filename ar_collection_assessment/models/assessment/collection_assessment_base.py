from odoo import models
from odoo.tools import SQL, date_utils

from odoo.addons.ar_collection.statements import stamp
from odoo.addons.trade_credit_base.windows import list_of

OPEN, OVERDUE = SQL("item.net > 0"), SQL("item.net > 0 AND item.due < month.last")

# Which items a figure was computed from
WHICH = {
    "collection_period": OPEN,
    "collection_rate": SQL("(item.contracted != 0 OR item.collected != 0)"),
    "receivables_share": OPEN,
    "discounts_taken": SQL("item.offered"),
    "overdue_ratio": OVERDUE,
}


def first_of_year(month):
    """:return: the first day of the twelve months that end with a month's last day"""
    return date_utils.add(date_utils.start_of(month, "month"), months=-11)


class CollectionAssessment(models.Model):
    """Bases of everybody's figures: one statement each."""

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
            **stamp(self.env),
        )

    def _lost_sql(self, company, month):
        """Return write-offs of the twelve months: not what one took over, nor what
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
        company, column = self.company_id, self._column()
        model, query = "account.move.line", self._which_items_sql
        if code not in WHICH:
            model, query = "collection.measure", self._which_measures_sql
        self.env.flush_all()
        rows = self.env.execute_query(query(company, self.month, column, code))
        return list_of(self.env[model], name, [("id", "in", [row[0] for row in rows])])

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

    # === FROM THE BOOKS === #

    def _books_sql(self, company, month, column):
        """Return the tables ``standing`` and ``customer`` (one row a customer) and
        ``item`` (one row a receivable line that was to be paid) of a month's end.
        """
        return SQL(
            "%(lines)s, %(matches)s, %(customers)s, %(items)s",
            lines=self._book_lines_sql(company, month),
            matches=self._book_matches_sql(company, month),
            customers=self._book_customers_sql(company, month, column),
            items=self._book_items_sql(company, month),
        )

    def _book_lines_sql(self, company, month):
        reader = self.env["trade.receivable"]
        whose = reader._of_company(company)
        return SQL(
            """
            line AS MATERIALIZED (
                 SELECT item.id, item.move_id,
                        COALESCE(booked.trade_number, booked.move_name) AS number,
                        item.partner_id, item.date, item.due, item.amount AS balance,
                        booked.discount_date,
                        move.move_type IN ('out_invoice', 'out_refund') AS is_sale
                   FROM (%(items)s) AS item
                   JOIN account_move_line AS booked ON booked.id = item.id
                   JOIN account_move AS move ON move.id = item.move_id),
                 owed AS MATERIALIZED (%(owed)s)
            """,
            items=self.env["trade.settlement"]._items_sql(whose, month),
            owed=reader._net_sql(whose, [month]),
        )

    def _book_matches_sql(self, company, month):
        """Return matches up to the month's end: with credit notes, with money that
        came in the month, and with a cash discount deducted in time."""
        return SQL(
            """
            deducted AS MATERIALIZED (
                 SELECT DISTINCT line.move_id
                   FROM account_move_line AS line
                   JOIN res_company AS branch
                     ON branch.account_journal_early_pay_discount_loss_account_id
                        = line.account_id AND branch.id = line.company_id
                  WHERE line.company_id = ANY(ARRAY(%(branches)s))
                    AND line.date <= %(last)s),
                 matched AS MATERIALIZED (
                 SELECT line.id, SUM(match.amount) FILTER (
                            WHERE entry.move_type = 'out_refund') AS credited,
                        SUM(match.amount) FILTER (
                            WHERE match.date >= %(first)s
                              AND journal.type IN ('bank', 'cash', 'credit'))
                            AS collected,
                        BOOL_OR(match.date <= line.discount_date
                            AND deducted.move_id IS NOT NULL) AS discounted
                   FROM (%(matches)s) AS match
                   JOIN line ON line.id = match.debit_id
                   JOIN account_move_line AS credit ON credit.id = match.credit_id
                   JOIN account_move AS entry ON entry.id = credit.move_id
                   JOIN account_journal AS journal ON journal.id = entry.journal_id
                   LEFT JOIN deducted ON deducted.move_id = entry.id
                  WHERE match.date <= %(last)s
                  GROUP BY line.id)
            """,
            branches=self.env["trade.receivable"]._branches_sql(company),
            matches=self.env["trade.settlement"]._matched_sql(
                SQL("match.debit_move_id IN (SELECT id FROM line)")
            ),
            first=date_utils.start_of(month, "month"),
            last=month,
        )

    def _book_customers_sql(self, company, month, column):
        """Return each customer's salesperson or region, and since when; what the
        customer owed, and bought on credit in the twelve months."""
        owner = {
            "user_id": SQL("COALESCE(later.from_id, partner.user_id)"),
            "region_id": SQL("partner.state_id"),
        }[column]
        return SQL(
            """
            standing AS MATERIALIZED (
                 SELECT partner_id, COALESCE(balance.owed, 0) AS owed, bought.sold
                   FROM (SELECT partner_id, SUM(amount) AS owed FROM owed
                          WHERE partner_id IS NOT NULL GROUP BY 1) AS balance
                   FULL JOIN (
                        SELECT partner_id, SUM(balance) FILTER (
                                   WHERE is_sale AND date >= %(year)s) AS sold
                          FROM line GROUP BY 1) AS bought USING (partner_id)),
                 owning AS MATERIALIZED (
                 SELECT standing.*, %(owner)s AS owner,
                        COALESCE(later.from_id, partner.user_id) AS user_id
                   FROM standing
                   JOIN res_partner AS partner ON partner.id = standing.partner_id
                   LEFT JOIN (
                        SELECT DISTINCT ON (own.partner_id)
                               own.partner_id, given.from_id
                          FROM collection_handover_line AS own
                          JOIN collection_handover AS given
                            ON given.id = own.handover_id
                         WHERE own.state = 'done' AND own.company_id = %(company)s
                           AND own.date > %(last)s
                         ORDER BY own.partner_id, own.date, own.id) AS later
                     ON later.partner_id = standing.partner_id),
                 customer AS MATERIALIZED (
                 SELECT owning.*, taken.date AS inherited
                   FROM owning
                   LEFT JOIN (
                        SELECT partner_id, to_id, MAX(date) AS date
                          FROM collection_handover_line
                         WHERE state = 'done' AND company_id = %(company)s
                           AND date <= %(last)s
                         GROUP BY 1, 2) AS taken
                     ON taken.partner_id = owning.partner_id
                    AND taken.to_id = owning.user_id
                    AND %(personal)s)
            """,
            owner=owner,
            personal=column == "user_id",
            company=company.id,
            year=first_of_year(month),
            last=month,
        )

    def _book_items_sql(self, company, month):
        disputed = self.env["collection.dispute"]._fields["item_ids"]
        return SQL(
            """
            item AS MATERIALIZED (
                 SELECT line.id, line.move_id, line.number, line.partner_id, line.date,
                        line.due,
                        line.discount_date BETWEEN %(first)s AND %(last)s AS offered,
                        COALESCE(matched.discounted, FALSE) AS discounted,
                        COALESCE(matched.collected, 0) AS collected,
                        CASE WHEN line.due BETWEEN %(first)s AND %(last)s
                             THEN line.balance - COALESCE(matched.credited, 0)
                             ELSE 0 END AS contracted,
                        COALESCE(owed.net, 0) AS net,
                        CASE WHEN disputed.line_id IS NOT NULL THEN 'dispute'
                             WHEN line.date <= customer.inherited
                              AND %(last)s - customer.inherited < %(days)s
                             THEN 'inherited'
                             WHEN EXISTS (
                                  SELECT FROM collection_objection AS objection
                                   WHERE objection.state = 'overruled'
                                     AND objection.company_id = %(company)s
                                     AND objection.entered_on <= %(last)s
                                     AND (objection.move_id = line.move_id
                                          OR objection.whole_customer
                                          AND objection.partner_id = line.partner_id
                                          AND objection.entered_on <= line.date))
                             THEN 'released' END AS reason
                   FROM line
                   JOIN customer USING (partner_id)
                   LEFT JOIN matched ON matched.id = line.id
                   LEFT JOIN owed ON owed.line_id = line.id
                   LEFT JOIN (
                        SELECT DISTINCT own.line_id
                          FROM collection_dispute AS dispute
                          JOIN %(table)s AS rel ON rel.%(dispute)s = dispute.id
                          JOIN collection_item AS own ON own.id = rel.%(item)s
                         WHERE dispute.raised_on <= %(last)s
                           AND (dispute.state = 'valid'
                                OR dispute.resolution = 'credit_note'
                               AND dispute.resolved_on > %(last)s)) AS disputed
                     ON disputed.line_id = line.id
                  WHERE line.balance > 0)
            """,
            table=SQL.identifier(disputed.relation),
            item=SQL.identifier(disputed.column2),
            dispute=SQL.identifier(disputed.column1),
            days=company.collection_inherited_days,
            company=company.id,
            first=date_utils.start_of(month, "month"),
            last=month,
        )
