"""Ledgers as people have them: what is booked of them, and what is asked first."""

import base64
import csv
import io
from datetime import date

import xlsxwriter

from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .test_ledger_import import LedgerCommon

SIX = "customer,invoice,date,due,amount,currency,status"
OPEN = "customer,invoice,date,due,invoice_amount,open_balance"
PAID = "客户名称,发票号,开票日期,到期日,金额,已付金额"


class FormsCommon(LedgerCommon):
    def _open(self, wizard):
        """:return: {number: what is open of it, in its currency}"""
        moves = self._moves(wizard)
        return {
            move.trade_number: (
                move.currency_id.name,
                move.amount_residual * move.direction_sign * -1,
            )
            for move in moves
        }

    def _rate(self, code, rate):
        currency = self.env.ref(f"base.{code}")
        currency.active = True
        currency.rate_ids.unlink()
        self.env["res.currency.rate"].create(
            {
                "currency_id": currency.id,
                "name": "2019-01-01",
                "inverse_company_rate": rate,
            }
        )


@tagged("post_install", "-at_install")
class TestLedgerForms(FormsCommon):
    jpy = (
        "Shop,1,2019-01-10,2019-02-09,100000,JPY,open",
        "Shop,2,2019-01-10,2019-02-09,250,USD,open",
        "Depot,3,2019-01-10,2019-02-09,400,EUR,Overdue",
    )

    def test_each_row_is_booked_in_its_currency(self):
        self._rate("JPY", 0.01)
        self._rate("EUR", 1.25)
        wizard = self._wizard(self.jpy, SIX)
        wizard.action_check()
        self.assertEqual((wizard.bad, wizard.receivables), (0, 1750))
        self.assertEqual(wizard.overdue, 1750)
        self.assertIn("JPY: 1 invoices, 100,000.00 open", wizard.by_currency)
        wizard._import()
        self.assertEqual(
            self._open(wizard),
            {"1": ("JPY", 100000), "2": ("USD", 250), "3": ("EUR", 400)},
        )
        self.assertEqual(
            self._moves(wizard).mapped("amount_total_signed"), [1000, 250, 500]
        )
        self.assertEqual(self._wizard(self.jpy, SIX)._import().invoices_known, 3)

    def test_a_currency_without_a_rate_or_that_is_not_active_is_a_bad_row(self):
        self.env.ref("base.JPY").active = False
        euro = self.env.ref("base.EUR")
        euro.active = True
        euro.rate_ids.unlink()
        wizard = self._wizard(self.jpy, SIX)
        wizard.action_check()
        first, second = wizard.problem_ids
        self.assertEqual((first.line, second.line), (2, 4))
        self.assertIn("“JPY” is no active currency", first.reason)
        self.assertIn("EUR has no rate", second.reason)

    def test_an_amount_told_in_the_currency_of_the_books_is_taken(self):
        self._rate("EUR", 1.25)
        wizard = self._wizard(
            ["10000,1,2019-01-10,2019-02-09,EUR,100.00,110.00,50.00"],
            "Customer No.,Document No.,Document Date,Due Date,Currency Code,Amount,"
            "Amount (LCY),Remaining Amount",
        )
        wizard._import()
        (move,) = self._moves(wizard)
        self.assertEqual((move.amount_total, move.amount_total_signed), (100, 110))
        self.assertEqual((move.amount_residual, move.amount_residual_signed), (50, 55))

    def test_what_is_open_of_an_amount_is_booked(self):
        wizard = self._wizard(
            [
                "Shop,1,2019-01-10,2019-02-09,6800,2900",
                "Shop,2,2019-01-10,2019-02-09,1200,1200",
                "Depot,3,2019-01-10,2019-02-09,3400,900",
            ],
            OPEN,
        )
        wizard.action_check()
        self.assertEqual(wizard.receivables, 5000)
        counts = wizard._import()
        self.assertEqual((counts.settled, counts.partly), (0, 2))
        moves = self._moves(wizard)
        self.assertEqual(moves.mapped("amount_total"), [6800, 1200, 3400])
        self.assertEqual(moves.mapped("amount_residual"), [2900, 1200, 900])

    def test_what_is_paid_of_an_amount_is_taken_off_and_settled_is_no_problem(self):
        lines = [
            "甲,1,2019-01-10,2019-02-09,10000,3000",
            "乙,2,2019-01-10,2019-02-09,5000,5000",
            "合计,,,,15000,8001",
        ]
        wizard = self._wizard(lines, PAID)
        wizard.action_check()
        self.assertEqual((wizard.receivables, wizard.settled), (7000, 1))
        self.assertEqual(
            wizard.misfits,
            "Line 4, 合计: Paid amount says 8,001.00, the lines come to 8,000.00.",
        )
        counts = wizard._import()
        self.assertEqual((counts.settled, counts.partly, counts.bad), (1, 1, 0))
        self.assertEqual(self._open(wizard), {"1": ("USD", 7000), "2": ("USD", 0)})
        lines[0] = "甲,1,2019-01-10,2019-02-09,10000,4000"
        counts = self._wizard(lines, PAID)._import()
        self.assertEqual((counts.invoices_known, counts.partly), (2, 1))
        self.assertEqual(self._open(wizard)["1"], ("USD", 6000))

    def test_a_payment_without_a_day_is_as_old_as_the_due_date(self):
        wizard = self._wizard(["甲,1,2019-01-10,2019-02-09,100,100"], PAID)
        wizard._import()
        paid = self._moves(wizard).line_ids.matched_credit_ids.credit_move_id
        self.assertEqual(paid.date, date(2019, 2, 9))

    def test_instalments_bear_one_number_and_come_in_once(self):
        lines = [
            "C1,Shop,7,2019-01-10,2019-02-09,100.00,",
            "C1,Shop,7,2019-01-10,2019-03-09,50.00,",
        ]
        wizard = self._wizard(lines)
        wizard.action_check()
        self.assertIn("taken as instalments: 1", wizard.understood)
        self.assertEqual(wizard._import().invoices_new, 2)
        self.assertEqual(set(self._moves(wizard).mapped("trade_number")), {"7"})
        counts = self._wizard(lines)._import()
        self.assertEqual((counts.invoices_new, counts.invoices_known), (0, 2))

    def test_names_that_vary_are_told_and_the_most_frequent_is_taken(self):
        lines = [
            "C1,SHOP co,1,2019-01-10,2019-02-09,1.00,",
            "C1,SHOP llc,2,2019-01-11,2019-02-09,1.00,",
            "C1,SHOP llc,3,2019-01-12,2019-02-09,1.00,",
        ]
        wizard = self._wizard(lines)
        wizard.action_check()
        self.assertEqual(wizard.varying, "C1: SHOP llc (also SHOP co)")
        self.assertEqual(wizard._import().bad, 0)
        self.assertEqual(self._customers("C1").name, "SHOP llc")

    def test_without_numbers_names_tell_customers_apart(self):
        known = self.env["res.partner"].create(
            {"name": "Straße  GmbH", "is_company": True}
        )
        header = "Client Name,Invoice,Date,Due,Amount"
        lines = [
            "STRASSE gmbh,1,2019-01-10,2019-02-09,1.00",
            "straße GmbH,2,2019-01-10,2019-02-09,1.00",
            "Straße AG,3,2019-01-10,2019-02-09,1.00",
        ]
        wizard = self._wizard(lines, header)
        self.assertEqual(wizard._import().customers_new, 1)
        first, second, third = self._moves(wizard).partner_id.sorted("id").mapped(
            "name"
        ) + [""]
        self.assertEqual((first, second, third), (known.name, "Straße AG", ""))
        self.assertFalse(self._moves(wizard).partner_id[1:].ref)
        self.assertEqual(self._wizard(lines, header)._import().customers_new, 0)

    def test_letters_and_lists_have_the_number_that_the_customer_knows(self):
        wizard = self._wizard()
        wizard._import()
        items = self.env["trade.open.item"].search(
            [("partner_id", "in", self._customers("C1", "C2").ids)]
        )
        self.assertEqual(set(items.mapped("number")), {"1002", "1003", "1004"})

    def test_what_odoo_exports_comes_back(self):
        """The list of invoices, exported with the labels of its fields."""
        names = [
            *("name", "invoice_partner_display_name", "invoice_date"),
            *("invoice_date_due", "amount_total_in_currency_signed"),
            *("amount_residual_signed", "currency_id", "status_in_payment"),
        ]
        self._wizard()._import()
        moves = self._moves(self._wizard())
        labels = moves.fields_get(names, ["string"])
        for header in ([labels[name]["string"] for name in names], names):
            output = io.StringIO()
            writer = csv.writer(output)
            writer.writerow(header)
            writer.writerows(moves.export_data(names)["datas"])
            content = base64.b64encode(output.getvalue().encode())
            wizard = self._wizard(content=content)
            wizard.action_check()
            self.assertFalse(wizard.question_ids.mapped("sentence"))
            self.assertFalse(wizard.problem_ids.mapped("reason"))
            self.assertEqual((wizard.invoices, wizard.receivables), (4, 550))

    def test_leading_zeros_that_a_spreadsheet_dropped_make_no_second_customer(self):
        Partner = self.env["res.partner"]
        kept = Partner.create({"name": "Kept", "ref": "00771", "is_company": True})
        both = Partner.create(
            [
                {"name": name, "ref": ref, "is_company": True}
                for name, ref in (("Long", "0772"), ("Short", "772"))
            ]
        )
        lines = [
            f"{ref},{n},2019-01-10,2019-02-09,9" for n, ref in enumerate((771, 772))
        ]
        wizard = self._wizard(lines, "Customer No,Invoice,Date,Due,Amount")
        wizard._import()
        self.assertEqual(self._moves(wizard).partner_id, kept | both[1])

    def test_what_a_formula_showed_is_taken(self):
        wizard = self._wizard((), SIX)
        wizard.content = base64.b64encode(self._workbook(("=6-2", "=1/3", "=A1")))
        wizard.action_check()
        self.assertEqual(wizard.problem_ids.mapped("value"), ["=A1"])
        self.assertEqual(wizard.receivables, 4 + 0.33)

    def _workbook(self, formulas):
        """:return: a ledger whose amounts are formulas; nothing computed the last"""
        output = io.BytesIO()
        book = xlsxwriter.Workbook(output, {"in_memory": True})
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Customer", "Invoice", "Date", "Due", "Amount"])
        for line, formula in enumerate(formulas, 1):
            day = "2019-01-10"
            sheet.write_row(line, 0, [f"C{line}", f"R{line}", day, day])
            value = {"=6-2": 4, "=1/3": 1 / 3}.get(formula, "")
            sheet.write_formula(line, 4, formula, None, value)
        book.close()
        return output.getvalue()

    def test_columns_that_are_not_used_are_named(self):
        wizard = self._wizard(
            ["C1,1,2019-01-10,2019-02-09,1.00,Ann,x"],
            "Customer ID,Invoice,Date,Due,Amount,Clerk,Notes",
        )
        wizard.action_check()
        self.assertEqual(wizard.unused, "Clerk, Notes")


@tagged("post_install", "-at_install")
class TestLedgerQuestions(FormsCommon):
    header = "Customer ID,Invoice,Date,Due,Amount,Net paid so far,Kind of document,Type"
    lines = (
        "C1,1,2019-01-10,2019-02-09,100.00,30.00,,Invoice",
        "C1,2,2019-01-10,2019-02-09,40.00,0.00,,Credit Memo",
    )

    def test_nothing_is_booked_while_a_question_is_open(self):
        wizard = self._wizard(self.lines, self.header, skip_bad_rows=True)
        wizard.action_import()
        self.assertEqual(wizard.state, "checked")
        self.assertTrue(wizard.is_asking)
        self.assertIn("2 questions open", wizard.result)
        self.assertEqual(
            wizard.question_ids.mapped("sentence"),
            [
                "What does the column “Net paid so far” say? It has, for example: "
                "30.00, 0.00",
                "Lines of the kind Credit Memo have positive amounts. What do they do?",
            ],
        )
        with self.assertRaises(UserError) as caught:
            wizard._import()
        self.assertIn("signs=reduce (They reduce what is owed)", str(caught.exception))
        self._assert_nothing_imported()

    def test_an_answer_in_the_form_opens_the_door(self):
        wizard = self._wizard(self.lines, self.header)
        wizard.action_check()
        with Form(wizard) as form:
            for place, code in enumerate(("paid", "reduce")):
                with form.question_ids.edit(place) as question:
                    question.choice_id = wizard.question_ids[
                        place
                    ].choice_ids.filtered_domain([("code", "=", code)])
        wizard.action_import()
        self.assertEqual(wizard.state, "done")
        self.assertEqual(self._open(wizard), {"1": ("USD", 70), "2": ("USD", -40)})

    def test_answers_may_come_as_text(self):
        answers = "column:Net paid so far=nothing\nsigns=signed"
        wizard = self._wizard(self.lines, self.header, answers=answers)
        wizard._import()
        self.assertEqual(self._open(wizard), {"1": ("USD", 100), "2": ("USD", 40)})

    def test_what_is_asked_again_is_asked_once(self):
        wizard = self._wizard(self.lines, self.header)
        wizard.action_check()
        wizard.question_ids[0].choice_id = wizard.question_ids[0].choice_ids[-1]
        wizard.action_check()
        self.assertEqual(len(wizard.question_ids), 2)
        self.assertTrue(wizard.question_ids[0].choice_id)

    def test_another_file_is_asked_about_anew(self):
        wizard = self._wizard(self.lines, self.header)
        wizard.action_check()
        with Form(wizard) as form:
            form.content = base64.b64encode(b"x")
            self.assertFalse(len(form.question_ids))

    def test_the_form_of_dates_and_amounts_is_asked_and_answered(self):
        line = 'C1,1,1/2/2019,1/3/2019,"1,000"'
        wizard = self._wizard([line], "Customer,Invoice,Date,Due,Amount")
        wizard.action_check()
        self.assertEqual(wizard.question_ids.mapped("code"), ["amounts", "dates"])
        with Form(wizard) as form:
            for place, code in enumerate(("comma", "dmy")):
                with form.question_ids.edit(place) as question:
                    question.choice_id = wizard.question_ids[
                        place
                    ].choice_ids.filtered_domain([("code", "=", code)])
        wizard.action_import()
        self.assertEqual(self._open(wizard), {"1": ("USD", 1)})
        self.assertEqual(self._moves(wizard).invoice_date, date(2019, 2, 1))

    def test_every_question_and_answer_is_worded(self):
        cases = {
            "which:open": (
                "C1,1,2019-01-01,2019-01-02,9,3,4;Amount,Open Balance,Amount Due"
            ),
            "due": "C1,1,2019-01-01,,9;Amount",
            "payable": "C1,1,2019-01-01,2019-01-02,9;Amount;Vendor",
            "payables": "C1,1,2019-01-01,2019-01-02,9,Bill;Amount,Type",
            "kinds": "C1,1,2019-01-01,2019-01-02,9,XQ;Amount,Type",
            "states": "C1,1,2019-01-01,2019-01-02,9,perhaps;Amount,Status",
            "blank": "C1,1,2019-01-01,2019-01-02,9,;Amount,Open Balance",
            "rest": "C1,1,2019-01-01,2019-01-02,9,3,5;Amount,Paid Amount,Open Balance",
            "paid_but_open": (
                "C1,1,2019-01-01,2019-01-02,9,5,Paid;Amount,Open Balance,Status"
            ),
            "payment_date": (
                "C1,1,2019-01-01,2019-01-02,9,2019-02-01;Amount,Payment Date"
            ),
            "dates": "C1,1,1/2/2019,1/3/2019,9;Amount",
            "mixed_dates": "C1,1,31/1/2019,2/28/2019,9;Amount",
            "amounts": 'C1,1,2019-01-01,2019-01-02,"1,000";Amount',
            "mixed_amounts": 'C1,1,2019-01-01,2019-01-02,"1,5",7.5;Amount,Open Balance',
        }
        for code, case in cases.items():
            line, columns, *first = case.split(";")
            due = "" if code == "due" else "Due,"
            who = first[0] if first else "Customer ID"
            cells = line.split(",")
            if code == "due":
                del cells[3]
            header = f"{who},Invoice,Date,{due}{columns}"
            wizard = self._wizard([",".join(cells)], header)
            with self.subTest(code):
                wizard.action_check()
                self.assertEqual(wizard.question_ids.mapped("code"), [code])
                self.assertTrue(all(wizard.question_ids.choice_ids.mapped("name")))
