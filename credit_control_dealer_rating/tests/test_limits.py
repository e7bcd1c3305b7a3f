from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..models.proposal.credit_limit_proposal import FIGURES
from .common import RatedCommon


@tagged("post_install", "-at_install")
class TestLimits(RatedCommon):
    """A confirmed quarter sets the limit: at once what lowers, proposed what raises."""

    def _granted(self, amount, **values):
        """Oak's credit file with a limit that somebody granted."""
        return self._file(self.oak, amount, **values)

    def test_the_printed_example_is_capped_and_told(self):
        self._terms("AA").policy_id.grade_terms_ids.cap = 80000
        self._sale(181500)
        proposal = self._rate("BA")
        self.assertEqual(
            proposal.explanation, "181,500 × 45 % = 81,675, capped at 80,000"
        )
        self.assertEqual(proposal.sales, 181500)
        self.assertEqual(proposal.rate, 45)
        self.assertEqual(proposal.computed, 81675)
        self.assertEqual(proposal.cap, 80000)
        self.assertEqual(proposal.amount, 80000)
        self.assertEqual(proposal.state, "proposed")

    def _again(self, proposal):
        """Compute the amount once more from what is stored."""
        figures = {name: proposal[name] for name in FIGURES}
        return proposal._recompute(figures, proposal.currency_id).amount

    def test_every_shipped_rate_gives_its_share(self):
        self._sale(1000)
        shares = {"AA": 600, "AB": 500, "BA": 450, "BB": 400, "AC": 250}
        shares |= {"CA": 200, "BC": 100, "CB": 50, "CC": 0}
        for back, (grade, share) in enumerate(reversed(shares.items())):
            dealer = self._dealer(self._customer(f"Rated {grade}"))
            self._sale(1000, dealer.partner_id)
            proposal = self._rate(grade, dealer)
            self.assertEqual(proposal.amount, share, grade)
            self.assertEqual(self._again(proposal), share, f"{grade}, {back}")

    def test_a_dealer_without_a_credit_file_gets_one(self):
        self.assertFalse(self._credit_file())
        self._sale(1000)
        proposal = self._rate("BB")
        self.assertEqual(proposal.file_id, self._credit_file())
        self.assertEqual(self._credit_file().company_id, self.company)
        self.assertIsNone(self._limit(), "a first limit is a raise: it waits")
        self.assertEqual((proposal.state, proposal.has_present), ("proposed", False))

    def test_a_lower_or_equal_limit_is_set_at_once(self):
        for present in (1000, 400):
            dealer = self._dealer(self._customer(f"Had {present}"))
            file = self._file(dealer.partner_id, present)
            self._sale(1000, dealer.partner_id)
            proposal = self._rate("BB", dealer)
            self.assertEqual(proposal.state, "set")
            self.assertEqual(proposal.present, present)
            self.assertEqual(self._limit(dealer), 400)
            limit = proposal.limit_id
            self.assertEqual(limit.file_id, file)
            self.assertEqual(limit.date_from, self.today)
            self.assertIn("Rated BB", limit.reason)
            self.assertIn("1,000 × 40 % = 400", limit.reason)

    def test_the_reason_of_a_limit_is_worded_for_each_reader(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self._granted(1000)
        self._sale(1000)
        proposal = self._rate("BB")
        raised = self._dealer(self._customer("Raised"))
        self._sale(1000, raised.partner_id)
        self._rate("BB", raised).with_user(self.manager).action_accept()
        for limit in proposal.limit_id, self._credit_file(raised).limit_ids:
            self.assertIn("Rated BB", limit.reason)
            self.assertIn("1,000 × 40 % = 400", limit.reason)
            chinese = limit.with_context(lang="zh_CN").reason
            self.assertNotIn("Rated", chinese)
            self.assertIn("1,000 × 40", chinese)

    def test_nothing_at_all_is_set_at_once(self):
        proposal = self._rate("AA")
        self.assertEqual((proposal.amount, proposal.state), (0, "set"))
        self.assertEqual(self._limit(), 0)

    def test_a_higher_limit_waits_until_a_credit_manager_accepts_it(self):
        self._granted(100)
        self._sale(1000)
        proposal = self._rate("BB")
        self.assertEqual(proposal.state, "proposed")
        self.assertEqual(self._limit(), 100)
        for user in self.salesman, self.officer, self.rater:
            with self.assertRaises(AccessError):
                proposal.with_user(user).action_accept()
            with self.assertRaises(AccessError):
                proposal.with_user(user).action_reject()
        proposal.with_user(self.manager).action_accept()
        self.assertEqual(self._limit(), 400)
        self.assertEqual(proposal.state, "accepted")
        self.assertEqual(proposal.decided_by_id, self.manager)
        self.assertEqual(proposal.limit_id.create_uid, self.manager)
        self.assertIn("1,000 × 40 % = 400", proposal.limit_id.reason)

    def test_limits_wait_for_a_manager_on_one_file_until_all_are_decided_on(self):
        dealers = [self._dealer(self._customer(f"Shop {n}")) for n in range(3)]
        for dealer in dealers:
            self._sale(1000, dealer.partner_id)
        proposals = [self._rate("AA", dealer) for dealer in dealers]
        files = self.env["credit.file"].sudo()
        limits = [("res_model", "=", files._name), ("trade_wait", "=", "limit")]

        def told():
            files._follow_all_waits(self.company)
            found = self.env["mail.activity"].sudo().search(limits)
            return [(each.res_id, each.user_id) for each in found]

        self.assertIn((proposals[0].file_id.id, self.manager), told())
        self.assertEqual({file for file, _user in told()}, {proposals[0].file_id.id})
        proposals[0].with_user(self.manager).action_reject()
        self.assertEqual({file for file, _user in told()}, {proposals[1].file_id.id})
        for proposal in proposals[1:]:
            proposal.with_user(self.manager).action_accept()
        self.assertFalse(told())

    def test_a_rejected_limit_stays_away(self):
        self._granted(100)
        self._sale(1000)
        proposal = self._rate("BB")
        proposal.with_user(self.manager).action_reject()
        self.assertEqual(self._limit(), 100)
        self.assertEqual(
            (proposal.state, proposal.decided_by_id), ("rejected", self.manager)
        )
        for decide in proposal.action_accept, proposal.action_reject:
            with self.assertRaises(UserError):
                decide()

    def test_many_are_accepted_at_once(self):
        dealers = [self._dealer(self._customer(f"Shop {n}")) for n in range(3)]
        quarters = self.env["dealer.quarter"]
        for number, dealer in enumerate(dealers):
            self._sale(1000 * (number + 1), dealer.partner_id)
            quarters += self._quarter("BB", dealer)
        self._confirm(quarters)
        proposals = self.env["credit.limit.proposal"].search(
            [("quarter_id", "in", quarters.ids)]
        )
        proposals.with_user(self.manager).action_accept()
        self.assertEqual([self._limit(dealer) for dealer in dealers], [400, 800, 1200])
        self.assertEqual(set(proposals.mapped("state")), {"accepted"})

    def test_the_next_quarter_supersedes_what_nobody_decided_on(self):
        self._sale(1000, day=self.quarter_from - timedelta(days=5))
        self._sale(1000)
        older = self._rate("BB", back=1)
        newer = self._rate("BA")
        self.assertEqual(older.state, "superseded")
        self.assertEqual(newer.state, "proposed")
        with self.assertRaises(UserError):
            older.with_user(self.manager).action_accept()

    def test_correcting_an_older_quarter_changes_nothing_now(self):
        self._sale(1000)
        newer = self._rate("BB")
        older = self._quarter("CC", back=1)
        self._confirm(older)
        self.assertEqual(self._last(), newer)

    def test_a_corrected_quarter_counts_in_place_of_the_first(self):
        self._granted(1000)
        self._sale(1000)
        first = self._rate("BB")
        self.assertEqual(self._limit(), 400)
        first.quarter_id.sudo().is_current = False
        self.env.flush_all()
        second = self._rate("AA", version=2, previous_id=first.quarter_id.id)
        self.assertEqual((second.amount, second.state), (600, "proposed"))
        self.assertEqual(self._limit(), 400)

    def test_a_downgrade_while_a_quarter_is_corrected_goes_by_its_first_version(self):
        self._granted(1000)
        self._sale(1000)
        first = self._rate("BB")
        first.quarter_id.sudo().is_current = False
        self.env.flush_all()
        self._quarter("AA", version=2, previous_id=first.quarter_id.id)
        self.dealer._downgrade(1, "Late", "manual")
        self.assertEqual(self._last().quarter_id, first.quarter_id)
        self.assertEqual(self._limit(), 250)

    # === WHO GETS NO CREDIT === #

    def test_a_new_dealer_gets_no_credit_in_its_first_quarter(self):
        new, known = self._customer("Newcomer"), self._customer("Known")
        dealer = self._dealer(new, since=self.today)
        self._dealer(known, since=self.today)
        file = self._file(known, 5000)
        for _night in range(2):
            self.env["rating.scorecard"]._rate(self.company, self.today)
        self.assertEqual(self._limit(dealer), 0)
        self.assertEqual(len(self._credit_file(dealer).limit_ids), 1)
        self.assertEqual(len(file.limit_ids), 1)
        order = self._order(100, new)
        order.action_confirm()
        self.assertEqual(order.state, "draft")

    def test_a_new_dealer_with_a_weak_grade_gets_no_credit_and_is_told_why(self):
        self._granted(500)
        self._sale(1000)
        proposal = self._rate("AC", tenure="first")
        self.assertEqual((proposal.amount, proposal.refused), (0, "weak_new"))
        self.assertEqual(self._limit(), 0)
        self.assertIn("new dealer", proposal.explanation)

    def test_in_its_second_quarter_only_four_grades_give_credit(self):
        for grade in ("AA", "AB", "BA", "BB", "AC", "CA", "BC", "CB", "CC"):
            dealer = self._dealer(self._customer(f"New {grade}"))
            self._sale(1000, dealer.partner_id)
            # The grade of the first quarter gives credit in the second
            amount = self._rate(grade, dealer, tenure="first").amount
            self.assertEqual(amount > 0, grade in ("AA", "AB", "BA", "BB"), grade)

    def test_a_grade_that_is_not_creditworthy_gives_none_and_says_so(self):
        self._granted(500)
        self._sale(1000)
        proposal = self._rate("CC")
        self.assertEqual((proposal.amount, proposal.refused), (0, "unworthy"))
        self.assertEqual(self._limit(), 0)
        self.assertIn("CC is not creditworthy", proposal.explanation)

    def test_a_grade_without_terms_gives_none_and_says_so(self):
        weak = self.env["dealer.grade"].search(
            [("sequence", ">=", self._grade("BB").sequence)]
        )
        self.policy.grade_terms_ids.filtered(lambda t: t.grade_id in weak).unlink()
        self._sale(1000)
        proposal = self._rate("BB")
        self.assertEqual((proposal.amount, proposal.refused), (0, "no_terms"))
        self.assertIn("no terms for the grade BB", proposal.explanation)

    def test_an_archived_credit_file_is_left_alone(self):
        file = self._granted(500)
        file.active = False
        self._sale(1000)
        self._rate("CC")
        self.assertFalse(self._last())
        self.assertEqual(len(file.limit_ids), 1)
        found = self.env["credit.file"].with_context(active_test=False)
        self.assertEqual(found.search([("partner_id", "=", self.oak.id)]), file)

    def test_the_files_own_policy_gives_the_terms(self):
        generous = self.env["credit.policy"].create({"name": "Key accounts"})
        generous.grade_terms_ids.filtered(
            lambda t: t.grade_id == self._grade("AA")
        ).rate = 90
        self._granted(100, policy_id=generous.id)
        self._sale(1000)
        proposal = self._rate("AA")
        self.assertEqual((proposal.amount, proposal.policy_id), (900, generous))

    # === WHICH LIMIT IS THERE === #

    def test_a_temporary_limit_is_no_present_limit(self):
        file = self._granted(100)
        file._grant(
            5000, "temporary", date_to=self.today + timedelta(days=9), reason="Season"
        )
        self._sale(1000)
        proposal = self._rate("BB")
        self.assertEqual((proposal.present, proposal.state), (100, "proposed"))
        self.assertEqual(self._limit(), 5000)

    def test_a_limit_that_was_ended_is_none(self):
        file = self._granted(1000)
        file.limit_ids.with_user(self.manager).action_end()
        self._sale(1000)
        proposal = self._rate("BB")
        self.assertEqual((proposal.has_present, proposal.state), (False, "proposed"))

    # === WHAT COUNTS AS SALES === #

    def test_only_credit_sales_of_the_quarter_count(self):
        self._sale(1000)
        self._sale(500, day=self.quarter_from)
        self._sale(30, day=self.quarter_to)
        self._sale(7000, day=self.quarter_from - timedelta(days=1))
        self._sale(7000, day=self.quarter_to + timedelta(days=1))
        self._sale(7000, days=0)
        self._sale(
            7000, invoice_payment_term_id=self.term_now.id, invoice_date_due=False
        )
        self._sale(7000, self.customer)
        draft = self._sale(7000)
        draft.button_draft()
        self.assertEqual(self._rate("BB").sales, 1530)

    def test_a_payment_term_makes_a_credit_sale(self):
        self._sale(
            1000, invoice_payment_term_id=self.term_30.id, invoice_date_due=False
        )
        self.assertEqual(self._rate("BB").sales, 1000)

    def test_credit_notes_count_against_what_they_reverse(self):
        credit, cash = self._sale(1000), self._sale(500, days=0)
        self._sale(-100, days=0, reversed_entry_id=credit.id)
        self._sale(-100, days=0, reversed_entry_id=cash.id)
        self._sale(-7, days=0)
        self._sale(
            -50,
            invoice_payment_term_id=self.term_now.id,
            invoice_date_due=False,
        )
        self.assertEqual(self._rate("BB").sales, 893)

    def test_more_returned_than_sold_gives_no_limit(self):
        self._granted(500)
        self._sale(-100)
        proposal = self._rate("BB")
        self.assertEqual((proposal.sales, proposal.amount), (-100, 0))
        self.assertEqual(self._limit(), 0)
        self.assertIn("more came back than was sold", proposal.explanation)

    def test_sales_count_with_their_tax(self):
        tax = self.company_data["default_tax_sale"]
        move = self._sale(
            1000,
            invoice_line_ids=[
                Command.create(
                    {"name": "Goods", "price_unit": 1000, "tax_ids": [tax.id]}
                )
            ],
        )
        self.assertGreater(move.amount_total, 1000)
        self.assertEqual(self._rate("BB").sales, move.amount_total)

    def test_what_is_billed_to_a_contact_counts_for_the_dealer(self):
        contact = self.env["res.partner"].create(
            {"name": "Oak, accounts", "parent_id": self.oak.id, "type": "invoice"}
        )
        self._sale(1000, contact)
        self.assertEqual(self._rate("BB").sales, 1000)

    def test_invoices_in_another_currency_count_in_the_companys(self):
        foreign = self.setup_other_currency("EUR", rates=[("2020-01-01", 2.0)])
        self._sale(1000, currency_id=foreign.id)
        self.assertEqual(self._rate("BB").sales, 500)

    def test_each_figure_leads_to_its_invoices(self):
        counted = self._sale(1000) | self._sale(-100)
        self._sale(500, days=0)
        proposal = self._rate("BB")
        self.assertEqual(proposal.invoice_count, 2)
        action = proposal.action_open_sales()
        self.assertEqual(self.env["account.move"].search(action["domain"]), counted)
        self.assertEqual(sum(counted.mapped("amount_total_signed")), proposal.sales)

    def test_a_later_invoice_changes_no_stored_computation(self):
        self._sale(1000)
        proposal = self._rate("BB")
        self._sale(5000)
        self.env.invalidate_all()
        self.assertEqual(self._again(proposal), proposal.amount)
        self.assertEqual(proposal.explanation, "1,000 × 40 % = 400")

    def test_figures_are_told_with_cents_only_where_there_are(self):
        self._terms("CB").rate = 4.5
        self._sale(1000.10)
        self.assertEqual(self._rate("CB").explanation, "1,000.10 × 4.5 % = 45")
