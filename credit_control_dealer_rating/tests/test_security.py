from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import RatedCommon


@tagged("post_install", "-at_install")
class TestSecurity(RatedCommon):
    """Who sees and decides what, company by company."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._terms("BB").payment_term_id = cls.term_60
        cls._sale(1000)
        cls.proposal = cls._rate("BB")
        cls.change = cls.env["credit.terms.change"].search(
            [("dealer_id", "=", cls.dealer.id)]
        )

    def test_a_salesperson_sees_the_dealer_and_nothing_of_its_credit(self):
        dealer = self.dealer.with_user(self.salesman)
        self.assertEqual(dealer.grade_id, self._grade("BB"))
        for record in self.proposal, self.change, self._terms("BB"):
            with self.assertRaises(AccessError):
                record.with_user(self.salesman).read()
            with self.assertRaises(AccessError):
                record.with_user(self.salesman).search([])
        names = [n for n in dealer._fields if n.startswith("credit_")]
        self.assertTrue(names)
        for name in names:
            with self.assertRaises(AccessError, msg=name):
                dealer.read([name])
        self.assertNotIn("credit_rate", dealer.fields_get())

    def test_a_salesperson_opens_the_form_of_an_own_dealer(self):
        form = Form(self.dealer.with_user(self.salesman))
        self.assertNotIn("credit_limit_amount", form._view["fields"])

    def test_a_rating_manager_confirms_but_does_not_see_credit(self):
        self.assertEqual(self.proposal.create_uid, self.rater)
        with self.assertRaises(AccessError):
            self.proposal.with_user(self.rater).read(["amount"])

    def test_credit_users_see_how_limits_came_about_without_rating_rights(self):
        reader = self._user("reader", "credit_control.credit_group_user")
        proposal = self.proposal.with_user(reader)
        self.assertEqual(proposal.explanation, "1,000 × 40 % = 400")
        self.assertEqual(proposal.quarter_id.grade_id.name, "BB")
        dealer = self.dealer.with_user(reader)
        self.assertEqual(dealer.credit_proposed_amount, 400)
        self.assertTrue(dealer.credit_is_proposed)
        self.assertEqual(dealer.credit_rate, 40)
        self.assertEqual(dealer.credit_payment_term_id, self.term_60)
        self.assertFalse(dealer.credit_has_limit)
        file = dealer.credit_file_id
        self.assertEqual(file.rating_grade_id.name, "BB")
        self.assertEqual(file.rating_dealer_id, dealer)
        with self.assertRaises(AccessError):
            dealer.action_accept_limit()

    def test_credit_users_open_the_dealer_and_see_all_its_cards(self):
        reader = self._user("looker", "credit_control.credit_group_user")
        Form(self.dealer.with_user(reader))
        self.dealer.with_user(reader).read(["face_grade", "face_cards", "face_coach"])
        quarter = self.proposal.quarter_id
        for user in reader, self.officer:
            cards = quarter.with_user(user).scorecard_ids
            self.assertEqual(cards.ids, quarter.sudo().scorecard_ids.ids)

    def test_an_officer_who_sells_sees_all_dealers_of_credit(self):
        other = self._dealer(self._customer("Elm"))
        self.assertEqual(other.with_user(self.officer).partner_name, "Elm")

    def test_the_dealers_form_accepts_and_rejects(self):
        dealer = self.dealer.with_user(self.manager)
        dealer.action_accept_limit()
        self.assertEqual(self._limit(), 400)
        self.assertFalse(dealer.credit_is_proposed)
        self.assertEqual(dealer.credit_limit_amount, 400)
        with self.assertRaises(UserError):
            dealer.action_reject_limit()

    def test_nobody_forges_a_limit_or_a_decision(self):
        values = {"state": "accepted", "decided_by_id": self.manager.id}
        for user in self.salesman, self.officer, self.rater, self.manager:
            with self.assertRaises(AccessError):
                self.proposal.with_user(user).write(values)
            with self.assertRaises(AccessError):
                self.proposal.with_user(user).copy()
            with self.assertRaises(AccessError):
                self.proposal.with_user(user).unlink()

    def test_figures_stay_as_they_were_even_for_the_system(self):
        for name, value in (("amount", 9), ("sales", 9), ("rate", 9), ("cap", 9)):
            with self.assertRaises(UserError):
                self.proposal.sudo().write({name: value})
        with self.assertRaises(UserError):
            self.proposal.sudo().unlink()

    def test_another_company_sees_nothing_of_this_one(self):
        other = self.env["res.company"].create({"name": "Other"})
        stranger = self._user("stranger", "credit_control.credit_group_manager")
        stranger.write(
            {"company_ids": [Command.set(other.ids)], "company_id": other.id}
        )
        for record in self.proposal, self.change, self._terms("BB"):
            found = record.with_user(stranger)
            self.assertNotIn(record, found.search([]))
            with self.assertRaises(AccessError):
                found.read(["grade_id"])
        with self.assertRaises(AccessError):
            self.proposal.with_user(stranger).action_accept()

    def test_shared_policies_show_their_terms_in_every_company(self):
        standard = self.env.ref("credit_control.credit_policy_standard")
        terms = standard.grade_terms_ids.with_user(self.officer)
        self.assertEqual(len(terms.mapped("rate")), 9)

    def test_terms_of_a_shared_policy_may_name_what_one_company_has(self):
        """Whose dealers get it, see ``test_terms``."""
        standard = self.env.ref("credit_control.credit_policy_standard")
        own = self._term("Ours", 45)
        own.company_id = self.company
        shared = standard.sudo().grade_terms_ids[0]
        shared.payment_term_id = own
        self.assertEqual(shared.payment_term_id, own)
        self._terms("AA").payment_term_id = own


@tagged("post_install", "-at_install")
class TestCompanies(RatedCommon):
    """The books of branches count in their company, those of others do not."""

    def test_sales_of_a_branch_count_and_its_dealers_have_one_limit(self):
        branch = self._branch()
        self._sale(1000)
        self._sale(500, company_id=branch.id)
        proposal = self._rate("BB")
        self.assertEqual(proposal.sales, 1500)
        self.assertEqual(proposal.company_id, self.company)
        self.assertEqual(len(proposal.action_open_sales()["domain"][0][2]), 2)

    def test_each_company_rates_and_limits_for_itself(self):
        other_data = self.setup_other_company()
        other = other_data["company"]
        other.credit_default_policy_id = self.policy.copy({"company_id": other.id})
        theirs = self._dealer(self.oak, company_id=other.id)
        self._sale(1000)
        self._sale(3000, company_id=other.id)
        self._confirm(self._quarter("BB") | self._quarter("AA", theirs))
        mine, their = self._last(), self._last(theirs)
        self.assertEqual((mine.sales, mine.amount), (1000, 400))
        self.assertEqual((their.sales, their.amount), (3000, 1800))
        self.assertEqual(their.company_id, other)
        self.assertNotEqual(mine.file_id, their.file_id)
        self.assertEqual(their.file_id.company_id, other)


@tagged("post_install", "-at_install")
class TestDefaults(RatedCommon):
    """Defaults that a rating manager keeps for himself grant no credit."""

    def _keep(self, model, name, value):
        defaults = self.env["ir.default"].with_user(self.rater)
        defaults.set(model, name, value, user_id=True)

    def test_a_limit_that_falls_does_not_come_on_top(self):
        self._sale(1000)
        self._rate("AA").with_user(self.manager).action_accept()
        self.assertEqual(self._limit(), 600)
        self._keep("credit.limit", "kind", "base")
        self.dealer.with_user(self.rater)._downgrade(1, "Two notices", "manual")
        self.assertEqual(self._limit(), 500)

    def test_a_dealer_without_a_file_gets_the_companys_policy(self):
        lax = self.policy.copy({"name": "Lax"})
        self._keep("credit.file", "policy_id", lax.id)
        self._rate("AA")
        self.assertFalse(self._credit_file().policy_id)


@tagged("post_install", "-at_install")
class TestDoors(RatedCommon):
    """Ways round a decision that are none."""

    def _poor(self, choice):
        """A dealer with two poor quarters running, of whom this was decided."""
        dealer = self._dealer(self._customer("Poor"))
        self._confirm(self._quarter("CC", dealer, back=1))
        quarter = self._quarter("CC", dealer)
        self._confirm(quarter)
        quarter.with_user(self.rater)._decide(choice, "Never pays")
        return dealer

    def _put_away_and_back(self, dealer):
        dealer.with_user(self.rater).active = False
        dealer.with_user(self.rater).active = True

    def test_supply_that_was_stopped_stays_stopped_by_archiving_and_back(self):
        dealer = self._poor("stop")
        self._put_away_and_back(dealer)
        self.assertIn("rating", self._credit_file(dealer).stops)

    def test_a_contract_that_is_taken_up_again_is_supplied_again(self):
        dealer = self._poor("end")
        self.assertFalse(dealer.active)
        self.assertIn("rating", self._credit_file(dealer).stops)
        dealer.with_user(self.rater).active = True
        self.assertFalse(self._credit_file(dealer).stops)

    def test_a_limit_follows_what_was_confirmed_while_archived(self):
        day = self.quarter_from - timedelta(days=20)
        self._sale(1000, day=day)
        self._rate("AA", back=1).with_user(self.manager).action_accept()
        self.assertEqual(self._limit(), 600)
        self.dealer.with_user(self.rater).active = False
        self._sale(1000)
        self._confirm(self._quarter("CC"))
        self.assertEqual(self._limit(), 600)
        self.dealer.with_user(self.rater).active = True
        self.assertEqual(self._limit(), 0)

    def test_a_limit_follows_a_downgrade_while_archived(self):
        self._sale(1000)
        self._rate("AA").with_user(self.manager).action_accept()
        self.dealer.with_user(self.rater).active = False
        self.dealer.with_user(self.rater)._downgrade(1, "Two notices", "manual")
        self.assertEqual(self._limit(), 600)
        self.dealer.with_user(self.rater).active = True
        self.assertEqual(self._limit(), 500)
        self._put_away_and_back(self.dealer)
        proposals = self.env["credit.limit.proposal"]
        self.assertEqual(
            proposals.search_count([("dealer_id", "=", self.dealer.id)]), 2
        )

    def test_a_limit_that_is_named_twice_is_granted_once(self):
        self._sale(1000)
        proposal = self._rate("AA")
        twice = self.env["credit.limit.proposal"].browse(proposal.ids * 2)
        twice.with_user(self.manager).action_accept()
        self.assertEqual(len(self._credit_file().limit_ids), 1)

    def test_nothing_is_granted_to_who_is_put_away(self):
        self._sale(1000)
        proposal = self._rate("AA")
        for record in self.dealer, proposal.file_id:
            record.active = False
            with self.subTest(model=record._name), self.assertRaises(UserError):
                proposal.with_user(self.manager).action_accept()
            record.active = True
        self.assertEqual(proposal.state, "proposed")
        self.dealer.active = False
        proposal.with_user(self.manager).action_reject()
        self.assertEqual(proposal.state, "rejected")
