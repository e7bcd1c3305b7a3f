import io
import logging

import xlsxwriter

from odoo import api, models
from odoo.fields import Command

from odoo.addons.trade_credit_base.batches import apart, taken_up_again

_logger = logging.getLogger(__name__)

TEMPLATE = "ar_collection.statement_mail_template"
# No name of a customer or number of a document is a formula or a link
PLAIN = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class CollectionStatement(models.Model):
    """PDF and spreadsheet of a statement, made once, and its sending."""

    _inherit = "collection.statement"

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
        with taken_up_again(self.env, "ar_collection.statement_cron"):
            for statement in waiting:
                with apart(self.env.cr, statement._failed):
                    statement._send()
                if not cron._commit_progress(1):
                    break

    def _failed(self, error):
        _logger.warning("Statement %s: %s", self.number, error)
        self.write({"waits": False, "failure": str(error)})

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
                    "failure": self.env._(
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
