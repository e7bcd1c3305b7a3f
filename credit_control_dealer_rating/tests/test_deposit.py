from odoo.fields import Command
from odoo.tests import tagged

from .common import RatedCommon


@tagged("post_install", "-at_install")
class TestDeposit(RatedCommon):
    """What a grade asks as a deposit, and what of it is there.

    Grade BB asks 10 % of the limit; Oak, rated BB, has a limit of 400.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._terms("BB").deposit = 10
        cls._terms("AC").deposit = 20
        cls.account = cls.env["account.account"].create(
            {"name": "Deposits", "code": "219900", "account_type": "liability_current"}
        )
        cls.bank = cls.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", cls.company.id)], limit=1
        )
        cls.company.credit_deposit_account_id = cls.account
        cls._sale(1000)
        cls._rate("BB").with_user(cls.manager).action_accept()
        cls.file = cls.env["credit.file"]._of_dealers(cls.dealer)

    def _receive(self, amount, partner=None, post=True, journal=None):
        journal = journal or self.bank
        lines = [
            {"account_id": self.bank.default_account_id.id, "balance": amount},
            {
                "account_id": self.account.id,
                "balance": -amount,
                "partner_id": (partner or self.oak).id,
            },
        ]
        move = self.env["account.move"].create(
            {
                "move_type": "entry",
                "journal_id": journal.id,
                "company_id": journal.company_id.id,
                "line_ids": [Command.create(line) for line in lines],
            }
        )
        if post:
            move.action_post()
        return move

    def _told(self, file=None):
        file = file or self.file
        file.invalidate_recordset()
        return file.deposit_asked, file.deposit_received, file.deposit_missing

    def _missing(self):
        return self.env["credit.file"].search([("deposit_missing", ">", 0)])

    def test_a_deposit_is_a_share_of_the_limit_in_force(self):
        self.assertEqual(self.file.deposit_rate, 10)
        self.assertEqual(self._told(), (40, 0, 40))
        self.file._grant(1000)
        self.assertEqual(self._told(), (100, 0, 100))
        self.dealer._downgrade(1, "Late", "manual")
        # 20 % of 250
        self.assertEqual(self._told(), (50, 0, 50))

    def test_what_was_booked_for_the_customer_and_its_contacts_is_there(self):
        buyer = self._customer("Buyer", parent_id=self.oak.id, is_company=False)
        moves = self._receive(15) | self._receive(10, buyer)
        self._receive(99, self._customer("Elm"))
        self._receive(99, post=False)
        self.assertEqual(self._told(), (40, 25, 15))
        opened = self.env["account.move.line"].search(
            self.file.action_open_deposit()["domain"]
        )
        self.assertEqual(opened.move_id, moves)
        self.assertEqual(-sum(opened.mapped("balance")), 25)
        self._receive(100)
        self.assertEqual(self._told(), (40, 125, 0))

    def test_the_dealer_shows_the_same(self):
        self._receive(15)
        dealer = self.dealer.with_user(self.manager)
        self.assertEqual(dealer.credit_deposit, 10)
        self.assertEqual(dealer.credit_deposit_asked, 40)
        self.assertEqual(dealer.credit_deposit_received, 15)
        self.assertEqual(dealer.credit_deposit_missing, 25)
        self.assertEqual(dealer.action_open_deposit(), self.file.action_open_deposit())

    def test_files_whose_deposit_is_missing_are_found(self):
        self.assertEqual(self._missing() & self.file, self.file)
        self.assertNotIn(
            self.file, self.env["credit.file"].search([("deposit_missing", ">", 40)])
        )
        self._receive(40)
        self.assertNotIn(self.file, self._missing())

    def test_without_an_account_nothing_is_known_to_be_missing(self):
        self.company.credit_deposit_account_id = False
        self.assertEqual(self._told(), (40, 0, 0))
        self.assertFalse(self._missing())

    def test_who_is_no_dealer_is_asked_for_nothing(self):
        elm = self._customer("Elm")
        file = self._file(elm, 500)
        self._receive(7, elm)
        self.assertEqual(self._told(file), (0, 7, 0))

    def test_a_branchs_books_count_too(self):
        branch = self._branch()
        self._receive(15)
        journal = self.bank.copy({"company_id": branch.id, "code": "BRB"})
        self._receive(5, journal=journal)
        self.assertEqual(self._told(), (40, 20, 20))

    def test_a_computed_limit_says_what_deposit_to_agree_on(self):
        proposal = self._last()
        self.assertEqual((proposal.deposit_rate, proposal.deposit), (10, 40))
        self._terms("BB").deposit = 30
        self.assertEqual(proposal.deposit, 40)

    def test_many_files_cost_as_much_as_few(self):
        files = self.file
        for number in range(20):
            files |= self._file(self._customer(f"Shop {number}"), 100)
        costs = []
        for few in files[:2], files:
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            few.mapped("deposit_asked")
            costs.append(self.env.cr.sql_log_count - start)
        self.assertEqual(*costs)
