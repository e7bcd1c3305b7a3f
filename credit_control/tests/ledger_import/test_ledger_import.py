import base64
import contextlib
import io
from datetime import date
from unittest.mock import patch

import openpyxl

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged

from odoo.addons.trade_credit_base.tests.books_common import BooksCommon
from odoo.addons.trade_credit_base.wizards.trade_sheet_import import SHOWN

from ...wizards.credit_ledger_import import Counts

HEADER = "Customer ID,Name,Invoice,Date,Due,Amount,Settled"
LEDGER = (
    "C1,Corner Shop,1001,2019-01-10,2019-02-09,100.00,2019-02-05",
    "C1,Corner Shop,1002,2019-02-10,2019-03-12,200.00,2019-04-15",
    "C2,Old Depot,1003,2019-03-01,2019-03-31,400.00,",
    "C2,Old Depot,1004,2019-03-05,2019-04-04,-50.00,",
    "C2,Old Depot,1005,2019-04-10,2019-05-10,800.00,",
)
DAY = date(2019, 3, 31)


class LedgerCommon(BooksCommon):
    """Two customers, five invoices: one settled, one overdue, one of them a credit
    note, one dated after the day."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.company_data["company"]
        cls.env.user.group_ids += cls.env.ref("credit_control.credit_group_manager")

    def _wizard(self, lines=LEDGER, header=HEADER, user=None, **values):
        content = "\n".join([header, *lines]).encode()
        Wizard = self.env["credit.ledger.import"].with_user(user or self.env.user)
        return Wizard.create(
            {"content": base64.b64encode(content), "as_of": DAY, **values}
        )

    def _customers(self, *codes):
        found = self.env["res.partner"].search([("ref", "in", codes)], order="ref")
        self.assertEqual(found.mapped("ref"), list(codes))
        return found

    def _moves(self, wizard):
        return self.env["account.move"].search(
            [("journal_id", "=", wizard.journal_id.id)], order="ref"
        )

    def _assert_nothing_imported(self):
        self.assertFalse(self.env["res.partner"].search([("ref", "in", ("C1", "C2"))]))
        refs = [str(number) for number in range(1001, 1006)]
        self.assertFalse(self.env["account.move"].search([("ref", "in", refs)]))


@tagged("post_install", "-at_install")
class TestLedgerImport(LedgerCommon):
    def test_ledger_becomes_customers_and_posted_invoices_as_of_the_day(self):
        wizard = self._wizard()
        counts = wizard._import()
        self.assertEqual(
            counts,
            Counts(
                customers=2,
                customers_new=2,
                invoices_new=4,
                invoices_known=0,
                settled=1,
                partly=0,
                later=1,
                bad=0,
            ),
        )
        corner, depot = self._customers("C1", "C2")
        self.assertEqual(corner.name, "Corner Shop")
        self.assertTrue(corner.is_company)
        self.assertRecordValues(
            self._moves(wizard),
            [
                self._booked("1001", corner, "2019-01-10", "2019-02-09", 100, 0),
                self._booked("1002", corner, "2019-02-10", "2019-03-12", 200, 200),
                self._booked("1003", depot, "2019-03-01", "2019-03-31", 400, 400),
                self._booked("1004", depot, "2019-03-05", "2019-04-04", -50, -50),
            ],
        )

    def _booked(self, ref, partner, day, due, amount, residual):
        return {
            "ref": ref,
            "payment_reference": ref,
            "partner_id": partner.id,
            "move_type": "out_invoice" if amount > 0 else "out_refund",
            "state": "posted",
            "date": date.fromisoformat(day),
            "invoice_date": date.fromisoformat(day),
            "invoice_date_due": date.fromisoformat(due),
            "amount_total_signed": amount,
            "amount_residual_signed": residual,
            "payment_state": "not_paid" if residual else "paid",
            "invoice_user_id": False,
        }

    def test_opening_receivables_are_neither_revenue_nor_money_in_the_bank(self):
        wizard = self._wizard()
        wizard._import()
        entries = self._moves(wizard) | self.env["account.move"].search(
            [("journal_id", "=", wizard.settlement_journal_id.id)]
        )
        types = set(entries.line_ids.account_id.mapped("account_type"))
        self.assertEqual(types, {"asset_receivable", "equity_unaffected"})
        by_account = entries.line_ids.grouped("account_id")
        opening = by_account[wizard.account_id]
        self.assertEqual(sum(opening.mapped("balance")), -550)

    def test_a_settlement_bears_the_day_of_the_file(self):
        wizard = self._wizard()
        wizard._import()
        paid = self._moves(wizard).filtered(lambda move: move.ref == "1001")
        self.assertEqual(
            paid.line_ids.matched_credit_ids.credit_move_id.date, date(2019, 2, 5)
        )

    def test_a_workbook_is_a_ledger_too(self):
        book = openpyxl.Workbook()
        book.active.append(HEADER.split(","))
        book.active.append(
            ["C1", "Corner Shop", 1001, date(2019, 1, 10), date(2019, 2, 9), 1250.5]
        )
        book.active.append(["C1", "Corner Shop", 1002, "10.1.2019", "9.2.2019", "=6*7"])
        content = io.BytesIO()
        book.save(content)
        wizard = self._wizard(content=base64.b64encode(content.getvalue()))
        wizard.action_check()
        self.assertEqual(
            wizard.problem_ids.mapped("reason"), ["“=6*7” is not an amount."]
        )
        wizard.skip_bad_rows = True
        wizard._import()
        (corner,) = self._customers("C1")
        self.assertRecordValues(
            self._moves(wizard),
            [self._booked("1001", corner, "2019-01-10", "2019-02-09", 1250.5, 1250.5)],
        )

    def test_importing_twice_adds_nothing(self):
        self._wizard()._import()
        moves, partners = self._all("account.move"), self._all("res.partner")
        counts = self._wizard()._import()
        self.assertEqual((counts.invoices_new, counts.invoices_known), (0, 4))
        self.assertEqual((counts.customers_new, counts.settled), (0, 0))
        self.assertEqual(self._all("account.move"), moves)
        self.assertEqual(self._all("res.partner"), partners)

    def _all(self, model):
        return self.env[model].with_context(active_test=False).search([])

    def test_a_later_day_adds_what_came_since(self):
        wizard = self._wizard()
        wizard._import()
        counts = self._wizard(as_of="2019-04-30")._import()
        self.assertEqual((counts.invoices_new, counts.invoices_known), (1, 4))
        self.assertEqual(counts.settled, 1)
        states = {move.ref: move.payment_state for move in self._moves(wizard)}
        self.assertEqual((states["1002"], states["1005"]), ("paid", "not_paid"))

    def test_a_part_payment_leaves_the_rest_to_settle(self):
        wizard = self._wizard()
        wizard._import()
        invoice = self._moves(wizard).filtered(lambda move: move.ref == "1002")
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({"amount": 120})._create_payments()
        self._wizard(as_of="2019-04-30")._import()
        self.assertEqual((invoice.amount_residual, invoice.payment_state), (0, "paid"))

    def test_a_settled_credit_note_is_closed(self):
        line = "C1,Corner Shop,1001,2019-01-10,2019-02-09,-100.00,2019-02-05"
        wizard = self._wizard([line])
        self.assertEqual(wizard._import().settled, 1)
        self.assertRecordValues(
            self._moves(wizard), [{"move_type": "out_refund", "amount_residual": 0}]
        )

    def test_invoices_take_no_number_from_the_usual_journal(self):
        wizard = self._wizard()
        usual = self.company_data["default_journal_sale"]
        self.assertFalse(wizard.journal_id)
        wizard._import()
        self.assertNotEqual(wizard.journal_id, usual)
        self.assertEqual(self._wizard().journal_id, wizard.journal_id)

    def test_a_chosen_journal_and_accounts_are_used(self):
        usual = self.company_data["default_journal_sale"]
        bank = self.company_data["default_journal_bank"]
        wizard = self._wizard(
            journal_id=usual.id,
            settlement_journal_id=bank.id,
            settlement_account_id=bank.default_account_id.id,
        )
        wizard._import()
        self.assertEqual(len(self._moves(wizard)), 4)
        settled = self.env["account.move.line"].search(
            [("account_id", "=", bank.default_account_id.id)]
        )
        self.assertEqual(settled.mapped("balance"), [100])


@tagged("post_install", "-at_install")
class TestLedgerProblems(LedgerCommon):
    bad = [
        *LEDGER[:2],
        "C3,Nobody,1006,2019-02-30,2019-03-31,1.00,",
        "C3,Nobody,1007,2019-02-10,2019-03-31,one,",
    ]

    def test_a_file_with_bad_rows_imports_nothing_and_says_why(self):
        with self.assertRaises(UserError) as caught:
            self._wizard(self.bad)._import()
        self.assertIn("Nothing was imported: 2 problems", str(caught.exception))
        self.assertIn("Line 4: “2019-02-30” is not a date.", str(caught.exception))
        self.assertIn("Line 5: “one” is not an amount.", str(caught.exception))
        self._assert_nothing_imported()

    def test_the_form_shows_every_bad_row(self):
        wizard = self._wizard(self.bad)
        wizard.action_import()
        self.assertEqual(wizard.state, "checked")
        self.assertRecordValues(
            wizard.problem_ids,
            [
                {"line": 4, "column": "Date", "value": "2019-02-30"},
                {"line": 5, "column": "Amount", "value": "one"},
            ],
        )
        self._assert_nothing_imported()

    def test_bad_rows_are_skipped_on_demand(self):
        wizard = self._wizard(self.bad, skip_bad_rows=True)
        wizard.action_import()
        self.assertEqual(wizard.state, "done")
        self.assertIn("Bad rows skipped: 2", wizard.result)
        self.assertEqual(self._moves(wizard).mapped("ref"), ["1001", "1002"])

    def test_the_screen_is_capped_and_the_download_is_not(self):
        lines = [
            f"C1,Corner Shop,{number},2019-01-10,2019-02-09,=1+1,"
            for number in range(SHOWN + 50)
        ]
        wizard = self._wizard(lines)
        wizard.action_check()
        self.assertEqual((wizard.bad, len(wizard.problem_ids)), (SHOWN + 50, SHOWN))
        rows = base64.b64decode(wizard.problem_file).decode("utf-8-sig").splitlines()
        self.assertEqual(len(rows), 1 + SHOWN + 50)
        self.assertIn(",'=1+1,", rows[1], "a spreadsheet must not compute it")

    def test_checking_shows_the_figures_and_books_nothing(self):
        form = Form(self.env["credit.ledger.import"])
        form.content = self._wizard().content
        form.as_of = DAY
        wizard = form.save()
        wizard.action_check()
        self.assertRecordValues(
            wizard,
            [
                {
                    "customers": 2,
                    "invoices": 4,
                    "settled": 1,
                    "later": 1,
                    "receivables": 550,
                    "overdue": 200,
                    "bad": 0,
                }
            ],
        )
        self.assertIn("Due date: Due", wizard.recognised)
        self._assert_nothing_imported()

    def test_an_error_on_the_way_leaves_nothing(self):
        wizard = self._wizard()
        broken = patch.object(type(wizard), "_settle", side_effect=UserError("broken"))
        with broken, contextlib.suppress(UserError):
            wizard._import()
            self.fail("it was not broken")
        self._assert_nothing_imported()
        self.assertFalse(wizard.journal_id)

    def test_what_the_books_tell_differently_is_a_bad_row(self):
        self._wizard()._import()
        wizard = self._wizard(
            [
                LEDGER[0].replace("100.00", "120.00"),
                LEDGER[1].replace("2019-03-12", "2019-03-20"),
                LEDGER[2],
            ],
            skip_bad_rows=True,
        )
        wizard.action_import()
        self.assertEqual(wizard.problem_ids.mapped("line"), [2, 3])
        self.assertIn("over 100.00 and not 120.00", wizard.problem_ids[0].reason)
        self.assertIn("Already in the ledger: 1", wizard.result)

    def test_a_file_that_cannot_be_read_says_what_to_do(self):
        cases = [
            ("one line", {"content": False}, "empty"),
            ("no text", {"content": base64.b64encode(b"\x89PNG\0")}, "Save it as"),
            ("no book", {"content": base64.b64encode(b"PK\3\4\0\0")}, "Save it as"),
            ("no file", {"content": b"broken"}, "Save it as"),
            ("quotes", {"lines": ['C1,"x,1001']}, "From line 2 on"),
            ("no rows", {"lines": []}, "no rows"),
            ("mapping", {"mapping": "customer"}, "does not name a column"),
            ("key", {"mapping": "vat=VAT"}, "No column is called “vat”"),
            ("column", {"mapping": "due=Until"}, "no column “Until”"),
            ("missing", {"mapping": "date="}, "Name it: date="),
            ("twice", {"header": HEADER + ",amount"}, "more than one column"),
        ]
        for name, values, part in cases:
            with self.subTest(name):
                with self.assertRaises(UserError) as caught:
                    self._wizard(**values).action_check()
                self.assertIn(part, str(caught.exception))

    def test_every_bad_row_is_worded(self):
        lines = [
            "C1,Corner Shop,1,2019-01-10,2019-02-09,100.00,",
            "C1,Corner Shop,1,2019-01-10,2019-02-09,100.00,",
            "C1,Corner Shop,2,2019-01-10,2019-02-09,1 EUR x,",
            "C1,Corner Shop,3,2019-01-10,2019-01-09,100.00,",
            "C1,Corner Shop,4,2019-01-10,2019-02-09,100.00,2019-01-09",
            "C1,Corner Shop,5,2019-01-10,2019-02-09,0.00,",
            "C1,Corner Shop,,2019-01-10,2019-02-09,100.00,",
            "C1,Corner Shop,7,2019-01-10,2019-02-09,100.00,,more",
            "C5,Unclear,8,2019-01-10,2019-02-09,100.00,",
        ]
        self.env["res.partner"].create([{"name": "x", "ref": "C5"}] * 2)
        wizard = self._wizard(lines)
        wizard.action_check()
        said = dict(wizard.problem_ids.mapped(lambda p: (p.line, p.reason)))
        self.assertEqual(
            said,
            {
                3: "Invoice 1 is on line 2 already.",
                4: "“1 EUR x” is not an amount.",
                5: "It is due on 01/09/2019, before its date 01/10/2019.",
                6: "It was settled on 01/09/2019, before its date 01/10/2019.",
                7: "The amount is zero.",
                8: "Invoice is missing.",
                9: "The row has more cells than the header: a text with a separator "
                "in it needs quotation marks.",
                10: "Several customers have the reference or the name C5.",
            },
        )


@tagged("post_install", "-at_install")
class TestLedgerCustomers(LedgerCommon):
    def test_a_customer_is_known_by_its_reference(self):
        shop = self.env["res.partner"].create({"name": "The Shop", "ref": "C1"})
        contact = {"name": "Ann", "ref": "C2", "parent_id": shop.id}
        self.env["res.partner"].create(contact)
        counts = self._wizard()._import()
        self.assertEqual(counts.customers_new, 1, "Ann is no customer")
        self.assertEqual(shop.name, "The Shop")
        self.assertEqual(shop.credit, 200)

    def test_numbers_follow_the_days_year_by_year_and_go_on_later(self):
        lines = [
            f"C1,Shop,{n},{day},{day},{amount},"
            for n, (day, amount) in enumerate(
                [
                    ("2018-12-30", 5),
                    ("2019-01-02", 6),
                    ("2018-12-31", 7),
                    ("2019-01-03", -8),
                    ("2019-01-01", 9),
                ]
            )
        ]
        self._wizard(lines[:2])._import()
        wizard = self._wizard(lines)
        wizard._import()
        names = {move.ref: move.name for move in self._moves(wizard)}
        self.assertEqual(
            [names[str(n)] for n in range(5)],
            [
                "OPEN/2018/00001",
                "OPEN/2019/00001",
                "OPEN/2018/00002",
                "ROPEN/2019/00001",
                "OPEN/2019/00002",
            ],
        )
        self.assertFalse(any(self._moves(wizard).mapped("made_sequence_gap")))

    def test_an_archived_customer_is_not_created_again(self):
        self._wizard()._import()
        self._customers("C1", "C2").action_archive()
        counts = self._wizard()._import()
        self.assertEqual((counts.customers_new, counts.invoices_new), (0, 0))

    def test_the_active_one_of_the_company_goes_first(self):
        Partner = self.env["res.partner"]
        shared = {"name": "Shared", "ref": "C1"}
        mine = {"name": "Mine", "ref": "C1", "company_id": self.company.id}
        old = {"name": "Old", "ref": "C1", "active": False}
        _shared, mine, _old = Partner.create([shared, mine, old])
        self._wizard()._import()
        self.assertEqual(mine.credit, 200)

    def test_each_company_has_customers_and_invoices_of_its_own(self):
        other = self.setup_other_company()["company"]
        self.env.user.company_ids += other
        self._wizard()._import()
        here = self._customers("C1", "C2")
        companies = (self.company | other).ids
        elsewhere = self.env(context={"allowed_company_ids": companies})
        wizard = self._wizard(company_id=other.id).with_env(elsewhere)
        self.assertEqual(wizard._import().customers_new, 2)
        self.assertEqual(self._moves(wizard).company_id, other)
        there = self._moves(wizard).partner_id
        self.assertFalse(there & here)
        self.assertEqual(there.company_id, other)


@tagged("post_install", "-at_install")
class TestLedgerDoors(LedgerCommon):
    def _user(self, login, groups):
        return new_test_user(
            self.env,
            login=login,
            groups=groups,
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )

    def test_a_salesman_gets_no_wizard(self):
        salesman = self._user("seller", "sales_team.group_sale_manager")
        with self.assertRaises(AccessError):
            self._wizard(user=salesman)

    def test_an_accountant_gets_no_wizard(self):
        accountant = self._user("accountant", "account.group_account_manager")
        with self.assertRaises(AccessError):
            self._wizard(user=accountant)

    def test_a_credit_manager_who_may_not_post_imports_nothing(self):
        manager = self._user("manager", "credit_control.credit_group_manager")
        wizard = self._wizard(user=manager)
        for action in (wizard.action_import, wizard.action_check, wizard._import):
            with self.assertRaises(AccessError):
                action()
        self._assert_nothing_imported()

    def test_who_may_post_but_not_open_journals_chooses_one(self):
        clerk = self._user(
            "clerk",
            "credit_control.credit_group_manager,account.group_account_invoice,"
            "base.group_partner_manager",
        )
        with self.assertRaises(UserError) as caught:
            self._wizard(user=clerk)._import()
        self.assertIn("Choose the journal of the invoices", str(caught.exception))
        usual = self.company_data["default_journal_sale"]
        wizard = self._wizard(user=clerk, journal_id=usual.id)
        self.assertEqual(wizard._import().settled, 1)

    def test_a_company_that_one_does_not_work_in_is_refused(self):
        other = self.setup_other_company()["company"]
        self.env.user.company_ids -= other
        with self.assertRaises(UserError):
            self._wizard(company_id=other.id)._import()

    def test_a_company_without_accounts_is_refused(self):
        bare = self.env["res.company"].create({"name": "Bare"})
        elsewhere = self.env(context={"allowed_company_ids": bare.ids})
        wizard = self._wizard(company_id=bare.id).with_env(elsewhere)
        with self.assertRaises(UserError) as caught:
            wizard.action_import()
        self.assertIn("Bare has no chart of accounts", str(caught.exception))

    def test_the_future_is_refused(self):
        with self.assertRaises(UserError) as caught:
            self._wizard(as_of="2199-01-01").action_check()
        self.assertIn("still to come", str(caught.exception))
