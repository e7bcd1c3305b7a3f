import io
import logging

import xlsxwriter

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tools import SQL
from odoo.tools.misc import format_date
from odoo.tools.translate import LazyTranslate

from odoo.addons.trade_credit_base.batches import apart, words_of
from odoo.addons.trade_credit_base.core.given import said
from odoo.addons.trade_credit_base.sentences import Sentence
from odoo.addons.trade_credit_base.windows import dialog_for

from ...groups import COLLECTOR, FINANCE, USER
from ...statements import stamp

_lt = LazyTranslate(__name__)
_logger = logging.getLogger(__name__)

TEMPLATE = "ar_collection.statement_mail_template"
# No name of a customer or number of a document is a formula or a link
PLAIN = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class CollectionStatement(models.Model):
    """Balance of a customer on a day, sent to be acknowledged or contested.

    :meth:`_make` draws statements up; from then on their figures stay as they are.
    What the customer acknowledged, lets the limitation period of its items begin anew.
    """

    _name = "collection.statement"
    _description = "Statement of Account"
    _inherit = [
        "collection.document.kept",
        "mail.thread",
        "record.seal.mixin",
        "collection.record",
    ]
    _document_report = "ar_collection.collection_statement_report"
    _mail_post_access = "read"
    _order = "date desc, id desc"
    _rec_name = "number"

    number = fields.Char(required=True, index="trigram")
    recipient_id = fields.Many2one(
        "res.partner",
        required=True,
        ondelete="restrict",
        help="Addressee: the customer's invoice address, if there is one.",
    )
    user_id = fields.Many2one(
        "res.users", "Contact Person", help="The customer's salesperson."
    )
    date = fields.Date("As Of", required=True)
    state = fields.Selection(
        [
            ("draft", "Not sent"),
            ("sent", "Sent"),
            ("acknowledged", "Acknowledged"),
            ("contested", "Contested"),
        ],
        default="draft",
        required=True,
        tracking=True,
        help="A statement that was contested may be drawn up again for the same day.",
    )
    amount = fields.Monetary(
        "Balance", help="In company currency, unallocated credits taken off."
    )
    overdue = fields.Monetary(
        help="Part that was past due on the day, credits taken off the oldest first."
    )
    line_ids = fields.One2many("collection.statement.line", "statement_id", "Items")
    sheet_id = fields.Many2one("ir.attachment", "Spreadsheet", ondelete="restrict")
    waits = fields.Boolean(
        "Waits to Be Sent", help="The scheduled job sends it within minutes."
    )
    failure = Sentence(help="Reason for which it could not be sent.")
    channel = fields.Selection(
        [("email", "Email"), ("other", "Post or by hand")], "Sent By"
    )
    address = fields.Char("Sent To", help="The e-mail address as it was used.")
    sent_on = fields.Date()
    sent_by_id = fields.Many2one("res.users", "Sent By User")
    acknowledged_on = fields.Date(index="btree_not_null")
    contested_on = fields.Date()
    contested_reason = fields.Text("Why Contested")
    answered_by_id = fields.Many2one("res.users", "Answer Recorded By")
    proof_ids = fields.Many2many(
        "ir.attachment",
        "collection_statement_proof",
        "statement_id",
        "attachment_id",
        "Signed Copy or Letter",
    )

    _day_unique = models.UniqueIndex(
        "(partner_id, company_id, date) WHERE state != 'contested'",
        "There is a statement for this customer and day already.",
    )
    _waiting_idx = models.Index("(id) WHERE waits")

    @api.depends("number", "partner_id", "date")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for statement in self:
            day = format_date(self.env, statement.date)
            statement.display_name = f"{statement.partner_id.name or ''}, {day}"

    @api.model
    def _instead(self):
        return self.env._(
            "If one is wrong, record it as contested and draw up another one."
        )

    # === ACTION METHODS === #

    def action_send(self):
        """Send statements by e-mail: one at once, several in the background.

        :raises AccessError: if the user may not
        :raises UserError: if none is left to be sent
        """
        todo = self._checked("draft")
        todo.write({"waits": True, "failure": False, "sent_by_id": self.env.uid})
        if len(todo) == 1:
            todo._send()
        else:
            self.env.ref("ar_collection.statement_cron").sudo()._trigger()
        return True

    def action_mark_sent(self):
        """Note that statements went by post or were handed over.

        :raises AccessError: if the user may not
        :raises UserError: if one was sent already
        """
        todo = self._checked("draft")
        todo._render()
        todo._set_sent("other")
        return True

    def action_answer(self):
        """Ask what the customer answered, and for the proof of it."""
        self.ensure_one()
        return dialog_for(
            self.env["collection.statement.answer"],
            self.env._("What Did the Customer Answer?"),
            {"default_statement_id": self.id},
        )

    def action_open_items(self):
        """Show the statement's items that are still open or were.

        :rtype: dict
        """
        return self.line_ids.item_id._listed()

    # === BUSINESS METHODS === #

    def _acknowledge(self, day, proofs):
        """Record that the customer acknowledged the balance.

        :param date day: when it did; the limitation period begins anew on it
        :param proofs: ir.attachment records, such as the signed copy
        :raises AccessError: if the user may not
        :raises UserError: if the statement is not out, the day cannot be, or there is
            no proof
        """
        if not proofs:
            raise UserError(
                self.env._(
                    "An acknowledgement starts the limitation period anew, so it needs "
                    "its proof. Add the signed copy or the customer's letter."
                )
            )
        self._answer("acknowledged", day, proofs, acknowledged_on=day)

    def _contest(self, day, reason, proofs=None):
        """Record that the customer contests the balance.

        :param date day: when it did
        :param str reason: in the customer's words
        :param proofs: ir.attachment records, such as the customer's letter
        :raises AccessError: if the user may not
        :raises UserError: if the statement is not out, the day cannot be, or there is
            no reason
        """
        if not said(reason):
            raise UserError(self.env._("Write down what the customer contests."))
        self._answer(
            "contested", day, proofs, contested_on=day, contested_reason=reason
        )

    def _answer(self, state, day, proofs, **values):
        self.ensure_one()
        statement = self._checked("sent")
        if not statement.sent_on <= day <= statement.company_id._trade_day():
            raise UserError(
                self.env._(
                    "The day of the answer is between the day of sending and today. "
                    "Correct the day."
                )
            )
        proofs = proofs or self.env["ir.attachment"]
        proofs.check_access("write")  # not the documents of other people
        proofs.sudo().write({"res_model": self._name, "res_id": self.id})
        statement.write(
            {
                "state": state,
                "answered_by_id": self.env.uid,
                "proof_ids": [fields.Command.set(proofs.ids)],
                **values,
            }
        )

    def _set_sent(self, channel, address=False):
        for company, own in self.grouped("company_id").items():
            own.write(
                {
                    "state": "sent",
                    "channel": channel,
                    "address": address,
                    "sent_on": company._trade_day(),
                    "sent_by_id": own[:1].sent_by_id.id or self.env.uid,
                    "waits": False,
                    "failure": False,
                }
            )

    def _checked(self, state):
        """Return these statements, to be written once the rights are checked.

        :raises AccessError: if the user may not work on their customers
        :raises UserError: if one is not in ``state``
        """
        self.check_access("read")
        self._check_may(self.partner_id)
        wrong = self.filtered(lambda each: each.state != state)
        if wrong or not self:
            states = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "Choose statements in the state “%(state)s” only. Remove "
                    "%(statement)s from the selection.",
                    state=states[state],
                    statement=wrong[:1].display_name or "–",
                )
            )
        return self.sudo()

    def _check_may(self, customers=None):
        """Refuse users who may not draw up and send statements of customers.

        Collectors and finance may for all; others for customers of their own.

        :param customers: res.partner records; all there are if None
        :raises AccessError: if the user may not
        """
        user = self.env.user
        if user.has_group(COLLECTOR) or user.has_group(FINANCE):
            return
        others = customers is None or customers.sudo().filtered(
            lambda each: each.commercial_partner_id.user_id != user
        )
        if others or not user.has_group(USER):
            raise AccessError(
                self.env._(
                    "Only collectors and finance make statements of customers who "
                    "are not their own. Ask one of them."
                )
            )

    # === DRAWING UP === #

    @api.model
    def _make(self, company, day, customers=None, overdue_only=False):
        """Draw up the statements of a day.

        A customer that has one for the day already gets no second one, unless it
        contested that; one without open items gets none.

        :param company: its head company is taken; branches' ledgers count
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
                    "The ledger of a future day is not known. Choose an earlier day."
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
                   item.date, owed.date_due, %(day)s - owed.date_due,
                   item.amount_currency, item.residual_currency, item.residual,
                   item.document_currency_id, %(uid)s, %(uid)s, %(now)s, %(now)s
              FROM written JOIN item USING (partner_id)
              -- what the customer gave falls due on no day
             CROSS JOIN LATERAL (SELECT CASE WHEN item.residual > 0
                   THEN item.date_due END AS date_due) AS owed
             ORDER BY written.id, item.date_due, item.line_id)
            SELECT id FROM written ORDER BY id
            """,
            items=self._open_items_sql(company, day, customers),
            written=self._written_sql(company, day, overdue_only),
            company=company.id,
            day=day,
            **stamp(self.env),
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
            **stamp(self.env),
            lang=company.partner_id.lang or self.env.lang or "en_US",
            addressed=self.env["collection.letter"]._addressed_sql(),
            overdue_only=overdue_only,
        )

    # === THE DOCUMENTS AND THEIR SENDING === #

    # === ACTION METHODS === #

    def action_download_sheet(self):
        """Download the statement as a spreadsheet."""
        self.ensure_one()
        self.check_access("read")
        self.sudo()._render_sheet()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self.sudo().sheet_id.id}?download=true",
            "target": "download",
        }

    # === BUSINESS METHODS === #

    @api.model
    def _cron_send(self):
        """Send what waits, each in a transaction of its own.

        Safe to be killed anywhere: what was sent does not wait any more.
        """
        waiting = self.sudo().search([("waits", "=", True)], order="id")
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(waiting))
        for statement in waiting:
            with apart(self.env.cr, statement._failed):
                statement._send()
            code = "failed" if statement.failure else "sent"
            report = {f"statements_{code}": statement}
            self.env["trade.job"]._report(statement.company_id, **report)
            if not cron._commit_progress(1):
                break

    def _failed(self, error):
        _logger.warning("Statement %s: %s", self.number, error)
        self.write({"waits": False, "failure": words_of(error)})

    def _send(self):
        """Queue the statement's mail with its documents, if it has an address."""
        self.ensure_one()
        if self.state != "draft":
            self.waits = False
            return
        address = self.recipient_id.email_formatted or self.partner_id.email_formatted
        if not address:
            self.write(
                {
                    "waits": False,
                    "failure": _lt(
                        "The customer has no e-mail address: enter one, or print the "
                        "statement, post it and mark it as sent."
                    ),
                }
            )
            return
        self._render()
        self._render_sheet()
        self.env.ref(TEMPLATE).sudo().send_mail(
            self.id,
            email_values={
                "email_to": address,
                "attachment_ids": [
                    Command.set((self.attachment_id + self.sheet_id).ids)
                ],
            },
        )
        self._set_sent("email", address)

    def _render_sheet(self):
        """Make the spreadsheets of statements that have none, and keep them."""
        for statement in self.filtered(lambda each: not each.sheet_id):
            spoken = statement.with_context(lang=statement.lang)
            statement.sheet_id = statement._keep("xlsx", spoken._sheet(), SHEET)

    def _sheet(self):
        """:return: the statement as a spreadsheet, in the language of the context"""
        content = io.BytesIO()
        with xlsxwriter.Workbook(content, PLAIN) as book:
            bold = book.add_format({"bold": True})
            day = book.add_format({"num_format": "yyyy-mm-dd", "align": "left"})
            money = book.add_format({"num_format": "#,##0.00"})
            sheet = book.add_worksheet(self.number.replace("/", "-"))
            sheet.set_column(0, 1, 22)
            sheet.set_column(2, 8, 14)
            top = self._write_head(sheet, bold, day)
            for column, head in enumerate(self._heads()):
                sheet.write(top, column, head, bold)
            for row, line in enumerate(self.line_ids, top + 1):
                for column, value in enumerate(line._cells()):
                    style = {2: day, 3: day}.get(column, money if column > 4 else None)
                    sheet.write(row, column, value, *([style] if style else []))
            totals_from = top + 1 + len(self.line_ids)
            for row, (currency, amount) in enumerate(self._totals(), totals_from):
                sheet.write(row, 6, amount, money)
                sheet.write(row, 7, currency.name, bold)
        return content.getvalue()

    def _write_head(self, sheet, bold, day):
        """:return: the row that the table begins on"""
        facts = [
            (self.env._("Statement of account"), self.number),
            (self.env._("Company"), self.company_id.name),
            (self.env._("Customer"), self.partner_id.name),
            (self.env._("As of"), self.date),
        ]
        for row, (name, value) in enumerate(facts):
            sheet.write(row, 0, name, bold)
            sheet.write(row, 1, value, *([day] if value == self.date else []))
        return len(facts) + 1

    def _heads(self):
        return [
            self.env._("Document"),
            self.env._("Number"),
            self.env._("Date"),
            self.env._("Due date"),
            self.env._("Days late"),
            self.env._("Amount"),
            self.env._("Open"),
            self.env._("Currency"),
            self.env._("Open in %(currency)s", currency=self.currency_id.name),
        ]
