from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from ..common import RatingCommon


class DeskCommon(RatingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shop = cls._dealer("Corner Shop")
        cls.depot = cls._dealer("Old Depot")
        cls._rate("2025-03-31")


@tagged("post_install", "-at_install")
class TestDesk(DeskCommon):
    """What the lists of scores and cards show, and what their buttons ask for."""

    def _mine(self, user, value=True):
        found = (
            self.env["rating.score"]
            .with_user(user)
            .search([("is_mine", "=", value), ("dealer_id", "=", self.shop.id)])
        )
        self.assertEqual(set(found.mapped("is_mine")), {value})
        return set(found.indicator_id.mapped("code"))

    def test_each_department_finds_its_own_column(self):
        self.assertEqual(self._mine(self.finance), {"paid"})
        others = {"outlets", "lost", "contracts", "prices"}
        self.assertEqual(self._mine(self.marketing), others)
        self.assertEqual(self._mine(self.finance, False), others)

    def test_who_scores_nothing_has_no_column(self):
        domain = [("is_mine", "=", True), ("dealer_id", "=", self.shop.id)]
        for user in self.manager, self.user:
            found = self.env["rating.score"].with_user(user).search(domain)
            self.assertFalse(found, user.login)

    def test_my_scores_open_with_what_waits_for_the_department(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "dealer_rating.rating_score_action_mine"
        )
        self.assertIn("search_default_todo", action["context"])
        domain = [("is_mine", "=", True), ("is_current", "=", True)]
        self.assertEqual(
            action["domain"].replace("'", '"'), str(domain).replace("'", '"')
        )

    def test_a_department_types_its_column_and_no_other(self):
        scores = self._scores(self.shop | self.depot, date(2025, 2, 1))
        outlets = scores.filtered(lambda s: s.indicator_id.code == "outlets")
        outlets.with_user(self.marketing).write({"entry": "4"})
        self.assertEqual(outlets.mapped("points"), [4, 4])
        for score in scores.with_user(self.finance):
            self.assertEqual(score.can_score, score.indicator_id.code == "paid")

    def test_the_dialog_of_waivers_takes_what_can_be_waived(self):
        self._score_all(dealers=self.shop)
        scores = self._scores(self.shop | self.depot).with_user(self.manager)
        context = scores.action_ask_waiver()["context"]
        wizard = Form(
            self.env["rating.waive"].with_user(self.manager).with_context(**context)
        )
        wizard.reason = "Closed for holidays"
        wizard.save().action_waive()
        by_dealer = {score.dealer_id: score.state for score in scores}
        self.assertEqual(by_dealer, {self.shop: "scored", self.depot: "waived"})

    def test_nothing_to_waive_is_told(self):
        self._score_all(dealers=self.shop)
        with self.assertRaises(UserError):
            self._scores(self.shop).with_user(self.manager).action_ask_waiver()

    def test_the_dialog_of_corrections_takes_the_chosen_cards(self):
        self._score_all(dealers=self.shop)
        card = self._scores(self.shop, kind="conduct").scorecard_id
        card = card.with_user(self.manager)
        card.action_close()
        context = card.action_ask_correction()["context"]
        wizard = Form(
            self.env["rating.correct"].with_user(self.manager).with_context(**context)
        )
        wizard.reason = "A contract came to light"
        wizard.save().action_correct()
        self.assertFalse(card.is_current)

    def test_a_period_reads_as_people_call_it(self):
        scores = self._scores(self.shop, date(2025, 2, 1))
        self.assertEqual(set(scores.mapped("period")), {"February 2025", "Q1 2025"})
        cards = scores.scorecard_id
        self.assertEqual(set(cards.mapped("period")), {"February 2025", "Q1 2025"})

    def test_whoever_scores_may_read_the_guide(self):
        score = self._scores(self.shop, code="lost")[:1].with_user(self.marketing)
        action = score.action_guide()
        guide = self.env[action["res_model"]].with_user(self.marketing)
        self.assertEqual(guide.browse(action["res_id"]), score.indicator_id)

    def test_a_template_is_locked_as_soon_as_it_has_cards(self):
        fresh = self._template(
            "conduct", (8, 6), self._line("x", self.finance_department), activate=False
        )
        templates = self.template_conduct | fresh
        self.assertEqual(templates.mapped("is_used"), [True, False])
        self.assertEqual(templates.indicator_ids.mapped("is_used"), [True, True, False])


@tagged("post_install", "-at_install")
class TestQuarterTalk(DeskCommon):
    def test_who_reads_a_quarter_may_talk_about_it_and_write_nothing(self):
        self._rate("2025-03-31")
        quarter = self._quarter(self.shop).with_user(self.user)
        quarter.message_post(body="Why so low?")
        self.assertIn("Why so low?", quarter.message_ids[0].body)
        with self.assertRaises(AccessError):
            quarter.write({"correction": "Mine"})

    def test_a_downgrade_tells_the_first_dealers_and_counts_the_rest(self):
        dealers = self.shop.union(*(self._dealer(f"Shop {n}") for n in range(6)))
        self._give(dict.fromkeys(dealers, "BB"))
        wizard = self.env["rating.downgrade"].create(
            {"dealer_ids": dealers.ids, "reason": "Cheques came back"}
        )
        self.assertEqual(wizard.outcome.count("BB → AC"), 5)
        self.assertTrue(wizard.outcome.endswith("and 2 more"))


@tagged("post_install", "-at_install")
class TestQuarterWords(DeskCommon):
    """The computation of a quarter, as its form tells it."""

    def test_an_open_quarter_says_what_is_missing(self):
        quarter = self._quarter(self.shop)
        self.assertIn("Missing scores: 11.", quarter.waiting_words)
        self.assertFalse(quarter.performance_words or quarter.total_words)
        action = quarter.action_open_scores()
        self.assertEqual(self.env["rating.score"].search_count(action["domain"]), 11)

    def test_the_mean_of_the_months_is_told_with_its_bands(self):
        for month, points in ((1, 5), (2, 4), (3, 2)):
            self._score_all(points, 0, self.shop, date(2025, month, 1), "performance")
        self._score_all(4.5, 0, self.shop, kind="conduct")
        quarter = self._quarter(self.shop)
        self.assertFalse(quarter.waiting_words)
        self.assertEqual(
            quarter.performance_words,
            "(15 + 13 + 9) / 3 = 12.33 → A (A from 12, B from 9)",
        )
        self.assertEqual(quarter.conduct_words, "9.50 → A (A from 8, B from 6)")
        self.assertEqual(quarter.total_words, "12.33 + 9.50 = 21.83, grade AA")

    def test_the_sum_of_the_months_is_told_as_a_sum(self):
        self._template(
            "performance",
            (12, 9),
            self._line("paid", self.finance_department),
            company=self.company,
            quarter_total="sum",
        )
        dealer = self._dealer("Newcomer")
        self._rate("2025-03-31")
        self._score_all(5, 0, dealer)
        words = self._quarter(dealer).performance_words
        self.assertEqual(words, "5 + 5 + 5 = 15 → A (A from 12, B from 9)")

    def test_a_missing_card_is_told_too(self):
        late = self._dealer("Late", since="2025-04-01")
        self._rate("2025-05-15")
        self.assertIn(
            "Cards not open yet: 1.", self._quarter(late, "2025-05-01").waiting_words
        )
