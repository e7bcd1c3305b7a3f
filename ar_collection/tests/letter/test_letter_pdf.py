import io
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import html2plaintext
from odoo.tools.pdf import PdfFileReader

from ...core.letter import fingerprint
from ...models.document import collection_document as rendering
from .test_letter import LetterCommon

COMMAND = "odoo.addons.base.models.ir_actions_report._run_wkhtmltopdf"
TITLES = {
    "reminder": (-7, "Payment Reminder", "付款提醒"),
    "notice": (1, "Collection Notice", "催款通知单"),
    "notice2": (7, "Second Collection Notice", "第二次催款通知单"),
    "warning": (15, "Formal Warning", "欠款警告书"),
    "measures": (30, "Notice of Protective Measures", "保护措施通知书"),
}


class PdfCommon(LetterCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.report = cls.env.ref("ar_collection.collection_letter_report").sudo()
        cls.company.partner_id.write(
            {"street": "18 Harbour Road", "vat": "VAT123", "phone": "+1 555"}
        )
        cls.bank = cls.env["res.partner.bank"].create(
            {"acc_number": "DE89 1", "partner_id": cls.company.partner_id.id}
        )
        cls.salesman.partner_id.write({"phone": "+1 777", "email": "sam@example.com"})

    def _text(self, letter):
        html, _kind = self.report._render_qweb_html(self.report, letter.ids)
        return html2plaintext(html.decode())

    def _pages(self, pdf):
        return PdfFileReader(io.BytesIO(pdf), strict=False).getNumPages()


@tagged("post_install", "-at_install")
class TestLetterText(PdfCommon):
    """What the customer reads."""

    def test_each_kind_speaks_both_languages(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        module = self.env["ir.module.module"]
        module._load_module_terms(["ar_collection"], ["zh_CN"])
        for lang in "en_US", "zh_CN":
            for kind, title in TITLES.items():
                customer = self._customer(f"{kind} {lang}", lang=lang)
                self._invoice(100, title[0], customer)
        letters = self.letters._build(self._run())
        self.assertEqual(len(letters), 10)
        for letter in letters:
            place = 2 if letter.lang == "zh_CN" else 1
            with self.subTest(kind=letter.kind, lang=letter.lang):
                self.assertIn(TITLES[letter.kind][place], self._text(letter))

    def test_it_says_who_writes_what_is_owed_and_where_to_pay(self):
        invoice = self._invoice(1234.5, 15)
        self._seen_in_time()
        letter = self.letters._build(self._run())
        text = self._text(letter)
        for said in (
            self.company.name,
            "18 Harbour Road",
            "VAT123",
            self.shop.name,
            letter.number,
            invoice.name,
            "1,234.50",
            "DE89 1",
            self.salesman.name,
            "+1 777",
            "sam@example.com",
            "legal action",
        ):
            self.assertIn(said, text)

    def test_earlier_letters_are_quoted_if_there_are_any(self):
        first = self._letter(late=7)
        self.assertNotIn("before:", self._text(first))
        self._perform()
        second = self.letters._build(self._run(8))
        self.assertEqual(second.kind, "warning")
        self.assertEqual(second._earlier_letters(), first)
        self.assertIn(first.number, self._text(second))

    def test_a_letter_about_other_items_is_none_of_its_earlier_ones(self):
        first = self._letter(late=7)
        self._pay(
            self.env["account.move"].search([("name", "=", first.line_ids.number)])
        )
        self._perform()
        self._invoice(50, 7)
        second = self.letters._build(self._run(8))
        self.assertFalse(second._earlier_letters())
        self.assertNotIn(first.number, self._text(second))

    def test_what_is_on_hold_is_marked(self):
        held = self._invoice(100, 8)
        self._invoice(70, 7)
        actions = self._run()
        item = self.env["collection.item"].sudo()
        item.search([("move_id", "=", held.id)]).paused_since = self.today
        text = self._text(self.letters._build(actions))
        self.assertIn(f"{held.name} *", " ".join(text.split()))
        self.assertIn("not demanded with this letter", text)

    def test_a_qr_code_where_odoo_offers_one(self):
        letter = self._letter(100, 8)
        asked = patch.object(
            type(self.bank),
            "build_qr_code_base64",
            return_value="data:image/png;base64,Q",
        )
        with asked as build:
            self.assertIsNone(letter._qr_code(), "the company shows none")
            self.company.qr_code = True
            self.assertEqual(letter._qr_code(), "data:image/png;base64,Q")
            html, _kind = self.report._render_qweb_html(self.report, letter.ids)
        self.assertIn(b"data:image/png;base64,Q", html)
        self.assertEqual(
            build.call_args.args,
            (100, letter.number, letter.number, self.company.currency_id, self.shop),
        )

    def test_no_qr_code_for_two_currencies(self):
        euro = self.setup_other_currency("EUR", rates=[("1900-01-01", 2)])
        self.company.qr_code = True
        self._invoice(300, late=8, currency_id=euro.id)
        self.assertIsNone(self._letter(100, 8)._qr_code())

    def test_it_names_an_account_in_its_currency(self):
        euro = self.setup_other_currency("EUR", rates=[("1900-01-01", 2)])
        account = self.bank.copy({"acc_number": "EURO 1", "currency_id": euro.id})
        self._invoice(100, 8)
        self._invoice(300, 8, self._customer("Abroad"), currency_id=euro.id)
        own, foreign = self.letters._build(self._run())
        self.assertEqual(
            (own._bank_account(), foreign._bank_account()), (self.bank, account)
        )


@tagged("post_install", "-at_install")
class TestLetterPdf(PdfCommon):
    """How it becomes a PDF, once, with a ``wkhtmltopdf`` of any make."""

    def test_it_is_rendered_once_and_kept_with_its_hash(self):
        letter = self._letter()
        self.assertEqual(letter._render(), letter)
        pdf = letter.attachment_id.raw
        self.assertTrue(pdf.startswith(b"%PDF"))
        self.assertEqual(
            (letter.state, letter.sha256, letter.mime),
            ("rendered", fingerprint(pdf), "application/pdf"),
        )
        self.company.partner_id.street = "Moved"
        before = letter.read()
        self.assertFalse(letter._render())
        self.assertEqual(letter.read(), before)

    def test_a_scheduled_job_needs_no_server_and_no_scripts(self):
        letter = self._letter()
        html, _kind = self.report._render_qweb_html(self.report, letter.ids)
        for fetched in b'src="/', b"href=", b"url(", b"<script":
            self.assertNotIn(fetched, html)
        with patch(COMMAND) as run:
            run.return_value.returncode = 0
            self.report._run_wkhtmltopdf([""], report_ref=self.report)
        arguments = run.call_args.args[0]
        self.assertEqual(arguments[arguments.index("--javascript-delay") + 1], "0")

    def test_other_reports_wait_for_their_scripts_as_before(self):
        other = self.env.ref("account.account_invoices")
        with patch(COMMAND) as run:
            run.return_value.returncode = 0
            other._run_wkhtmltopdf([""], report_ref=other)
        arguments = run.call_args.args[0]
        self.assertNotEqual(arguments[arguments.index("--javascript-delay") + 1], "0")

    def test_many_are_joined_whatever_wkhtmltopdf_is_there(self):
        for each in range(3):
            self._invoice(100, 8, self._customer(f"Shop {each}"))
        letters = self.letters._build(self._run())
        kept = letters[0]
        kept._render()
        hashes = kept.sha256
        action = letters.with_user(self.collector).action_print()
        report = self.env["ir.actions.report"].with_user(self.collector)
        pdf, kind = report.with_context(force_report_rendering=True)._render_qweb_pdf(
            action["report_name"], letters.ids
        )
        self.assertEqual(kind, "pdf")
        self.assertEqual(set(letters.mapped("state")), {"rendered"})
        pages = [self._pages(letter.attachment_id.raw) for letter in letters]
        self.assertEqual(self._pages(pdf), sum(pages))
        self.assertEqual(kept.sha256, hashes)

    def test_pages_of_a_long_letter_carry_its_number(self):
        for each in range(45):
            self._invoice(100 + each, 8)
        letter = self.letters._build(self._run())
        letter._render()
        reader = PdfFileReader(io.BytesIO(letter.attachment_id.raw), strict=False)
        pages = reader.getNumPages()
        self.assertGreater(pages, 1)
        for place in range(pages):
            text = reader.getPage(place).extract_text()
            self.assertIn(f"{letter.number}   {place + 1} / {pages}", text)

    def test_too_many_new_ones_at_once_are_refused(self):
        self._invoice(10, 8, self._customer("Other"))
        self._letter()
        letters = self.letters.search([]).with_user(self.collector)
        with (
            patch.object(rendering, "AT_ONCE", 1),
            self.assertRaisesRegex(UserError, "2 of these"),
        ):
            letters.action_print()

    def test_whoever_may_not_read_a_letter_gets_no_pdf(self):
        letter = self._letter()
        colleague = self._user("colleague", "base.group_user")
        report = self.env["ir.actions.report"].with_user(colleague)
        with self.assertRaises(AccessError):
            letter.with_user(colleague).action_print()
        with self.assertRaises(AccessError):
            report.with_context(force_report_rendering=True)._render_qweb_pdf(
                "ar_collection.letter_report", letter.ids
            )
        self.assertEqual(letter.state, "built")
