from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import RatedCommon


@tagged("post_install", "-at_install")
class TestDowngrade(RatedCommon):
    """A grade that falls between two quarters takes the limit along."""

    def _rated(self, grade="BB", present=1000, sales=1000, **values):
        """Oak with a limit, and a confirmed quarter with sales."""
        file = self._file(self.oak, present)
        self._sale(sales)
        self._rate(grade, **values)
        return file

    def _lower(self, file, reason="Invoice 7 is 15 days late"):
        file.rating_dealer_id._downgrade(1, reason, "collection")

    def test_grade_and_limit_fall_at_once_with_the_reason(self):
        file = self._rated()
        self.assertEqual(self._limit(), 400)
        self._lower(file)
        self.assertEqual(self.dealer.grade_id, self._grade("AC"))
        grading = self.dealer.grading_ids.sorted("id")[-1]
        self.assertEqual(grading.origin, "collection")
        self.assertEqual(grading.reason, "Invoice 7 is 15 days late")
        self.assertEqual(self._limit(), 250)
        proposal = self._last()
        self.assertEqual((proposal.origin, proposal.state), ("downgrade", "set"))
        self.assertEqual(proposal.explanation, "1,000 × 25 % = 250")

    def test_a_stop_of_supply_alone_lowers_nothing(self):
        file = self._rated()
        for origin in "manual", "rating", "collection":
            file._stop_supply(origin, "Cheque returned")
        self.assertEqual(self.dealer.grade_id, self._grade("BB"))
        self.assertEqual(self._limit(), 400)

    def test_many_dealers_fall_at_once(self):
        files = self._rated()
        shop = self._dealer(self._customer("Shop"))
        files |= self._file(shop.partner_id, 500)
        self._sale(1000, shop.partner_id)
        self._rate("AA", shop)
        self._lower(files)
        self.assertEqual(self._limit(), 250)
        self.assertEqual(shop.grade_id, self._grade("AB"))
        self.assertEqual(self._limit(shop), 500)

    def test_a_dealer_without_a_grade_keeps_its_limit(self):
        self._lower(self._file(self.oak, 1000))
        self.assertEqual(self._limit(), 1000)

    def test_a_fall_before_the_first_grade_lowers_it_and_the_limit(self):
        """The first quarter is over and not confirmed yet when it falls."""
        file = self._file(self.oak, 1000)
        self._sale(1000)
        self._lower(file)
        self._rate("BB")
        self.assertEqual(self.dealer.grade_id, self._grade("AC"))
        self.assertEqual(self._last().grade_id, self._grade("AC"))
        self.assertEqual(self._limit(), 250)

    def test_a_downgrade_by_hand_lowers_the_limit_too(self):
        self._rated()
        self.dealer._downgrade(2, "Sold below the agreed price", "manual")
        self.assertEqual(self.dealer.grade_id, self._grade("CA"))
        self.assertEqual(self._limit(), 200)

    def test_the_last_grade_stays_the_last(self):
        file = self._rated("CC")
        self._lower(file)
        self.assertEqual(self.dealer.grade_id, self._grade("CC"))
        self.assertEqual(self._limit(), 0)

    def test_the_sales_are_those_the_limit_was_computed_from(self):
        file = self._rated()
        self._sale(9000)
        self._lower(file)
        self.assertEqual(self._last().sales, 1000)
        self.assertEqual(self._limit(), 250)

    def test_a_downgrade_never_raises_a_limit(self):
        file = self._rated(present=100)
        self._last().with_user(self.manager).action_reject()
        self._lower(file)
        self.assertEqual(self._last().state, "kept")
        self.assertEqual(self._last().amount, 250)
        self.assertEqual(self._limit(), 100)

    def test_a_downgrade_lowers_what_waits_to_be_accepted(self):
        file = self._rated(present=100)
        waiting = self._last()
        self.assertEqual((waiting.state, waiting.amount), ("proposed", 400))
        self._lower(file)
        self.assertEqual(waiting.state, "superseded")
        self.assertEqual((self._last().state, self._last().amount), ("proposed", 250))
        self.assertEqual(self._limit(), 100)

    def test_a_new_dealer_may_lose_all_credit_by_a_downgrade(self):
        file = self._rated(tenure="first")
        self.assertEqual(self._limit(), 400)
        self._lower(file)
        self.assertEqual(self._limit(), 0)
        self.assertEqual(self._last().refused, "weak_new")

    def test_a_quarter_confirmed_after_a_downgrade_goes_by_the_lowered_grade(self):
        file = self._rated(back=1)
        self._sale(1000, day=self.quarter_from)
        self._lower(file)
        self._rate("AA")
        self.assertEqual(self.dealer.grade_id, self._grade("AB"))
        self.assertEqual(self._last().grade_id, self._grade("AB"))
        self.assertEqual(self._last().rate, 50)
        self.assertEqual(self._last().origin, "quarter")


@tagged("post_install", "-at_install")
class TestSupply(RatedCommon):
    """What a person decides on two poor quarters running stops or resumes supply."""

    def _poor(self):
        self._rate("CC", back=1)
        self._rate("CC")
        quarter = self._last().quarter_id
        self.assertEqual(quarter.proposal, "pending")
        return quarter.with_user(self.rater)

    def test_a_proposal_alone_stops_nothing(self):
        self._poor()
        self.assertFalse(self._credit_file().on_hold)

    def test_stopping_supply_stops_it_on_the_credit_file_with_the_reason(self):
        self._poor()._decide("stop", "No plan to improve")
        file = self._credit_file()
        self.assertEqual(set(file.stops), {"rating"})
        self.assertIn("No plan to improve", file.hold_reason)
        self.assertEqual(self.dealer.grade_id, self._grade("CC"))

    def test_ending_the_contract_stops_supply_too(self):
        self._poor()._decide("end", "Territory given up")
        file = self._credit_file()
        self.assertIn("The contract was ended", file.hold_reason)
        self.dealer.with_user(self.rater).active = True
        self.assertFalse(file.on_hold, "the contract is taken up again")

    def test_each_reader_is_told_why_in_their_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        modules = ["credit_control_dealer_rating"]
        self.env["ir.module.module"]._load_module_terms(modules, ["zh_CN"])
        chinese = self.env["ir.module.module"].with_context(lang="zh_CN").env
        self._poor().with_env(chinese(user=self.rater))._decide("stop", "No plan")
        file = self._credit_file()
        file._stop_supply("manual", "Typed by hand")
        self.env.invalidate_all()
        self.assertEqual(
            file.hold_reason, "Two poor quarters running: No plan; Typed by hand"
        )
        said = file.with_env(chinese).hold_reason
        self.assertNotIn("poor", said)
        self.assertIn("No plan; Typed by hand", said)

    def test_an_archived_file_is_in_the_way_only_where_orders_are_held(self):
        quarter = self._poor()
        self._credit_file().active = False
        self.company.credit_mode = "enforce"
        with self.assertRaises(UserError):
            quarter._decide("stop", "No plan")
        self.company.credit_mode = "observe"
        quarter._decide("stop", "No plan")
        self.assertEqual(quarter.proposal, "stop")

    def test_keeping_the_dealer_resumes_supply(self):
        quarter = self._poor()
        file = self._credit_file()
        file._stop_supply("rating", "Last time")
        file._stop_supply("manual", "Cheque returned")
        quarter._decide("keep", "New owner")
        self.assertEqual(set(file.stops), {"manual"})

    def test_a_dealer_without_a_file_gets_one_that_is_stopped(self):
        quarter = self._quarter("CC", proposal="pending", state="confirmed")
        quarter.with_user(self.rater)._decide("stop", "Why not")
        self.assertTrue(self._credit_file().on_hold)

    def test_a_better_quarter_resumes_supply(self):
        self._rate("CC", back=2)
        self._rate("CC", back=1)
        poor = self._last().quarter_id
        poor.with_user(self.rater)._decide("stop", "No plan")
        self.assertTrue(self._credit_file().on_hold)
        self._rate("BB")
        self.assertFalse(self._credit_file().on_hold)

    def test_correcting_an_older_quarter_resumes_nothing(self):
        older = self._quarter("CC", back=2)
        self._confirm(older)
        self._poor()._decide("stop", "No plan")
        older.sudo().is_current = False
        self.env.flush_all()
        self._confirm(self._quarter("AA", back=2, version=2, previous_id=older.id))
        self.assertTrue(self._credit_file().on_hold)

    def test_an_ended_contract_stays_ended_whatever_the_running_quarter_says(self):
        self._rate("CC", back=2)
        self._rate("CC", back=1)
        poor = self._last().quarter_id
        poor.with_user(self.rater)._decide("end", "Territory given up")
        last = self._last()
        self._sale(1000)
        self._confirm(self._quarter("BB"))
        self.assertTrue(self._credit_file().on_hold)
        self.assertEqual(self._last(), last, "no limit is computed any more")
