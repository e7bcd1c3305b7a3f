from odoo import models
from odoo.tools import SQL, date_utils


class CollectionAssessment(models.Model):
    """What the books say about a month, as tables that statements begin with.

    Balances are those of the month's end, see ``trade.receivable``. A customer is its
    salesperson's at the month's end, whoever took it over since; a dispute found valid
    is one until it is resolved. An item does not count while it is disputed, newly
    inherited, or sold against the salesperson's objection.
    """

    _inherit = "collection.assessment"

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
                 SELECT item.id, item.move_id, booked.move_name AS number,
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
        """What was matched up to the month's end: with credit notes, with money that
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
        """Who each customer's salesperson or region was, and since when; what the
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


def first_of_year(month):
    """:return: the first day of the twelve months that end with a month's last day"""
    return date_utils.add(date_utils.start_of(month, "month"), months=-11)
