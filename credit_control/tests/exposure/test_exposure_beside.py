from datetime import timedelta
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged

from .exposure_common import ExposureCommon


class BesideCommon(ExposureCommon):
    """The company names accounts of bills and of advances that nobody reconciles, as
    the Chinese chart has them, and one of cheques that is."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bills = cls._account("112100", "Notes Receivable", "asset_current")
        cls.cheques = cls._account("112101", "Cheques", "asset_current", True)
        cls.advances = cls._account("220300", "Advances", "liability_current")
        cls.bank = cls.company_data["default_journal_bank"].default_account_id
        cls.receivable = cls.company_data["default_account_receivable"]
        cls.payable = cls.company_data["default_account_payable"]
        cls.company.trade_bill_account_ids = cls.bills | cls.cheques
        cls.company.trade_advance_account_ids = cls.advances

    @classmethod
    def _account(cls, code, name, kind, reconcile=False, company=None):
        company = company or cls.company
        return cls.env["account.account"].create(
            {
                "code": code,
                "name": name,
                "account_type": kind,
                "reconcile": reconcile,
                "company_ids": [Command.set(company.ids)],
            }
        )

    @classmethod
    def _book(cls, debit, credit, amount, partner=None, on=0, due=0, **values):
        """An entry of so many days ago, debit against credit, both of a customer."""
        partner = cls.customer if partner is None else partner
        company = values.pop("company", cls.company)
        move = (
            cls.env["account.move"]
            .with_company(company)
            .create(
                {
                    "move_type": "entry",
                    "company_id": company.id,
                    "date": cls.today - timedelta(on),
                    "line_ids": [
                        Command.create(
                            {
                                "account_id": account.id,
                                "partner_id": partner.id,
                                "balance": balance,
                                "date_maturity": cls.today + timedelta(due),
                                **values,
                            }
                        )
                        for account, balance in ((debit, amount), (credit, -amount))
                    ],
                }
            )
        )
        move.action_post()
        return move

    @classmethod
    def _match(cls, *moves, account):
        lines = cls.env["account.move.line"].union(*(move.line_ids for move in moves))
        lines.filtered(lambda line: line.account_id == account).reconcile()

    def _vendor_bill(self, amount, **values):
        bill = self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "invoice_date": self.today,
                "date": self.today,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Paper",
                            "price_unit": amount,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
                **values,
            }
        )
        bill.action_post()
        return bill


@tagged("post_install", "-at_install")
class TestBills(BesideCommon):
    """What was taken for an invoice is owed until somebody pays it."""

    def _taken(self, invoice, account, on=0):
        """A bill for an invoice, matched with it."""
        taken = self._book(account, self.receivable, 300, on=on, due=60)
        self._match(invoice, taken, account=self.receivable)
        return taken

    def test_a_bill_stays_owed_until_it_is_honoured(self):
        for account in self.bills, self.cheques:
            with self.subTest(account.name):
                invoice = self._invoice(300)
                with self.stays():
                    taken = self._taken(invoice, account)
                self.assertOwes(bills=300)
                with self.moves(-300):
                    honoured = self._book(self.bank, account, 300)
                    if account.reconcile:
                        self._match(taken, honoured, account=account)
                self.assertOwes()

    def test_a_bill_that_bounces_is_receivable_again(self):
        self._taken(self._invoice(300), self.bills)
        with self.stays():
            self._book(self.receivable, self.bills, 300)
        self.assertOwes(receivable=300)

    def test_a_bill_taken_back_to_draft_is_none(self):
        taken = self._taken(self._invoice(300), self.cheques)
        with self.stays():
            taken.button_draft()
        self.assertOwes(receivable=300)

    def test_a_payment_method_of_bills_makes_bills(self):
        """Registered on the invoice, with the account as its outstanding account; money
        on its way to the bank is none, as long as nobody names its account."""
        line = self.inbound_payment_method_line
        self._pay(self._invoice(300))
        self.assertOwes()
        line.payment_account_id = self.cheques
        with self.moves(300):
            invoice = self._invoice(300)
            self._pay(invoice)
        self.assertOwes(bills=300)
        self.company.trade_bill_account_ids = False
        self.assertOwes()

    def test_one_dated_later_is_receivable_until_then(self):
        """A post-dated cheque is no money yet, wherever it is booked."""
        self._taken(self._invoice(300), self.bills, on=-20)
        self.assertOwes(receivable=300)
        later = self.today + timedelta(20)
        self.assertEqual(self._parts(day=later)["bills"], 300)
        self.assertEqual(self._parts(day=later)["receivable"], 0)

    def test_one_honoured_later_is_in_hand_until_then(self):
        taken = self._taken(self._invoice(300, late=50), self.cheques, on=50)
        honoured = self._book(self.bank, self.cheques, 300, on=5)
        self._match(taken, honoured, account=self.cheques)
        for days, amount in (60, 0), (50, 300), (33, 300), (6, 300), (5, 0), (0, 0):
            with self.subTest(days=days):
                day = self.today - timedelta(days)
                self.assertEqual(self._parts(day=day)["bills"], amount)

    def test_what_was_honoured_twice_frees_no_credit(self):
        self._book(self.bank, self.bills, 100)
        self.assertOwes()

    def test_contacts_and_branches_count_and_others_do_not(self):
        contact = self.env["res.partner"].create(
            {"name": "Till", "parent_id": self.customer.id, "type": "other"}
        )
        contact.active = False
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id}
        )
        self.env.cr.precommit.run()
        self.env.user.company_ids += branch
        self._book(self.bills, self.bank, 10, partner=contact)
        self._book(self.bills, self.bank, 200, company=branch)
        self._book(self.bills, self.bank, 5, partner=self._customer("Somebody else"))
        self._book(self.bills, self.bank, 7, partner=self.env["res.partner"])
        self.assertOwes(bills=210)

    def test_foreign_bills_count_as_they_are_booked(self):
        coin = self.setup_other_currency("EUR", rates=[("2020-01-01", 0.5)])
        move = self.env["account.move"].create(
            {
                "move_type": "entry",
                "date": self.today,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": account.id,
                            "partner_id": self.customer.id,
                            "currency_id": coin.id,
                            "balance": sign * 200,
                            "amount_currency": sign * 100,
                        }
                    )
                    for account, sign in ((self.bills, 1), (self.bank, -1))
                ],
            }
        )
        move.action_post()
        self.assertOwes(bills=200)

    def test_an_account_that_two_companies_share_counts_where_it_is_named(self):
        other = self.setup_other_company(name="Other company")["company"]
        shared = self._account("112109", "Shared", "asset_current")
        shared.sudo().with_company(other).write(
            {"code": "112109", "company_ids": [Command.link(other.id)]}
        )
        journal = self.env["account.journal"].with_company(other)
        bank = journal.search(
            [("company_id", "=", other.id), ("type", "=", "bank")], limit=1
        ).default_account_id
        theirs = self.env["credit.file"].create(
            {"partner_id": self.customer.id, "company_id": other.id}
        )
        self._book(shared, bank, 40, company=other)
        self._book(self.bills, self.bank, 300)
        self.company.trade_bill_account_ids += shared
        self.assertOwes(bills=300)
        self.assertOwes(theirs)
        both = self.env["credit.exposure"]._standings((self.file | theirs).ids)
        self.assertEqual(both[self.file.id].parts["bills"], 300)
        self.assertEqual(both[theirs.id].parts["bills"], 0)

    def test_a_bill_holds_the_next_order(self):
        self.company.credit_mode = "enforce"
        invoice = self._invoice(900)
        taken = self._book(self.cheques, self.receivable, 900, due=60)
        self._match(invoice, taken, account=self.receivable)
        order = self._order(200)
        order.action_confirm()
        self.assertHeld(order, "limit")
        honoured = self._book(self.bank, self.cheques, 900)
        self._match(taken, honoured, account=self.cheques)
        self._retake()
        order.action_confirm()
        self.assertConfirmed(order)


@tagged("post_install", "-at_install")
class TestAdvances(BesideCommon):
    """Money of the customer on the accounts that the company names."""

    def test_an_advance_counts_until_it_is_used(self):
        with self.moves(-400):
            self._book(self.bank, self.advances, 400)
        self.assertOwes(advances=-400)
        with self.stays():
            self._book(self.advances, self.receivable, 400)
        self.assertOwes(receivable=-400)

    def test_one_used_up_twice_is_no_debt(self):
        self._book(self.advances, self.bank, 400)
        self.assertOwes()

    def test_a_down_payment_on_an_order_counts_once(self):
        """Whatever account the company books down payments on."""
        order = self._confirmed(1000, quantity=10, product=self.product_delivered)
        with self.stays():
            advance = self._bill_advance(order, 300)
            lines = advance.invoice_line_ids.filtered("is_downpayment")
        self.assertTrue(lines)
        advance.button_draft()
        lines.account_id = self.advances
        advance.action_post()
        self.assertOwes(ordered=700, receivable=300)
        with self.moves(-300):
            self._pay(advance)
        order.order_line[0].qty_delivered = 10
        with self.stays():
            invoice = self._bill(order)
            deducted = invoice.invoice_line_ids.filtered("is_downpayment")
            deducted.account_id = self.advances
            invoice.action_post()
        self.assertOwes(receivable=700)

    def test_an_advance_deducted_from_an_invoice_counts_once(self):
        self._book(self.bank, self.advances, 400)
        invoice = self._invoice(1000, post=False)
        invoice.invoice_line_ids = [
            Command.create(
                {
                    "name": "Less your advance",
                    "account_id": self.advances.id,
                    "price_unit": -400,
                    "tax_ids": [Command.clear()],
                }
            )
        ]
        self.assertOwes(draft=600, advances=-400)
        invoice.action_post()
        self.assertOwes(receivable=600)

    def test_who_paid_in_advance_needs_no_limit(self):
        self.company.credit_mode = "enforce"
        customer = self._customer("Pays Ahead")
        file = self._file(customer)
        self._book(self.bank, self.advances, 400, partner=customer)
        order = self._order(400, customer=customer)
        order.action_confirm()
        self.assertConfirmed(order)
        self.assertOwes(file, ordered=400, advances=-400)


@tagged("post_install", "-at_install")
class TestSetOff(BesideCommon):
    """What we owe is shown, and set off where the company says so."""

    def _shown(self):
        self.env.invalidate_all()
        return self.file.payable, self.file.set_off, self.file.available

    def test_what_we_owe_is_shown_and_set_off_where_it_is_said(self):
        bill = self._vendor_bill(250)
        self.assertEqual(self._shown(), (250, 0, 1000))
        self.company.credit_set_off = True
        self.assertEqual(self._shown(), (250, 250, 1250))
        self.assertOwes()
        self._pay(bill, 100)
        self.assertEqual(self._shown(), (150, 150, 1150))

    def test_a_payment_that_has_no_entry_is_paid(self):
        self.company.credit_set_off = True
        self._vendor_bill(250)
        self.outbound_payment_method_line.payment_account_id = False
        values = {
            "partner_id": self.customer.id,
            "amount": 90,
            "payment_type": "outbound",
            "partner_type": "supplier",
            "date": self.today,
            "journal_id": self.company_data["default_journal_bank"].id,
        }
        # As with an accounting app, where only the bank statement makes the entry
        with patch.object(
            type(self.env["account.move"]),
            "_get_invoice_in_payment_state",
            lambda move: "in_payment",
        ):
            payment = self.env["account.payment"].create(values)
            payment.action_post()
        self.assertFalse(payment.move_id)
        self.assertEqual(self._shown(), (160, 160, 1160))

    def test_what_a_supplier_owes_us_back_is_nothing_that_we_owe(self):
        self.company.credit_set_off = True
        self._book(self.payable, self.bank, 70)
        self.assertEqual(self._shown(), (0, 0, 1000))

    def test_what_is_set_off_lets_orders_go_and_is_kept(self):
        self.company.credit_mode = "enforce"
        self._vendor_bill(250)
        order = self._order(1200)
        order.action_confirm()
        self.assertHeld(order, "limit")
        self.company.credit_set_off = True
        self._retake()
        order.action_confirm()
        self.assertConfirmed(order)
        decision = self._decision(order)
        self.assertEqual(decision.facts["levels"][0]["set_off"], 250)
        self.assertEqual(decision.available, 1250)
        self.assertTrue(decision._replays())

    def test_a_group_sets_off_what_it_owes_its_members(self):
        self.company.credit_set_off = True
        holding = self._file(self._customer("Holding"), 100)
        self.file.parent_id = holding
        self._vendor_bill(250)
        self.env.invalidate_all()
        self.assertEqual((holding.payable, holding.available), (250, 350))
        self.assertEqual(self.file.available, 350)


@tagged("post_install", "-at_install")
class TestBesideShown(BesideCommon):
    """Figures lead to rows; accounts that cannot be meant are refused."""

    def test_figures_lead_to_rows_that_add_up_to_them(self):
        clerk = self._user("clerk", "credit_control.credit_group_user")
        self._book(self.bills, self.bank, 300, on=10, due=50)
        self._book(self.bank, self.bills, 100, on=5)
        self._book(self.cheques, self.bank, 40, due=20)
        self._book(self.bank, self.advances, 70)
        self._vendor_bill(25)
        self.env.invalidate_all()
        for part, total in {"bills": 240, "advances": -70, "payable": 25}.items():
            file = self.file.with_user(clerk)
            self.assertEqual(file[part], total)
            action = getattr(file, f"action_open_{part}")()
            context = action["context"]
            rows = self.env[action["res_model"]].with_user(clerk)
            rows = rows.with_context(
                trade_customers=context["trade_customers"],
                trade_day=context["search_default_day"],
            ).search(action["domain"])
            self.assertEqual(sum(rows.mapped("net")), abs(total))
            if part == "bills":
                # What was honoured and is matched with nothing: the cheque, first due
                due = [self.today + timedelta(50)]
                self.assertEqual(rows.mapped("date_due"), due)
        for view in "list", "kanban", "search":
            self.env["trade.beside.item"].with_user(clerk).get_view(view_type=view)

    def test_accounts_that_cannot_be_meant_are_refused(self):
        income = self.company_data["default_account_revenue"]
        other = self.setup_other_company(name="Other company")["company"]
        foreign = self._account("112105", "Theirs", "asset_current", company=other)
        for name, account in (
            ("trade_bill_account_ids", self.receivable),
            ("trade_bill_account_ids", self.bank),
            ("trade_bill_account_ids", income),
            ("trade_bill_account_ids", self.advances),
            ("trade_bill_account_ids", foreign),
            ("trade_advance_account_ids", self.payable),
            ("trade_advance_account_ids", self.bills),
        ):
            with self.subTest(name, account=account.name):
                with self.assertRaises(ValidationError), self.cr.savepoint():
                    self.company[name] = account

    def test_a_branch_names_none(self):
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id}
        )
        with self.assertRaises(ValidationError):
            branch.trade_bill_account_ids = self.bills

    def test_an_account_that_becomes_trade_receivable_counts_once(self):
        self._book(self.cheques, self.bank, 40)
        self.cheques.account_type = "asset_receivable"
        self.assertOwes(receivable=40)
        self.cheques.non_trade = True
        self.assertOwes(bills=40)

    def test_the_settings_name_them(self):
        settings = Form(self.env["res.config.settings"])
        named = self.company.trade_bill_account_ids
        self.assertEqual(settings.trade_bill_account_ids.ids, named.ids)
        settings.trade_advance_account_ids.clear()
        settings.credit_set_off = True
        settings.save().execute()
        self.assertFalse(self.company.trade_advance_account_ids)
        self.assertTrue(self.company.credit_set_off)
