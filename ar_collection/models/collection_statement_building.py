from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class CollectionStatement(models.Model):
    """Statements are drawn up from the books as they stood: two statements of SQL."""

    _inherit = "collection.statement"

    @api.model
    def _make(self, company, day, customers=None, overdue_only=False):
        """Draw up the statements of a day.

        A customer that has one for the day already gets no second one, unless it
        contested that; one without open items gets none.

        :param company: its head company is taken; branches' books count
        :param date day: today or before
        :param customers: res.partner records; all customers if None
        :param bool overdue_only: leave out customers who owed nothing that was late
        :return: the new statements, drafts
        :raises AccessError: if the user may not for one of the customers, or does not
            work in the company
        :raises UserError: if the day is to come
        """
        company = company.root_id
        today = company._collection_day()
        self._check_may(customers)
        company.with_env(self.env)._collection_check_own()
        if day > today:
            raise UserError(
                self.env._(
                    "The books of a day to come are not known. Take an earlier one."
                )
            )
        self.env["collection.item"].sudo()._sync(company, today)
        chosen = None if customers is None else customers.commercial_partner_id.ids
        rows = self.env.execute_query(
            self._make_sql(company, day, chosen, overdue_only)
        )
        self.env.invalidate_all()
        return self.browse(row[0] for row in rows)

    def _make_sql(self, company, day, chosen, overdue_only):
        return SQL(
            """
            WITH item AS MATERIALIZED (%(items)s),
                 customer AS MATERIALIZED (
                 SELECT partner_id, SUM(residual) AS owed,
                        GREATEST(0, COALESCE(SUM(residual) FILTER (
                            WHERE residual > 0 AND date_due < %(day)s), 0)
                            + COALESCE(SUM(residual) FILTER (WHERE residual < 0), 0))
                            AS overdue
                   FROM item GROUP BY partner_id),
                 written AS (%(written)s),
                 line AS (
            INSERT INTO collection_statement_line (
                   statement_id, company_id, item_id, kind, number, date, date_due,
                   days_late, amount_currency, residual_currency, residual,
                   document_currency_id, create_uid, write_uid, create_date, write_date)
            SELECT written.id, %(company)s, item.item_id, item.kind, item.number,
                   item.date, item.date_due, %(day)s - item.date_due,
                   item.amount_currency, item.residual_currency, item.residual,
                   item.document_currency_id, %(uid)s, %(uid)s, %(now)s, %(now)s
              FROM written JOIN item USING (partner_id)
             ORDER BY written.id, item.date_due, item.id)
            SELECT id FROM written ORDER BY id
            """,
            items=self._open_items_sql(company, day, chosen),
            written=self._written_sql(company, day, overdue_only),
            company=company.id,
            day=day,
            uid=self.env.uid,
            now=self.env.cr.now(),
        )

    def _open_items_sql(self, company, day, chosen):
        """Return what was open on a day: matches count from their date on."""
        items = self.env["collection.item"]
        return SQL(
            """
            SELECT line.id, partner.commercial_partner_id AS partner_id,
                   own.id AS item_id, line.move_name AS number,
                   COALESCE(move.invoice_date, line.date) AS date,
                   COALESCE(line.date_maturity, line.date) AS date_due,
                   CASE move.move_type WHEN 'out_invoice' THEN 'invoice'
                        WHEN 'out_refund' THEN 'refund'
                        ELSE CASE WHEN journal.type IN ('bank', 'cash', 'credit')
                                  THEN 'payment' ELSE 'other' END END AS kind,
                   line.amount_currency, line.currency_id AS document_currency_id,
                   line.balance - COALESCE(debit.amount, 0)
                       + COALESCE(credit.amount, 0) AS residual,
                   line.amount_currency - COALESCE(debit.amount_currency, 0)
                       + COALESCE(credit.amount_currency, 0) AS residual_currency
              FROM account_move_line AS line
              JOIN account_move AS move ON move.id = line.move_id
              JOIN account_journal AS journal ON journal.id = move.journal_id
              JOIN res_partner AS partner ON partner.id = line.partner_id
              LEFT JOIN collection_item AS own ON own.line_id = line.id
              LEFT JOIN LATERAL (
                   SELECT SUM(match.amount) AS amount,
                          SUM(match.debit_amount_currency) AS amount_currency
                     FROM account_partial_reconcile AS match
                    WHERE match.debit_move_id = line.id AND match.max_date <= %(day)s)
                AS debit ON TRUE
              LEFT JOIN LATERAL (
                   SELECT SUM(match.amount) AS amount,
                          SUM(match.credit_amount_currency) AS amount_currency
                     FROM account_partial_reconcile AS match
                    WHERE match.credit_move_id = line.id AND match.max_date <= %(day)s)
                AS credit ON TRUE
             WHERE line.parent_state = 'posted' AND line.date <= %(day)s
               AND (%(all)s OR partner.commercial_partner_id = ANY(%(chosen)s))
               AND line.account_id = ANY(ARRAY(%(accounts)s))
               AND line.company_id = ANY(ARRAY(%(branches)s))
               AND line.balance - COALESCE(debit.amount, 0)
                   + COALESCE(credit.amount, 0) != 0
            """,
            all=chosen is None,
            chosen=chosen or [],
            day=day,
            accounts=items._accounts_sql(),
            branches=items._branches_sql(company),
        )

    def _written_sql(self, company, day, overdue_only):
        return SQL(
            """
            INSERT INTO collection_statement (
                   id, number, company_id, partner_id, recipient_id, user_id, lang,
                   date, state, amount, overdue, waits, create_uid, write_uid,
                   create_date, write_date)
            SELECT id, 'SA/' || %(year)s || '/' || LPAD(id::text, 6, '0'), %(company)s,
                   partner_id, recipient_id, user_id, lang, %(day)s, 'draft', owed,
                   overdue, FALSE, %(uid)s, %(uid)s, %(now)s, %(now)s
              FROM (SELECT nextval('collection_statement_id_seq') AS id,
                           customer.partner_id, addressed.recipient_id,
                           partner.user_id, customer.owed, customer.overdue,
                           COALESCE(spoken.code, %(lang)s) AS lang
                      FROM customer
                      JOIN res_partner AS partner ON partner.id = customer.partner_id
                      JOIN LATERAL (%(addressed)s) AS addressed ON TRUE
                      LEFT JOIN res_lang AS spoken
                        ON spoken.code = partner.lang AND spoken.active
                     WHERE customer.overdue > 0 OR NOT %(overdue_only)s
                     ORDER BY partner.complete_name, partner.id) AS numbered
                ON CONFLICT DO NOTHING
            RETURNING id, partner_id
            """,
            year=str(day.year),
            company=company.id,
            day=day,
            uid=self.env.uid,
            now=self.env.cr.now(),
            lang=company.partner_id.lang or self.env.lang or "en_US",
            addressed=self.env["collection.letter"]._addressed_sql(),
            overdue_only=overdue_only,
        )
