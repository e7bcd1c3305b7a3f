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
        today = company._trade_day()
        self._check_may(customers)
        company.with_env(self.env)._collection_check_own()
        if day > today:
            raise UserError(
                self.env._(
                    "The books of a day to come are not known. Take an earlier one."
                )
            )
        self.env["collection.item"].sudo()._sync(company, today)
        if customers is not None:
            customers = customers.sudo().commercial_partner_id
        rows = self.env.execute_query(
            self._make_sql(company, day, customers, overdue_only)
        )
        self.env.invalidate_all()
        return self.browse(row[0] for row in rows)

    def _make_sql(self, company, day, customers, overdue_only):
        return SQL(
            """
            WITH item AS MATERIALIZED (%(items)s),
                 customer AS MATERIALIZED (
                 SELECT partner_id, SUM(residual) AS owed, SUM(late) AS overdue
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
             ORDER BY written.id, item.date_due, item.line_id)
            SELECT id FROM written ORDER BY id
            """,
            items=self._open_items_sql(company, day, customers),
            written=self._written_sql(company, day, overdue_only),
            company=company.id,
            day=day,
            uid=self.env.uid,
            now=self.env.cr.now(),
        )

    def _open_items_sql(self, company, day, customers):
        """Return what was open on a day and how much of it was late, credits taken off;
        see ``trade.receivable``."""
        reader = self.env["trade.receivable"]
        return SQL(
            """
            SELECT owed.line_id, owed.partner_id, own.id AS item_id, owed.number,
                   COALESCE(move.invoice_date, owed.date) AS date,
                   owed.due AS date_due,
                   CASE WHEN owed.payment_id IS NOT NULL THEN 'payment'
                        WHEN move.move_type = 'out_invoice' THEN 'invoice'
                        WHEN move.move_type = 'out_refund' THEN 'refund'
                        WHEN journal.type IN ('bank', 'cash', 'credit') THEN 'payment'
                        ELSE 'other' END AS kind,
                   owed.booked_currency AS amount_currency,
                   owed.currency_id AS document_currency_id, owed.amount AS residual,
                   owed.amount_currency AS residual_currency,
                   CASE WHEN owed.net > 0 AND owed.due < owed.day THEN owed.net ELSE 0
                        END AS late
              FROM (%s) AS owed
              LEFT JOIN account_move AS move ON move.id = owed.move_id
              LEFT JOIN account_journal AS journal ON journal.id = move.journal_id
              LEFT JOIN collection_item AS own ON own.line_id = owed.line_id
             WHERE owed.partner_id IS NOT NULL
            """,
            reader._net_sql(reader._of_company(company, customers), [day]),
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
