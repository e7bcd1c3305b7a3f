"""From the invoice that is not paid to supply that resumes: all addons together."""

from datetime import timedelta

from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import date_utils

from odoo.addons.ar_collection.models.procedure.collection_procedure import QUIET
from odoo.addons.credit_control_ar_collection.tests.common import SupplyCommon


@tagged("post_install", "-at_install")
class TestCollectionJourney(SupplyCommon):
    """A dealer rated BB, with a limit of 40 % of a quarter's sales, pays late."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = "ar_collection.collection_group_user,credit_control.credit_group_user"
        for name in groups.split(","):
            cls.salesman.group_ids += cls.env.ref(name)
        cls.env.user.group_ids += cls.env.ref("dealer_rating.rating_group_manager")
        cls.policy.rule_ids = [cls._rule("overdue_days", 0, authority="officer")]
        cls.stages["warning"]._add_effect("lower_grade")
        cls.dealer = cls.env["rating.dealer"].create(
            {
                "partner_id": cls.shop.id,
                "company_id": cls.company.id,
                "since": "2020-01-01",
            }
        )

    def _rate(self, grade, sales):
        """Confirm the last quarter of the dealer with a grade and sales."""
        this = date_utils.start_of(self.today, "quarter")
        start = date_utils.subtract(this, months=3)
        invoice = self._invoice(sales, late=(self.today - start).days - 40)
        invoice.button_draft()
        invoice.write({"invoice_date": start, "date": start})
        invoice.action_post()
        self._pay(invoice)
        quarter = (
            self.env["dealer.quarter"]
            .sudo()
            .create(
                {
                    "dealer_id": self.dealer.id,
                    "partner_id": self.shop.id,
                    "company_id": self.company.id,
                    "date_from": start,
                    "date_to": this - timedelta(days=1),
                    "grade_id": self._grade(grade).id,
                    "tenure": "regular",
                    "is_good": True,
                    "is_complete": True,
                }
            )
        )
        confirmed = quarter._set_confirmed()
        confirmed._propose()
        confirmed._record_grades()
        confirmed.dealer_id._grade_changed()
        confirmed._confirmed()

    def _grade(self, name):
        return self.env.ref(f"dealer_rating.grade_{name.lower()}")

    def _limit(self):
        return self.env["credit.exposure"]._standings(self.file.ids)[self.file.id].limit

    def _held(self, amount):
        order = self._order(amount)
        order.action_confirm()
        self.assertEqual(order.state, "draft")
        return self._decision(order)

    def test_from_the_warning_to_supply_that_resumes(self):
        self._rate("BB", 1000)
        self.assertEqual(self._limit(), 400)

        # Fifteen days late: the company takes over, supply stops, the grade falls.
        invoice = self._invoice(100, late=15)
        action = self._run()
        self._perform()
        self.assertEqual(action.stage_id.code, "warning")
        case = self.file.collection_case_id
        self.assertEqual(case.user_id, self.collector)
        self.assertTrue(self.file.on_hold)
        self.assertEqual(self.dealer.grade_id, self._grade("AC"))
        self.assertEqual(self.dealer.grading_ids.sorted("id")[-1].origin, "collection")
        self.assertEqual(self._limit(), 250)

        # An order waits, and says what would let it go.
        decision = self._held(10)
        kinds = {each["kind"] for each in decision.verdict["findings"]}
        self.assertEqual(kinds, {"hold", "overdue_days"})
        self.assertIn("Pay at least", decision.cures)

        # The collector takes the promise, a week from now; the procedure waits for it.
        user = self.collector
        user.group_ids += self.env.ref("credit_control.credit_group_user")
        context = decision.with_user(user).action_collection_promise()["context"]
        wizard = Form(
            self.env["credit.decision.promise"].with_user(user).with_context(**context)
        ).save()
        wizard.action_promise()
        self.assertEqual(case.promise_ids.amount, 100)
        self.assertFalse(self._run(days=7))

        # The money comes: kept, and somebody is asked whether supply may resume.
        self._pay(invoice)
        self.env["collection.run"].sudo()._begin(
            self.company, self.today + timedelta(days=8)
        )
        self.assertEqual(case.promise_ids.state, "kept")
        self.assertEqual(case.state, "closed")
        self.assertTrue(self.file.on_hold)
        self.assertIn(self.officer, self.file.activity_ids.user_id)
        self.file.with_user(self.officer).action_resume_collected()
        decision.sudo()._retake()
        self.assertEqual(self._decision(decision.order_id).state, "cured")
        decision.order_id.action_confirm()
        self.assertEqual(decision.order_id.state, "sale")

        # What it cost the dealer stays until the next quarter.
        self.assertEqual(self.dealer.grade_id, self._grade("AC"))
        self.assertEqual(self._limit(), 250)
        for each in self.env["credit.decision"].search(
            [("company_id", "=", self.company.id)]
        ):
            self.assertTrue(each._replays())

    def test_the_shipped_warning_costs_grade_limit_and_supply_at_once(self):
        """By the procedure as it ships: from the letter to the question whether supply
        may resume."""
        shipped = self.env.ref("ar_collection.procedure_standard").sudo()
        procedure = shipped.copy(
            {
                "company_id": self.company.id,
                "is_default": False,
                **dict.fromkeys(QUIET, False),
            }
        )
        # The letters before the warning were written elsewhere
        procedure.entry_stage_id = procedure.stage_ids.filtered(
            lambda stage: stage.code == "warning"
        )
        self.shop.with_company(self.company).collection_procedure_id = procedure
        self.shop.email = "shop@example.com"
        self.policy.rule_ids = [
            Command.clear(),
            self._rule("hold"),
            self._rule("limit", 100),
            self._rule("overdue_days", 14, authority="officer"),
        ]
        self._rate("BB", 1000)
        confirmed = self._order(200)
        confirmed.action_confirm()
        self.assertEqual(confirmed.state, "sale")

        # Day +15: the warning letter goes out, and what it costs is there at once.
        invoice = self._invoice(150, late=15)
        [action] = self._run().filtered(lambda each: each.stage_id.code == "warning")
        self._perform()
        self.assertEqual(action.letter_ids.kind, "warning")
        self.assertEqual(action.letter_ids.amount, 150)
        self.assertTrue(self.file.on_hold)
        fall = self.dealer.grading_ids.sorted("id")[-1]
        self.assertEqual(fall.previous_grade_id, self._grade("BB"))
        self.assertEqual(fall.grade_id, self._grade("AC"))
        self.assertEqual((fall.date, fall.source), (self.today, "downgrade"))
        self.assertEqual(fall.reason, self.file.hold_reason)
        self.assertTrue(fall.reason)
        self.assertEqual(self._limit(), 250)
        proposal = self.dealer.credit_proposal_id
        self.assertEqual(proposal.explanation, "1,000 × 25 % = 250")
        self.assertEqual(proposal.limit_id.date_from, self.today)

        # What was confirmed stays; the next order waits, and says what cures it.
        self.assertEqual(confirmed.state, "sale")
        decision = self._held(60)
        kinds = {each["kind"] for each in decision.verdict["findings"]}
        self.assertEqual(kinds, {"hold", "limit", "overdue_days"})
        self.assertIn("150.00", decision.cures)

        # The money comes: an officer is asked, and nothing moves before that.
        self._pay(invoice)
        self.env["collection.run"].sudo()._begin(
            self.company, self.today + timedelta(days=1)
        )
        self.assertEqual(self.file.collection_paid_on, self.today + timedelta(days=1))
        self.assertIn(self.officer, self.file.activity_ids.user_id)
        self.assertTrue(self.file.on_hold)
        decision.sudo()._retake()
        again = self._decision(decision.order_id)
        self.assertEqual(again.state, "held")
        self.assertEqual(
            {each["kind"] for each in again.verdict["findings"]}, {"hold", "limit"}
        )

        # Supply resumes; 200 are ordered and 60 more are beyond the lowered limit.
        self.file.with_user(self.officer).action_resume_collected()
        again.sudo()._retake()
        last = self._decision(decision.order_id)
        self.assertEqual({each["kind"] for each in last.verdict["findings"]}, {"limit"})
        self.assertEqual(self.dealer.grade_id, self._grade("AC"))

    def test_a_broken_promise_counts_for_the_next_order(self):
        self.policy.rule_ids = [
            Command.clear(),
            self._rule("collection_broken", authority="officer"),
        ]
        self._invoice(100, late=3)
        self._follow()
        case = self.file.collection_case_id.with_user(self.collector)
        case._promise(100, self.today)
        self.assertNotIn("broke", self._order(10).sudo().credit_banner)
        self.env["collection.promise"]._judge(
            self.company, self.today + timedelta(days=1)
        )
        decision = self._held(10)
        self.assertIn("broken: 1", decision.reasons)

    def test_whoever_took_the_case_over_signs_the_warning(self):
        """Beside a reminder in the same batch, whose letter has nobody to wait for."""
        for code in "reminder", "warning":
            self.stages[code].letter_kind = code
        self.stages["reminder"].effect_ids = [
            Command.clear(),
            Command.create({"code": "mail", "sequence": 1}),
        ]
        self.stages["warning"].effect_ids = [
            Command.clear(),
            Command.create({"code": "hand_over", "sequence": 1}),
            Command.create({"code": "mail", "sequence": 2}),
        ]
        early = self._customer("Early")
        self._invoice(10, late=-5, customer=early)
        self._invoice(100, late=15)
        actions = self._run()
        self._perform()
        letters = self.env["collection.letter"].sudo()
        letters = letters.search([("action_id", "in", actions.ids)])
        self.assertEqual(len(letters), 2)
        warning = letters.filtered(lambda letter: letter.kind == "warning")
        self.assertEqual(warning.user_id, self.collector)
