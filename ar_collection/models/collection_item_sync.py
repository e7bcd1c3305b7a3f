from odoo import api, models
from odoo.tools import SQL

DUE = SQL("COALESCE(line.date_maturity, line.date)")


class CollectionItem(models.Model):
    """How items follow the books: a few statements for a whole company."""

    _inherit = "collection.item"

    @api.model
    def _sync(self, company, day, partners=None):
        """Bring the items of a company up to date with its books.

        New receivable lines become items, settled ones are closed, those that are open
        again are opened; what each still comes to is computed with unallocated credits
        taken off the oldest first.

        :param company: a root company; its branches' books count
        :param date day: today, where the company is
        :param partners: commercial entities, to look at these only; None for all
        """
        self.env.flush_all()
        self.env.cr.execute(self._new_sql(company, day, partners))
        self.env.cr.execute(self._residual_sql(company, partners))
        self.invalidate_model()

    def _among_sql(self, column, partners):
        """:return: SQL of a condition: a column holds one of these customers"""
        if partners is None:
            return SQL("TRUE")
        return SQL("%s = ANY(%s)", SQL(column), partners.ids)

    def _new_sql(self, company, day, partners):
        return SQL(
            """
            INSERT INTO collection_item (
                   line_id, move_id, number, partner_id, company_id, date, date_due,
                   state, residual, first_seen, paused_days, limitation_since,
                   limitation_date, create_uid, write_uid, create_date, write_date)
            SELECT line.id, line.move_id, line.move_name,
                   partner.commercial_partner_id, %(company)s, line.date,
                   COALESCE(line.date_maturity, line.date), 'open',
                   line.amount_residual, %(day)s, 0, %(since)s, %(until)s,
                   %(uid)s, %(uid)s, %(now)s, %(now)s
              FROM account_move_line AS line
              JOIN res_partner AS partner ON partner.id = line.partner_id
             WHERE line.parent_state = 'posted' AND line.reconciled IS NOT TRUE
               AND line.amount_residual > 0 AND line.balance > 0
               AND line.account_id = ANY(ARRAY(%(accounts)s))
               AND line.company_id = ANY(ARRAY(%(branches)s))
               AND %(among)s
                ON CONFLICT (line_id) DO NOTHING
            """,
            company=company.id,
            day=day,
            since=self._limitation_since_sql(company, DUE),
            until=self._limitation_until_sql(company, DUE),
            uid=self.env.uid,
            now=self.env.cr.now(),
            accounts=self._accounts_sql(),
            branches=self._branches_sql(company),
            among=self._among_sql("partner.commercial_partner_id", partners),
        )

    def _residual_sql(self, company, partners):
        """Write what each item still comes to, and whether it is open."""
        return SQL(
            """
            UPDATE collection_item AS item
               SET residual = fresh.residual, partner_id = fresh.partner_id,
                   number = fresh.number, date = fresh.date,
                   date_due = fresh.date_due, state = fresh.state
              FROM (%(fresh)s) AS fresh
             WHERE item.id = fresh.id
               AND (item.residual, item.partner_id, item.number, item.date,
                    item.date_due, item.state)
                   IS DISTINCT FROM (fresh.residual, fresh.partner_id, fresh.number,
                                     fresh.date, fresh.date_due, fresh.state)
            """,
            fresh=self._fresh_sql(company, partners),
        )

    def _fresh_sql(self, company, partners):
        """Return items with their residual once all credits of the customer are taken
        off, the oldest item first."""
        return SQL(
            """
            WITH open_line AS MATERIALIZED (
                 SELECT line.id, partner.commercial_partner_id AS partner_id,
                        COALESCE(line.date_maturity, line.date) AS date_due,
                        line.amount_residual AS amount, line.move_name AS number,
                        line.date
                   FROM account_move_line AS line
                   JOIN res_partner AS partner ON partner.id = line.partner_id
                  WHERE line.parent_state = 'posted' AND line.reconciled IS NOT TRUE
                    AND line.amount_residual != 0
                    AND line.account_id = ANY(ARRAY(%(accounts)s))
                    AND line.company_id = ANY(ARRAY(%(branches)s))
                    AND %(among_lines)s),
                 credit AS MATERIALIZED (
                 SELECT partner_id, SUM(amount) AS amount
                   FROM (SELECT partner_id, amount FROM open_line WHERE amount < 0
                          UNION ALL
                         %(unbooked)s) AS any_credit
                  GROUP BY partner_id),
                 net AS MATERIALIZED (
                 SELECT open_line.id, open_line.partner_id, open_line.date_due,
                        open_line.number, open_line.date,
                        GREATEST(0, LEAST(open_line.amount, SUM(open_line.amount) OVER (
                            PARTITION BY open_line.partner_id
                            ORDER BY open_line.date_due, open_line.id
                            ROWS UNBOUNDED PRECEDING)
                            + COALESCE(credit.amount, 0))) AS residual
                   FROM open_line LEFT JOIN credit USING (partner_id)
                  WHERE open_line.amount > 0)
            SELECT item.id, COALESCE(net.residual, 0) AS residual,
                   COALESCE(net.partner_id, item.partner_id) AS partner_id,
                   COALESCE(net.number, item.number) AS number,
                   COALESCE(net.date, item.date) AS date,
                   COALESCE(net.date_due, item.date_due) AS date_due,
                   CASE WHEN net.id IS NULL THEN 'closed' ELSE 'open' END AS state
              FROM collection_item AS item
              LEFT JOIN net ON net.id = item.line_id
             WHERE item.company_id = %(company)s AND %(looked_at)s
            """,
            accounts=self._accounts_sql(),
            branches=self._branches_sql(company),
            company=company.id,
            among_lines=self._among_sql("partner.commercial_partner_id", partners),
            looked_at=self._looked_at_sql(company, partners),
            unbooked=self._unbooked_sql(company, partners),
        )

    def _unbooked_sql(self, company, partners):
        """Payments that wait for the bank statement without an entry of their own."""
        return SQL(
            """
            SELECT partner.commercial_partner_id,
                   -payment.amount_company_currency_signed
              FROM account_payment AS payment
              JOIN res_partner AS partner ON partner.id = payment.partner_id
             WHERE payment.partner_type = 'customer' AND payment.move_id IS NULL
               AND payment.payment_type = 'inbound'
               AND payment.state IN ('in_process', 'paid')
               AND payment.is_matched IS NOT TRUE
               AND payment.company_id = ANY(ARRAY(%(branches)s)) AND %(among)s
            """,
            branches=self._branches_sql(company),
            among=self._among_sql("partner.commercial_partner_id", partners),
        )

    def _looked_at_sql(self, company, partners):
        """Open items, and those of open lines. Of some customers, found by indexes: the
        closed items of many years are not read for one of them."""
        if partners is None:
            return SQL("(item.state = 'open' OR net.id IS NOT NULL)")
        return SQL(
            """item.id = ANY(ARRAY(
               SELECT known.id FROM collection_item AS known
                WHERE known.company_id = %s AND known.state = 'open' AND %s
                UNION
               SELECT known.id FROM collection_item AS known
                 JOIN net ON net.id = known.line_id))""",
            company.id,
            self._among_sql("known.partner_id", partners),
        )

    def _accounts_sql(self):
        return SQL(
            "SELECT id FROM account_account WHERE account_type = 'asset_receivable'"
        )

    def _branches_sql(self, company):
        return SQL(
            """SELECT id FROM res_company
                WHERE split_part(parent_path, '/', 1)::int = %s""",
            company.id,
        )
