import base64
import io
from datetime import timedelta

import openpyxl

from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
from odoo.tests import tagged

from .test_takeover import TakeoverCase


@tagged("post_install", "-at_install")
class TestTakeoverSheet(TakeoverCase):
    """Limits out of a spreadsheet."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.ref = "C1"
        cls.ash = cls._customer("Ash", ref="C2")
        cls.elm = cls._customer("Elm")

    def _dialog(self, text, user=None, filename="limits.csv"):
        self.env.flush_all()
        content = text if isinstance(text, bytes) else text.encode()
        model = self.env["credit.takeover"].with_user(user or self.manager)
        dialog = model.create(
            {"content": base64.b64encode(content), "filename": filename}
        )
        dialog.action_check()
        return dialog

    def _of_file(self, dialog):
        return dialog.line_ids.filtered("line").sorted("line")

    def test_each_line_is_a_limit(self):
        until = self.today + timedelta(days=30)
        dialog = self._dialog(
            "Customer Number,Customer Name,Credit Limit,Currency,Until,Reason\n"
            "C1,Corner Shop,2000,,,Yearly review\n"
            f"C1,Corner Shop,5000,,{until},Season\n"
            "C2,,150000,JPY,,\n"
            ",elm ,700,USD,,\n"
        )
        lines = self._of_file(dialog)
        self.assertEqual(lines.mapped("proposal"), ["change", "limit", "file", "file"])
        self.assertEqual(lines.mapped("limit"), [2000, 5000, 1500, 700])
        self.assertTrue(all(lines.mapped("take")))
        self._only(dialog)
        lines.take = True
        dialog.action_import()
        self.assertEqual(self._limits(self.customer), {self.company: 5000})
        self.assertEqual(self._limits(self.ash), {self.company: 1500})
        self.assertEqual(self._limits(self.elm), {self.company: 700})
        granted = self.file.limit_ids.filtered(lambda each: each.date_to == until)
        self.assertEqual((granted.kind, granted.reason), ("temporary", "Season"))
        self.assertIn("Limits taken over: 4", dialog.result)
        self.assertEqual(
            self._of_file(dialog).mapped("proposal"), ["none"] * 4, "run again"
        )

    def test_problems_are_told_by_line(self):
        self._customer("Twin")
        self._customer("Twin")
        self._customer("Gone", active=False)
        self._file(self._customer("Shut")).active = False
        self.env["res.currency"].search([("name", "=", "EUR")]).active = False
        dialog = self._dialog(
            "Customer,Limit,Currency\n"
            "Nobody,5,\n"
            "Twin,5,\n"
            "Gone,5,\n"
            "Shut,5,\n"
            "Ash,-5,\n"
            "Elm,5,\n"
            "ELM,6,\n"
            "Corner Shop,,\n"
            "Corner Shop,much,\n"
            "Corner Shop,5,EUR\n"
        )
        reasons = dict.fromkeys(range(2, 12))
        reasons.update((line.line, line.note) for line in self._of_file(dialog))
        for line, words in {
            2: "No customer",
            3: "Several customers",
            4: "archived",
            5: "credit file is archived",
            6: "not negative",
            7: "Line 8",
            8: "Line 7",
            9: "Credit Limit is missing",
            10: "not an amount",
            11: "no active currency",
        }.items():
            self.assertIn(words, reasons[line])
        self.assertEqual(set(self._of_file(dialog).mapped("proposal")), {"problem"})

    def test_a_currency_needs_a_rate(self):
        self.yen.rate_ids.unlink()
        (line,) = self._of_file(self._dialog("Customer,Limit,Currency\nElm,5,JPY\n"))
        self.assertEqual(line.proposal, "problem")
        self.assertIn("JPY has no rate", line.note)

    def test_nothing_is_written_while_a_bad_line_is_ticked(self):
        dialog = self._dialog("Customer,Limit\nElm,700\nNobody,5\n")
        good, bad = self._of_file(dialog)
        self._only(dialog)
        (good | bad).take = True
        with self.assertRaisesRegex(UserError, "Nobody: No customer"):
            dialog.action_import()
        self.assertFalse(self._limits(self.elm))
        bad.take = False
        dialog.action_import()
        self.assertEqual(self._limits(self.elm), {self.company: 700})

    def test_what_is_ready_can_be_selected_without_the_problems(self):
        dialog = self._dialog("Customer,Limit\nElm,700\nNobody,5\n")
        good, bad = self._of_file(dialog)
        self.assertTrue(good.take and bad.take)
        dialog.action_tick()
        self.assertEqual((good.take, bad.take), (True, False))

    def test_a_contact_stands_for_its_company(self):
        self._customer("North Branch", parent_id=self.ash.id, is_company=False)
        dialog = self._dialog("Customer,Limit\nNorth Branch,700\n")
        (line,) = self._of_file(dialog)
        self.assertEqual((line.customer, line.proposal), ("Ash", "file"))
        self.assertIn("North Branch", line.note)
        self.assertFalse(line.take)

    def test_a_number_of_several_customers_is_unclear(self):
        """Whoever may create a contact may give it the number of another."""
        for here in False, self.company.id:
            for real, planted, cell in ("C42", "C42", "C42"), ("0077", "77", "77"):
                first = self._customer("Big Dealer", ref=real)
                second = self._customer("Big Dealer", ref=planted, company_id=here)
                for row in f"{cell},Big Dealer", f"{real},":
                    dialog = self._dialog(f"Customer No,Name,Limit\n{row},70000\n")
                    (line,) = self._of_file(dialog)
                    self.assertEqual(line.proposal, "problem")
                    self.assertIn("Several customers", line.note)
                second.active = False
                (line,) = self._of_file(
                    self._dialog(f"Customer No,Limit\n{cell},70000\n")
                )
                self.assertEqual((line.partner_id, line.proposal), (first, "file"))
                first.active = False

    def test_a_name_of_several_customers_is_unclear(self):
        for values in {"name": "Elm", "company_id": self.company.id}, {"ref": "Elm"}:
            planted = self._customer(values.pop("name", "Elsewhere"), **values)
            (line,) = self._of_file(self._dialog("Customer,Limit\nElm,70000\n"))
            self.assertEqual(line.proposal, "problem")
            self.assertIn("Several customers", line.note)
            planted.active = False

    def test_what_a_colleague_granted_meanwhile_is_not_replaced(self):
        dialog = self._dialog("Customer No,Limit\nC1,2000\n")
        self._only(dialog)
        self._of_file(dialog).take = True
        self.file._grant(50000, reason="A big one")
        self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, "Something has changed"):
            dialog.action_import()
        self.assertEqual(self._limits(self.customer), {self.company: 50000})
        dialog.action_check()
        self.assertRegex(self._of_file(dialog).note, r"In place of .*50,000\.00")
        dialog.action_import()
        self.assertEqual(self._limits(self.customer), {self.company: 2000})

    def test_with_a_file_the_books_are_not_ticked(self):
        shop = self._with_core("Old Shop", 700)
        dialog = self._open()
        self.assertTrue(self._line(dialog, shop).take)
        dialog.content = base64.b64encode(b"Customer,Limit\nElm,900\n")
        dialog.action_check()
        self.assertFalse(self._line(dialog, shop).take)
        self._line(dialog, shop).take = True
        dialog.action_check()
        self.assertTrue(self._line(dialog, shop).take)

    def test_opened_files_are_counted_and_not_lines(self):
        until = self.today + timedelta(days=30)
        dialog = self._dialog(f"Customer,Limit,Until\nElm,5,\nElm,9,{until}\n")
        self._only(dialog)
        self._of_file(dialog).take = True
        dialog.action_import()
        self.assertIn("Limits taken over: 2", dialog.result)
        self.assertIn("Credit files opened: 1", dialog.result)

    def test_bad_columns_are_told_in_words_of_limits(self):
        for mapping, words in (
            ("customer", "customer=Customer Number,name=Customer Name$"),
            ("due=Due", "“due” here.*limit"),
        ):
            with self.assertRaisesRegex(UserError, words):
                content = base64.b64encode(b"Customer,Limit\nElm,5\n")
                model = self.env["credit.takeover"].with_user(self.manager)
                model.create({"content": content, "mapping": mapping}).action_check()

    def test_zero_waits_for_a_tick(self):
        (line,) = self._of_file(self._dialog("Customer,Limit\nElm,0\n"))
        self.assertEqual((line.proposal, line.take), ("file", False))

    def test_temporary_limits_do_not_overlap(self):
        day = self.today + timedelta(days=10)
        self.file._grant(5, "temporary", self.today, day, "Season")
        dialog = self._dialog(f"Customer,Limit,Until\nC1,9,{day}\nElm,9,2020-01-31\n")
        overlapping, over = self._of_file(dialog)
        self.assertIn("another temporary limit", overlapping.note)
        self.assertIn("It ended on", over.note)

    def test_a_name_does_not_stand_for_another_number(self):
        dialog = self._dialog("Customer No,Name,Limit\nX9,Ash,5\nX8,Elm,5\n")
        self.assertEqual(self._of_file(dialog).mapped("proposal"), ["problem", "file"])

    def test_the_file_goes_before_the_accounting_app(self):
        shop = self._with_core("Old Shop", 700)
        dialog = self._dialog("Customer,Limit\nOld Shop,900\n")
        of_file, found = self._line(dialog, shop).sorted("line", reverse=True)
        self.assertEqual((of_file.limit, of_file.take), (900, True))
        self.assertEqual((found.proposal, found.take), ("none", False))
        self._only(dialog)
        of_file.take = True
        dialog.action_import()
        self.assertEqual(self._limits(shop), {self.company: 900})

    def test_a_workbook_is_read(self):
        book = openpyxl.Workbook()
        for row in ["客户编号", "信用额度（万元）"], ["C2", 12.5]:
            book.active.append(row)
        output = io.BytesIO()
        book.save(output)
        (line,) = self._of_file(self._dialog(output.getvalue(), filename="limits.xlsx"))
        self.assertEqual((line.customer, line.limit), ("Ash", 125_000))

    def test_what_is_no_list_of_limits_says_so(self):
        for text, words in (
            ("", "empty"),
            ("Customer,Region\nElm,North\n", "Credit Limit"),
            ("Region,Limit\nNorth,5\n", "Customer Number"),
        ):
            with self.assertRaisesRegex(UserError, words):
                self._dialog(text or "\n")

    def test_the_template_is_understood_in_every_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        for lang in "en_US", "zh_CN":
            model = self.env["credit.takeover"].with_user(self.manager)
            dialog = model.with_context(lang=lang).create({})
            header = base64.b64decode(dialog.template).decode("utf-8-sig").strip()
            with self.subTest(lang):
                filled = self._dialog(f"{header}\nC2,Ash,700,USD,,2099-12-31,Trust\n")
                self.assertFalse(filled.unused)
                (line,) = self._of_file(filled)
                self.assertEqual((line.customer, line.limit), ("Ash", 700))
                self.assertEqual(str(line.date_to), "2099-12-31")

    def test_others_import_nothing(self):
        content = base64.b64encode(b"Customer,Limit\nElm,700\n").decode()
        for user in self.salesman, self.officer:
            model = self.env["credit.takeover"].with_user(user)
            with self.assertRaises(AccessError):
                call_kw(model, "create", [[{"content": content}]], {})
            dialog = self._dialog("Customer,Limit\nElm,700\n")
            for method in "action_check", "action_import":
                with self.assertRaises(AccessError):
                    call_kw(model, method, [dialog.ids], {})
        self.assertFalse(self._limits(self.elm))

    def test_customers_of_other_companies_are_unknown(self):
        other = self.env["res.company"].create({"name": "Other"})
        self._customer("Theirs", company_id=other.id)
        (line,) = self._of_file(self._dialog("Customer,Limit\nTheirs,700\n"))
        self.assertIn("No customer", line.note)
