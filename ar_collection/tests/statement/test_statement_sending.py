import hashlib
import io
from datetime import date
from unittest.mock import patch

from openpyxl import load_workbook

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools.pdf import PdfFileReader

from .statement_common import DAY, StatementCommon

LOGGER = "odoo.addons.ar_collection.models.statement.collection_statement"


@tagged("post_install", "-at_install")
class TestStatementSending(StatementCommon):
    """How statements become documents, and get to customers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.statements = cls.env["collection.statement"].sudo()
        cls.shop.email = "shop@example.com"

    def test_a_statement_goes_out_once_with_its_documents_as_kept(self):
        self._sold(100, date(2024, 3, 1), DAY)
        statement = self._make(self.shop).with_user(self.collector)
        statement.action_send()
        self.assertRecordValues(
            statement,
            [
                {
                    "state": "sent",
                    "channel": "email",
                    "sent_on": self.today,
                    "sent_by_id": self.collector.id,
                    "address": '"Corner Shop" <shop@example.com>',
                }
            ],
        )
        mails = self.env["mail.mail"].search(
            [("model", "=", statement._name), ("res_id", "=", statement.id)]
        )
        self.assertEqual(len(mails), 1)
        self.assertIn("shop@example.com", mails.email_to)
        statement = statement.sudo()
        documents = statement.attachment_id + statement.sheet_id
        self.assertEqual(mails.attachment_ids, documents)
        pdf = statement.attachment_id.raw
        self.assertTrue(pdf.startswith(b"%PDF"))
        self.assertEqual(statement.sha256, hashlib.sha256(pdf).hexdigest())
        with self.assertRaises(UserError):
            statement.action_send()
        for attempt in (
            lambda: statement.attachment_id.write({"raw": b"else"}),
            statement.attachment_id.unlink,
        ):
            with self.assertRaises(UserError):
                attempt()

    def test_the_spreadsheet_says_what_the_statement_says(self):
        euro = self.setup_other_currency("EUR", rates=[("2024-01-01", 0.5)])
        self._sold(100, date(2024, 3, 1), date(2024, 3, 11))
        self._sold(50, date(2024, 3, 1), DAY, currency_id=euro.id)
        statement = self._make(self.shop)
        statement.action_download_sheet()
        book = load_workbook(io.BytesIO(statement.sheet_id.raw))
        rows = list(book.active.iter_rows(values_only=True))
        self.assertEqual(rows[0][:2], ("Statement of account", statement.number))
        self.assertEqual(rows[2][1], "Corner Shop")
        numbers = statement.line_ids.mapped("number")
        body = [row for row in rows if row[1] in numbers]
        self.assertEqual(
            [row[4:] for row in body],
            [(20, 100, 100, "USD", 100), (0, 50, 50, "EUR", 100)],
        )
        self.assertEqual([row[6:8] for row in rows[-2:]], [(50, "EUR"), (100, "USD")])

    def test_without_an_address_it_is_not_sent_and_says_why(self):
        self.shop.email = False
        self._sold(100, date(2024, 3, 1), DAY)
        statement = self._make(self.shop)
        statement.action_send()
        self.assertEqual(statement.state, "draft")
        self.assertIn("no e-mail address", statement.failure)
        statement.action_mark_sent()
        self.assertRecordValues(
            statement, [{"state": "sent", "channel": "other", "failure": False}]
        )

    def test_several_are_sent_in_the_background_each_on_its_own(self):
        shops = [
            self._customer(f"Shop {n}", email=f"shop{n}@example.com") for n in range(3)
        ]
        for shop in shops:
            self._sold(100, date(2024, 3, 1), DAY, shop)
        made = self._make(*shops)
        made.action_send()
        self.assertEqual(made.mapped("waits"), [True] * 3)
        self.assertEqual(set(made.mapped("state")), {"draft"})
        cls = type(made)
        render = cls._render

        def broken(statements):
            if statements == made[1]:
                raise ValueError("no paper")
            return render(statements)

        with (
            patch.object(cls, "_render", broken),
            patch.object(
                type(self.env["ir.cron"]), "_commit_progress", lambda *_, **__: 1
            ),
            self.assertLogs(LOGGER, "WARNING"),
        ):
            self.statements._cron_send()
        self.assertEqual(made.mapped("state"), ["sent", "draft", "sent"])
        self.assertEqual(made[1].failure, "no paper")
        self.assertFalse(any(made.mapped("waits")))

    def test_printing_many_gives_one_document_of_the_kept_ones(self):
        shops = [self._customer(f"Shop {number}") for number in range(2)]
        for shop in shops:
            self._sold(100, date(2024, 3, 1), DAY, shop)
        made = self._make(*shops).with_user(self.collector)
        made[0].sudo()._render()
        kept = made[0].sudo().attachment_id.raw
        report = self.env.ref("ar_collection.collection_statement_report")
        report = report.with_context(force_report_rendering=True)
        content, _kind = report._render_qweb_pdf(report, made.ids)
        self.assertEqual(len(PdfFileReader(io.BytesIO(content)).pages), 2)
        self.assertEqual(made[0].sudo().attachment_id.raw, kept)
        self.assertTrue(made[1].sudo().sha256)
