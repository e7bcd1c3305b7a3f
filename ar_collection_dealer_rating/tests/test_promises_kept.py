from datetime import timedelta

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form, freeze_time, new_test_user, tagged
from odoo.tools import date_utils

from odoo.addons.ar_collection.tests.common import CollectionCommon

from .. import STEPS, _measure_promises, _stop_measuring


@tagged("post_install", "-at_install")
class TestPromisesKept(CollectionCommon):
    """The corner shop is a dealer and owes 1,000; promises are for last quarter's
    days, unless they are made through its case."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids += cls.env.ref("dealer_rating.rating_group_manager")
        this = date_utils.start_of(cls.today, "quarter")
        cls.start = date_utils.subtract(this, months=3)
        cls.end = this - timedelta(1)
        cls.invoice = cls._invoice(1000, late=20)
        cls.case = cls.env["collection.case"]._ensure(cls.shop, cls.company)
        values = {"partner_id": cls.shop.id, "company_id": cls.company.id}
        dealers = cls.env["rating.dealer"].sudo()
        cls.dealer = dealers.create(values | {"since": cls.start})
        cls.marketing = cls._user("marketing", "dealer_rating.rating_group_marketing")

    # === BUILDERS === #

    def _promised(self, amount, state, date=None, partner=None, company=None):
        """A promise as the daily runs left it."""
        company = company or self.company
        partner = partner or self.shop
        case = self.env["collection.case"]._ensure(
            partner.commercial_partner_id, company
        )
        return (
            self.env["collection.promise"]
            .sudo()
            .create(
                {
                    "case_id": case.id,
                    "partner_id": partner.id,
                    "company_id": company.id,
                    "amount": amount,
                    "received": amount if state == "kept" else 0,
                    "made_on": self.start - timedelta(30),
                    "date": date or self.end,
                    "state": state,
                    "user_id": self.collector.id,
                }
            )
        )

    def _measured(self, start=None, end=None, company=None):
        """:return: {partner: (value, part, whole, items)}"""
        self.env.flush_all()
        rows = self.env.execute_query(
            self.env["rating.measure"]._measure_promises(
                company or self.company, start or self.start, end or self.end
            )
        )
        partners = self.env["res.partner"]
        return {partners.browse(row[0]): row[1:] for row in rows}

    def _score(self, day=None):
        """The score of a quarter, by default the last one, measured."""
        cards = self.env["rating.scorecard"].sudo()
        cards._open_cards(self.company, day or self.end)
        cards._measure(self.company, self.start, self.today + timedelta(99))
        scores = self.env["rating.score"].search(
            [
                ("dealer_id", "=", self.dealer.id),
                ("indicator_id.code", "=", "promises"),
                ("date_to", ">=", day or self.end),
                ("date_from", "<=", day or self.end),
            ]
        )
        scores.invalidate_recordset()
        return scores.with_user(self.marketing)

    # === WHAT IS MEASURED === #

    def test_it_is_the_share_of_what_was_promised_that_came(self):
        self._promised(300, "kept")
        self._promised(100, "broken", self.start)
        found = self._measured()
        self.assertEqual(found, {self.shop: (0.75, 300, 400, 2)})

    def test_what_came_of_a_broken_promise_does_not_count(self):
        self._promised(300, "kept")
        self._promised(100, "broken").received = 99
        self.assertEqual(self._measured()[self.shop][:3], (0.75, 300, 400))

    def test_open_and_cancelled_promises_tell_nothing(self):
        for state in "open", "cancelled":
            self._promised(100, state)
        self.assertFalse(self._measured())
        self._promised(300, "kept")
        self.assertEqual(self._measured()[self.shop][:3], (1, 300, 300))

    def test_the_day_promised_says_which_quarter(self):
        for day in self.start - timedelta(1), self.end + timedelta(1):
            self._promised(100, "broken", day)
        self.assertFalse(self._measured())

    def test_a_quarter_that_runs_counts_promises_whose_day_has_come(self):
        self._promised(300, "kept")
        with freeze_time(f"{self.end - timedelta(1)} 12:00:00"):
            self.assertFalse(self._measured())
        self.assertTrue(self._measured())

    def test_contacts_count_for_their_company_and_others_for_themselves(self):
        chain = self._customer("Chain")
        self._promised(300, "kept")
        self._promised(50, "broken", partner=chain)
        contact = self._customer("Buyer", is_company=False, parent_id=self.shop.id)
        contact.active = False
        self._promised(100, "broken", partner=contact)
        found = self._measured()
        self.assertEqual(found[self.shop][:3], (0.75, 300, 400))
        self.assertEqual(found[chain][:3], (0, 0, 50))
        self.assertEqual(len(found), 2)

    def test_another_companys_promises_do_not_count(self):
        other = self.setup_other_company()["company"]
        self._promised(100, "broken", company=other)
        self.assertFalse(self._measured())
        self.assertTrue(self._measured(company=other))

    def test_one_statement_for_any_number_of_dealers(self):
        self._promised(300, "kept")
        self._measured()
        for number in range(12):
            self._promised(50, "broken", partner=self._customer(f"Shop {number}"))
        with self.assertQueryCount(1):
            found = self._measured()
        self.assertEqual(len(found), 13)

    # === ON THE CARD === #

    def test_promises_as_the_runs_judge_them_reach_the_card(self):
        case = self.case.with_user(self.collector)
        kept = case._promise(400, self.today).sudo()
        self._pay_part(400)
        broken = case._promise(600, self.today).sudo()
        for days in 0, 1:
            day = self.today + timedelta(days)
            self.env["collection.item"]._sync(self.company, day)
            self.env["collection.promise"]._judge(self.company, day)
        self.assertEqual((kept.state, broken.state), ("kept", "broken"))
        score = self._score(self.today)
        self.assertEqual((score.value, score.points), (0.4, 2))

    def _pay_part(self, amount):
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_id": self.shop.id,
                "amount": amount,
                "date": self.today,
                "journal_id": self.company_data["default_journal_bank"].id,
            }
        )
        payment.action_post()

    def test_a_score_says_what_came_and_leads_to_the_promises(self):
        promises = self._promised(300, "kept") + self._promised(100, "broken")
        self._promised(100, "open")
        score = self._score()
        self.assertEqual((score.points, score.is_measured), (3, True))
        said = score.explanation.replace("\N{NO-BREAK SPACE}", " ")
        self.assertIn("$ 300.00 of the $ 400.00 promised for days from", said)
        self.assertIn("(2 promises)", said)
        action = score.action_records()
        found = self.env[action["res_model"]].with_user(self.marketing)
        self.assertEqual(found.search(action["domain"]), promises)
        self.assertEqual([kind for _view, kind in action["views"]], ["list"])
        both = self.marketing.copy({"login": "both"})
        both.group_ids += self.env.ref("ar_collection.collection_group_user")
        kinds = [
            kind for _view, kind in score.with_user(both).action_records()["views"]
        ]
        self.assertEqual(kinds, ["list", "form"])

    def test_who_scores_reads_what_the_list_shows_and_writes_nothing(self):
        promise = self._promised(300, "kept")
        view = self.env.ref(
            "ar_collection_dealer_rating.collection_promise_view_list_rating"
        )
        promises = self.env["collection.promise"].with_user(self.marketing)
        names = promises.get_view(view.id, "list")["models"]["collection.promise"]
        shown = {"partner_id", "user_id", "currency_id"}
        spec = {
            name: {"fields": {"display_name": {}}} if name in shown else {}
            for name in names
        }
        (row,) = promises.browse(promise.id).web_read(spec)
        self.assertEqual(row["amount"], 300)
        with self.assertRaises(AccessError):
            promises.browse(promise.id).amount = 1
        with self.assertRaises(AccessError):
            self.case.with_user(self.marketing).read(["priority"])

    def test_promises_to_another_company_are_not_seen(self):
        promise = self._promised(300, "kept")
        other = self.env["res.company"].sudo().create({"name": "Other"})
        stranger = new_test_user(
            self.env,
            "stranger",
            groups="dealer_rating.rating_group_manager",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        with self.assertRaises(AccessError):
            promise.with_user(stranger).read(["amount"])

    def test_without_a_promise_marketing_gives_the_points(self):
        score = self._score()
        self.assertEqual((score.state, score.can_score), ("open", True))
        score.entry = "5"
        self.assertEqual(self._score().points, 5)

    # === THE TEMPLATE === #

    def test_the_shipped_indicator_is_measured_else_entered(self):
        shipped = self.env.ref("dealer_rating.indicator_promises")
        self.assertEqual(
            (shipped.method, shipped.measure, shipped.nothing),
            ("measured", "promises", "open"),
        )
        steps = {step.at_least: step.points for step in shipped.step_ids}
        self.assertEqual(steps, STEPS)

    def test_installing_and_uninstalling_change_no_card_that_is_there(self):
        self._promised(300, "kept")
        before = self._score()
        _stop_measuring(self.env(su=True))
        self.env.invalidate_all()
        now = self._score(self.today)
        self.assertEqual((before.method, before.points), ("measured", 5))
        self.assertEqual((now.method, now.state), ("entered", "open"))
        _measure_promises(self.env(su=True))
        template = self.env["rating.scorecard.template"]._of(self.company)["conduct"]
        line = template.indicator_ids.filtered(lambda each: each.code == "promises")
        self.assertEqual((line.method, line.measure), ("measured", "promises"))
        self.assertEqual(template.version, 3)
        self.assertEqual(self._score(self.today).method, "entered")

    def test_the_measure_can_be_chosen_on_an_indicator(self):
        shipped = self.env.ref("dealer_rating.indicator_promises")
        manager = self._user("boss", "dealer_rating.rating_group_manager")
        template = shipped.template_id.copy({"company_id": self.company.id})
        line = template.indicator_ids.filtered(lambda each: each.code == "reputation")
        with Form(line.with_user(manager)) as form:
            form.method = "measured"
            form.measure = "promises"
            with form.step_ids.new() as step:
                step.at_least = 0
                step.points = 5
        self.assertEqual(line.measure, "promises")
