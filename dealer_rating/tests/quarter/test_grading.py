import random
from datetime import date

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from ...core.new_dealer import deserves_credit, tenure
from ...core.quarter import judge, performance
from ...core.score import MissingScore, Score, least, points_of, total
from ..common import ORDER, RatingCommon

POOR = {"CC", "BC", "CB", "CA"}
QUARTERS = "2024-04-01", "2024-07-01", "2024-10-01", "2025-01-01"


@tagged("post_install", "-at_install")
class TestGradingOfMany(RatingCommon):
    """Hundreds of random dealers, graded together and each by itself."""

    DEALERS = 120

    def _weighted(self, how):
        """Templates with weights; the cards of two months are older versions."""
        finance, marketing = self.finance_department, self.marketing_department
        falling = {0: 5, 1: 3, 2: 0, 3: -5}
        for kind, bands in ("performance", (12, 8)), ("conduct", (10, 5)):
            bands = tuple(band * (2.5 if how == "sum" else 1) for band in bands)
            self._template(
                kind,
                bands,
                self._line("one", finance, weight=1.25),
                self._line("two", marketing, falling, weight=0.8),
                self._line("three", marketing, top=7.5),
                quarter_total=how,
            )

    def _random_dealers(self, chance):
        since = [date(2024, 6, 1), date(2024, 11, 9), date(2025, 1, 31)]
        since += [date(2025, 1, 1), date(2025, 2, 28), date(2025, 3, 31)]
        partners = self.env["res.partner"].create(
            [{"name": f"Shop {n}", "is_company": True} for n in range(self.DEALERS)]
        )
        return self.env["rating.dealer"].create(
            [
                {
                    "partner_id": partner.id,
                    "company_id": self.company.id,
                    "since": chance.choice(since),
                }
                for partner in partners
            ]
        )

    def _score_at_random(self, dealers, chance):
        """:return: {score id: Score as the core has it}, None where nobody scored"""
        entries, waived, known = {}, self.env["rating.score"], {}
        sparse = set(chance.sample(dealers.ids, len(dealers) // 3))
        for score in self._scores(dealers):
            indicator = score.indicator_id
            steps = indicator._steps()
            fate = chance.random() if score.dealer_id.id in sparse else 1
            points = None
            if 0.05 <= fate < 0.3:
                waived += score
                points = least(steps)
            elif fate >= 0.3 and score.method == "violations":
                entries[score.id] = chance.choice([0, 0, 0, 1, 2, 3, 9])
                points = points_of(entries[score.id], steps)
            elif fate >= 0.3:
                entries[score.id] = chance.randrange(int(indicator.top * 100)) / 100
                points = entries[score.id]
            known[score.id] = Score(points, indicator.weight)
        self.env["rating.score"]._enter(entries)
        waived.with_user(self.manager)._waive("Test")
        return known

    def _expected(self, quarter, known, how):
        """What the core says: (performance, conduct, letters), None if missing."""
        totals = {"performance": [], "conduct": []}
        for card in quarter.scorecard_ids:
            scores = [known[score.id] for score in card.score_ids]
            try:
                totals[card.kind].append(total(scores))
            except MissingScore:
                totals[card.kind].append(None)
        month, quarterly = self.templates
        try:
            return judge(
                totals["performance"],
                *totals["conduct"],
                (month.band_a, month.band_b),
                (quarterly.band_a, quarterly.band_b),
                how,
            )
        except MissingScore:
            return None

    def _check(self, how, seed):
        chance = random.Random(seed)
        self._weighted(how)
        templates = self.env["rating.scorecard.template"]._of(self.company)
        self.templates = templates["performance"], templates["conduct"]
        dealers = self._random_dealers(chance)
        self._rate("2025-03-31")
        known = self._score_at_random(dealers, chance)
        self._rate("2025-03-31")
        quarters = self._quarters()
        self.assertEqual(quarters.dealer_id, dealers)
        letters = set()
        for quarter in quarters:
            expected = self._expected(quarter, known, how)
            since = quarter.dealer_id.since
            first = max(0, (since.year - 2025) * 12 + since.month - 1)
            self.assertEqual(len(quarter.scorecard_ids), 3 - first + 1, since)
            self.assertEqual(quarter.tenure, tenure(since, quarter.date_from))
            self.assertEqual(quarter.is_complete, expected is not None)
            if expected is None:
                self.assertGreater(quarter.missing, 0)
                self.assertFalse(quarter.grade_id or quarter.rank)
                self.assertFalse(quarter.performance_band or quarter.conduct_band)
                continue
            letters.add(expected.letters)
            found = quarter.performance, quarter.conduct, quarter.total
            wanted = expected.performance, expected.conduct, expected.total
            for one, other in zip(found, wanted, strict=True):
                self.assertAlmostEqual(one, other, 6)
            self.assertEqual(quarter.grade_id, self.grades[expected.letters])
            self.assertEqual(
                quarter.is_good,
                deserves_credit(quarter.tenure, quarter.grade_id.good_when_new),
            )
        self.assertGreater(len(letters), 4, "the cards are too much alike")
        self._check_ranks(quarters)

    def _check_ranks(self, quarters):
        complete = quarters.filtered("is_complete")
        self.assertTrue(0 < len(complete) < len(quarters))
        for quarter in complete:
            better = [each for each in complete if each.total > quarter.total]
            self.assertEqual(quarter.rank, len(better) + 1)

    def test_many_are_graded_as_each_by_itself(self):
        for how, seed in ("mean", 11), ("sum", 23):
            with self.subTest(how=how), self.env.cr.savepoint() as savepoint:
                self._check(how, seed)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_thirds_of_a_point_cost_no_band(self):
        dealer = self._dealer("Corner Shop")
        self._rate("2025-03-31")
        for month, points in (1, 3.5), (2, 3.5), (3, 3.5):
            self._score_all(points, 0, dealer, date(2025, month, 1), "performance")
        paid = self._scores(dealer, code="paid")
        paid._enter(dict(zip(paid.ids, (3.33, 3.33, 3.84), strict=True)))
        self._score_all(5)
        quarter = self._quarter(dealer)
        months = [card.points for card in quarter.scorecard_ids.sorted("date_from")]
        self.assertEqual(sorted(months)[1:], [11.83, 11.83, 12.34])
        self.assertEqual(performance([11.83, 11.83, 12.34]), 12)
        self.assertEqual((quarter.performance, quarter.performance_band), (12, "A"))


@tagged("post_install", "-at_install")
class TestGrading(RatingCommon):
    """What a quarter comes to, and what follows from it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dealer = cls._dealer("Corner Shop", since="2023-01-01")

    def _grade_now(self, dealer=None):
        return (dealer or self.dealer).grade_id.name

    def _history(self, dealer=None):
        rows = self.env["dealer.grading"].search(
            [("dealer_id", "=", (dealer or self.dealer).id)]
        )
        return [(str(row.date), row.grade_id.name, row.source) for row in rows]

    def _correct(self, day, points, dealer=None):
        """Correct a quarter's first month and conduct card by new points."""
        cards = self._quarter(dealer or self.dealer, self._date(day)).scorecard_ids
        new = cards.with_user(self.manager)._correct("Wrong figures")
        entered = new.score_ids.filtered(lambda score: score.method == "entered")
        entered.sudo()._enter(dict.fromkeys(entered.ids, points))
        return new

    # === GRADES === #

    def test_all_nine_grades(self):
        wanted = {self._dealer(f"Shop {letters}"): letters for letters in ORDER}
        quarters = self._give(wanted)
        for quarter in quarters:
            letters = wanted[quarter.dealer_id]
            self.assertEqual(quarter.grade_id, self.grades[letters])
            self.assertEqual(quarter.performance_band, letters[0])
            self.assertEqual(quarter.conduct_band, letters[1])
            self.assertEqual(quarter.total, quarter.performance + quarter.conduct)
            self.assertEqual(self._grade_now(quarter.dealer_id), letters)
            self.assertEqual(quarter.dealer_id.graded_on, date(2025, 4, 1))

    def test_a_missing_score_makes_no_grade_however_small_it_would_be(self):
        self._rate("2025-03-31")
        self._score_all(5)
        quarter = self._quarter(self.dealer)
        for score in self._scores(self.dealer):
            with self.subTest(score=score.indicator_id.code, day=score.date_from):
                kept = score.entry
                score.entry = ""
                self.assertEqual(quarter.missing, 1)
                self.assertFalse(quarter.is_complete or quarter.grade_id)
                self.assertFalse(quarter.performance_band or quarter.conduct_band)
                with self.assertRaises(UserError):
                    quarter.with_user(self.manager).action_confirm()
                score.entry = kept
                self.assertEqual(quarter.grade_id.name, "AA")

    def test_a_month_without_a_card_is_not_a_zero(self):
        self._rate("2025-02-28")
        self._score_all(5)
        quarter = self._quarter(self.dealer)
        self.assertEqual((quarter.missing, quarter.missing_cards), (0, 1))
        self.assertFalse(quarter.grade_id)
        with self.assertRaises(UserError):
            quarter.action_confirm()

    def test_order_of_scoring_does_not_matter(self):
        others = self._dealer("Second"), self._dealer("Third")
        self._rate("2025-03-31")
        chance = random.Random(3)
        outcomes = set()
        for dealer in (self.dealer, *others):
            scores = list(self._scores(dealer).sorted(lambda s: (s.date_from, s.id)))
            entries = [(score, place % 4) for place, score in enumerate(scores)]
            chance.shuffle(entries)
            for score, entry in entries:
                score._enter({score.id: entry})
            quarter = self._quarter(dealer)
            outcomes.add((quarter.performance, quarter.conduct, quarter.grade_id))
        self.assertEqual(len(outcomes), 1)

    def test_a_better_score_never_worsens_the_grade(self):
        self._rate("2025-03-31")
        self._score_all(0, 9)
        quarter = self._quarter(self.dealer)
        scores = self._scores(self.dealer)
        best, chance = ORDER.index(quarter.grade_id.name), random.Random(5)
        for score in chance.sample(scores, len(scores)):
            for entry in (3, 1, 0) if score.method == "violations" else (1.5, 3, 5):
                score._enter({score.id: entry})
                place = ORDER.index(quarter.grade_id.name)
                self.assertLessEqual(place, best)
                best = place
        self.assertEqual(best, 0)

    def test_waiving_never_helps_the_grade(self):
        self._rate("2025-03-31")
        self._score_all(2, 1)
        quarter = self._quarter(self.dealer)
        for score in self._scores(self.dealer):
            entry = score.entry
            score.entry = ""
            score.with_user(self.manager)._waive("Try")
            waived = quarter.total, -ORDER.index(quarter.grade_id.name)
            for given in (0, 1, 3, 7) if score.method == "violations" else (0, 5):
                score._enter({score.id: given})
                scored = quarter.total, -ORDER.index(quarter.grade_id.name)
                self.assertLessEqual(waived, scored)
            score.entry = entry

    def test_equal_totals_share_a_rank(self):
        letters = {"A": "AA", "B": "BB", "C": "BB", "D": "CC"}
        wanted = {self._dealer(name): grade for name, grade in letters.items()}
        ranks = {q.dealer_id.partner_name: q.rank for q in self._give(wanted)}
        self.assertEqual(ranks, {"A": 1, "B": 2, "C": 2, "D": 4})

    def test_the_rank_follows_each_score_at_once(self):
        others = self.dealer + self._dealer("Second Shop") + self._dealer("Third Shop")
        self._rate("2025-03-31")
        self._score_all(2)
        quarters = self._quarters(dealers=others)
        self.assertEqual(quarters.mapped("rank"), [1, 1, 1])
        for points, ranks in (5, [2, 1, 2]), (0, [1, 3, 1]):
            self._scores(others[1], "2025-02-01", "paid").entry = points
            placed = {quarter.dealer_id: quarter.rank for quarter in quarters}
            self.assertEqual([placed[dealer] for dealer in others], ranks)
        self._scores(others[0], "2025-02-01", "paid").entry = ""
        placed = {quarter.dealer_id: quarter.rank for quarter in quarters}
        self.assertEqual([placed[dealer] for dealer in others], [0, 2, 1])

    def test_quarters_are_listed_best_first_and_unscored_ones_last(self):
        shops = [self._dealer(name) for name in ("Best", "Middle", "Empty")]
        self._rate("2025-03-31")
        self._score_all(5, dealers=shops[0])
        self._score_all(3, dealers=shops[1])
        self._score_all(4, dealers=self.dealer)
        order = self._quarters().dealer_id.mapped("partner_name")
        wanted = ["Best", self.dealer.partner_name, "Middle", "Empty"]
        self.assertEqual(order, wanted)

    def test_ranks_of_many_quarters_cost_one_statement(self):
        dealers = self.dealer.union(*(self._dealer(f"Shop {n}") for n in range(9)))
        self._give(dict.fromkeys(dealers, "BB"))
        quarters = self._quarters()
        quarters.fetch(["total", "is_complete"])
        self.assertEqual(len(quarters), 10)
        for some in quarters[:2], quarters:
            quarters.invalidate_model(["rank"])
            with self.assertQueryCount(1):
                some.mapped("rank")

    # === CONFIRMING === #

    def test_confirming_twice_is_confirming_once(self):
        quarter = self._give({self.dealer: "BA"})
        before = quarter.read()
        for _again in range(2):
            with self.assertRaises(UserError):
                quarter.with_user(self.manager).action_confirm()
        self.env.invalidate_all()
        self.assertEqual(quarter.read(), before)
        self.assertEqual(self._history(), [("2025-04-01", "BA", "quarter")])

    def test_confirming_closes_the_cards_of_the_quarter_alone(self):
        self._give({self.dealer: "AA"})
        self._rate("2025-04-30")
        cards = self.dealer.scorecard_ids
        states = {(str(card.date_from), card.state) for card in cards}
        self.assertEqual(
            states,
            {
                ("2025-01-01", "closed"),
                ("2025-02-01", "closed"),
                ("2025-03-01", "closed"),
                ("2025-04-01", "open"),
            },
        )

    def test_a_quarter_is_confirmed_when_it_is_over(self):
        self._rate("2025-03-31")
        self._score_all(5)
        quarter = self._quarter(self.dealer).with_user(self.manager)
        with freeze_time("2025-03-31 12:00:00"), self.assertRaises(UserError):
            quarter.action_confirm()
        with freeze_time("2025-04-01 12:00:00"):
            quarter.action_confirm()
        self.assertEqual(quarter.state, "confirmed")
        self.assertEqual(quarter.confirmed_by_id, self.manager)

    def test_quarters_are_confirmed_in_their_order(self):
        self._rate("2025-01-31")
        self._rate("2025-06-30")
        self._score_all(5, day="2025-05-01", dealers=self.dealer)
        later = self._quarter(self.dealer, date(2025, 5, 1))
        self._score_all(5, dealers=self.dealer)
        first = self._scores(self.dealer, code="paid")[-1]
        first.entry = ""
        self.assertTrue(later.is_complete)
        with self.assertRaises(UserError):
            later.with_user(self.manager).action_confirm()
        both = later + self._quarter(self.dealer)
        with self.assertRaises(UserError):
            both.with_user(self.manager).action_confirm()
        self.assertEqual(set(both.mapped("state")), {"open"})
        first.entry = "1"
        both.with_user(self.manager).action_confirm()
        self.assertEqual(set(both.mapped("state")), {"confirmed"})
        self.assertEqual(
            self._history(),
            [("2025-07-01", "AA", "quarter"), ("2025-04-01", "AA", "quarter")],
        )

    def test_what_cannot_be_confirmed_waits_and_the_others_do_not(self):
        other = self._dealer("Second Shop")
        self._rate("2025-03-31")
        self._score_all(5, dealers=other)
        action = self._quarters().with_user(self.manager).action_confirm()
        self.assertEqual(self._quarter(other).state, "confirmed")
        self.assertEqual(self._quarter(self.dealer).state, "open")
        message = action["params"]["message"]
        self.assertIn("1 confirmed, 1 wait.", message)
        self.assertIn(f"{self.dealer.partner_name} · Q1 2025: missing", message)
        self.assertNotIn("Second Shop", message)

    def test_each_quarter_that_waits_is_told_with_its_reason(self):
        self._rate("2025-03-31")
        self._score_all(5)
        self._scores(self.dealer, "2025-02-01", "paid").entry = ""
        first = self._quarter(self.dealer)
        with self.assertRaisesRegex(UserError, "Q1 2025: missing scores 1"):
            first.with_user(self.manager).action_confirm()
        self._rate("2025-06-30")
        self._score_all(5, day="2025-04-30")
        self._score_all(5, day="2025-05-31")
        self._score_all(5, day="2025-06-30")
        second = self._quarter(self.dealer, "2025-06-30")
        with self.assertRaisesRegex(UserError, "Q2 2025: the quarter before it"):
            second.with_user(self.manager).action_confirm()
        self._scores(self.dealer, "2025-02-01", "paid").entry = 5
        with freeze_time("2025-05-01 12:00"):
            with self.assertRaisesRegex(UserError, "Q2 2025 runs until 06/30/2025"):
                second.with_user(self.manager).action_confirm()
        (first | second).with_user(self.manager).action_confirm()
        with self.assertRaisesRegex(UserError, "Q1 2025 is confirmed already"):
            first.with_user(self.manager).action_confirm()

    def test_of_many_quarters_that_wait_the_first_are_named_and_the_rest_counted(self):
        for number in range(6):
            self._dealer(f"Shop {number}")
        self._rate("2025-03-31")
        with self.assertRaises(UserError) as refused:
            self._quarters().with_user(self.manager).action_confirm()
        self.assertEqual(str(refused.exception).count("missing scores"), 5)
        self.assertIn("And 2 more.", str(refused.exception))

    def test_a_quarter_before_since_does_not_hold_up_the_next(self):
        self._rate("2025-01-31")
        self.dealer.since = "2025-04-10"
        self._rate("2025-06-30")
        self._score_all(5, day="2025-04-01")
        self._score_all(5, day="2025-05-01")
        self._score_all(5, day="2025-06-01")
        self._confirm(date(2025, 4, 1))
        self.assertEqual(self._grade_now(), "AA")

    def test_what_is_confirmed_never_changes(self):
        quarter = self._give({self.dealer: "BA"})
        self.env.invalidate_all()
        before = quarter.read(), quarter.scorecard_ids.read()
        lines = quarter.scorecard_ids.score_ids.read()
        self.dealer.since = "2025-02-15"
        self.template_performance.action_new_version()
        self._dealer("Better Shop")
        self._rate("2025-06-30")
        self._score_all(1, 3)
        self._confirm(date(2025, 5, 1), self.dealer)
        self.env["dealer.quarter"]._grade_open(self.company, self.START)
        self.env.invalidate_all()
        self.assertEqual((quarter.read(), quarter.scorecard_ids.read()), before)
        self.assertEqual(quarter.scorecard_ids.score_ids.read(), lines)

    # === NEW DEALERS === #

    def test_what_a_new_dealer_may_have(self):
        """In the first quarter nothing, there is no grade; in the second, by the grade
        of the first, with one of four."""
        first = {self._dealer(f"1 {each}", since="2025-03-31"): each for each in ORDER}
        second = {self._dealer(f"2 {each}", since="2024-10-01"): each for each in ORDER}
        third = {self._dealer(f"3 {each}", since="2024-09-30"): each for each in ORDER}
        good = {"AA", "AB", "BA", "BB"}
        for quarter in self._give(first | second | third):
            letters = quarter.grade_id.name
            wanted = {
                "1": ("first", letters in good),
                "2": ("second", True),
                "3": ("regular", True),
            }
            stage = quarter.dealer_id.partner_name[0]
            self.assertEqual((quarter.tenure, quarter.is_good), wanted[stage])

    # === TWO POOR QUARTERS RUNNING === #

    def _pair(self, one, two):
        dealer = self._dealer(f"{one} {two}", since="2023-01-01")
        self._give({dealer: one}, "2024-10-01")
        return self._give({dealer: two})

    def test_two_poor_quarters_running_propose_an_end(self):
        dealers = {
            self._dealer(f"{one} {two}", since="2023-01-01"): (one, two)
            for one in ORDER[4:]
            for two in ORDER[3:]
        }
        self._give({dealer: pair[0] for dealer, pair in dealers.items()}, "2024-10-01")
        self.assertFalse(any(self._quarters("2024-10-01").mapped("proposal")))
        for quarter in self._give({each: pair[1] for each, pair in dealers.items()}):
            one, two = dealers[quarter.dealer_id]
            wanted = "pending" if one in POOR and two in POOR else False
            self.assertEqual(quarter.proposal, wanted, (one, two))

    def test_two_poor_quarters_wait_for_a_manager_until_one_decides(self):
        quarter = self._pair("CC", "CB")
        waiting = [("res_model", "=", "rating.dealer"), ("trade_wait", "=", "poor")]
        activities = self.env["mail.activity"].sudo()
        given = activities.search([*waiting, ("res_id", "=", quarter.dealer_id.id)])
        self.assertIn(self.manager, given.user_id)
        quarter.with_user(self.manager)._decide("keep", "A new owner")
        self.assertFalse(given.exists())

    def test_a_quarter_between_two_poor_ones_is_enough(self):
        for day, letters in zip(QUARTERS, ("CC", "AC", "CB", "AA"), strict=True):
            quarter = self._give({self.dealer: letters}, day)
            self.assertFalse(quarter.proposal)

    def test_a_third_poor_quarter_is_proposed_anew(self):
        for day in QUARTERS[:2]:
            quarter = self._give({self.dealer: "CC"}, day)
        quarter.with_user(self.manager)._decide("keep", "A new owner")
        self.assertEqual(
            self._give({self.dealer: "CC"}, QUARTERS[2]).proposal, "pending"
        )
        self.assertEqual(quarter.proposal, "keep")

    def test_a_person_decides_once_and_says_why(self):
        quarter = self._pair("CC", "CB").with_user(self.manager)
        for reason in "", "  ", False:
            with self.assertRaises(UserError):
                quarter._decide("stop", reason)
        quarter._decide("stop", "Owes too much")
        self.assertEqual(quarter.proposal, "stop")
        self.assertEqual(quarter.decided_by_id, self.manager)
        with self.assertRaises(UserError):
            quarter._decide("keep", "Changed my mind")
        self.assertTrue(quarter.dealer_id.active)

    def test_an_unknown_choice_is_no_decision(self):
        quarter = self._pair("CC", "CB").with_user(self.manager)
        for choice in "pending", False, "other":
            with self.subTest(choice=choice), self.assertRaises(ValueError):
                quarter._decide(choice, "Why not")
            self.env.invalidate_all()
            self.assertEqual(quarter.proposal, "pending")

    def test_the_end_of_a_contract_archives_the_dealer(self):
        quarter = self._pair("CC", "CB")
        quarter.with_user(self.manager)._decide("end", "Owes too much")
        self.assertFalse(quarter.dealer_id.active)

    def test_nothing_is_decided_where_nothing_is_proposed(self):
        quarter = self._pair("AA", "CB")
        with self.assertRaises(UserError):
            quarter.with_user(self.manager)._decide("end", "I do not like him")
        self.assertTrue(quarter.dealer_id.active)

    def test_a_corrected_quarter_decides_what_runs(self):
        """The first of the two was poor by mistake, or good by mistake."""
        mistaken = self._pair("CC", "CB")
        self.assertEqual(mistaken.proposal, "pending")
        self._correct("2024-10-01", 5, mistaken.dealer_id)
        self._confirm(date(2024, 10, 1), mistaken.dealer_id)
        self.assertFalse(mistaken.proposal)
        flattered = self._pair("AA", "CB")
        self.assertFalse(flattered.proposal)
        self._correct("2024-10-01", 0, flattered.dealer_id)
        self._confirm(date(2024, 10, 1), flattered.dealer_id)
        self.assertEqual(flattered.proposal, "pending")

    def test_a_decision_stays_when_the_quarter_before_is_corrected(self):
        quarter = self._pair("CC", "CB")
        quarter.with_user(self.manager)._decide("keep", "A new owner")
        self._correct("2024-10-01", 5, quarter.dealer_id)
        self._confirm(date(2024, 10, 1), quarter.dealer_id)
        self.assertEqual(quarter.proposal, "keep")

    def test_nobody_decides_on_a_quarter_that_was_corrected(self):
        quarter = self._pair("CC", "CB")
        self._correct("2025-01-01", 5, quarter.dealer_id)
        with self.assertRaises(UserError):
            quarter.with_user(self.manager)._decide("end", "Too late")
        self.assertTrue(quarter.dealer_id.active)

    # === DOWNGRADES === #

    def _downgrade(self, day, steps=1, reason="Late"):
        with freeze_time(f"{day} 12:00:00"):
            return self.dealer._downgrade(steps, reason, "manual")

    def _confirm_on(self, day, quarter):
        with freeze_time(f"{day} 12:00:00"):
            self._confirm(self._date(quarter), self.dealer)

    def test_a_downgrade_holds_from_its_day_on_and_says_why(self):
        self._give({self.dealer: "AA"})
        row = self._downgrade("2025-04-10", reason="Warning letter")
        self.assertEqual(self._grade_now(), "AB")
        self.assertEqual(self.dealer.graded_on, date(2025, 4, 10))
        self.assertEqual((row.reason, row.origin), ("Warning letter", "manual"))
        self.assertEqual(row.previous_grade_id.name, "AA")
        self.assertIn("Warning letter", self.dealer.message_ids[0].body)

    def test_downgrades_add_up_and_end_at_the_last_grade(self):
        self._give({self.dealer: "AA"})
        for place in range(1, 12):
            self._downgrade("2025-04-10")
            self.assertEqual(self._grade_now(), ORDER[min(place, 8)])

    def test_every_step_down_is_that_of_the_methods_order(self):
        wanted = {self._dealer(f"Shop {letters}"): letters for letters in ORDER}
        self._give(wanted)
        for steps in 1, 3, 99:
            for dealer, letters in wanted.items():
                place = min(ORDER.index(letters) + steps, 8)
                self.assertEqual(dealer.grade_id._lower(steps).name, ORDER[place])

    def test_the_next_quarter_sets_the_grade_anew(self):
        self._give({self.dealer: "AA"}, "2024-10-01")
        self._downgrade("2025-02-10", 3)
        self.assertEqual(self._grade_now(), "BB")
        self._give({self.dealer: "AB"})
        self.assertEqual(self._grade_now(), "AB")

    def test_late_confirmation_undoes_no_downgrade(self):
        """Confirming first and lowering then, or the other way: the same grade."""
        outcomes = []
        for late in False, True:
            with self.env.cr.savepoint() as savepoint:
                self._give({self.dealer: "AA"}, "2024-10-01")
                self._rate("2025-03-31")
                self._score_all(2)
                if not late:
                    self._confirm_on("2025-04-02", "2025-01-01")
                self._downgrade("2025-04-10", 1, "Letter")
                self._downgrade("2025-04-15", 2, "Second letter")
                if late:
                    self.assertEqual(self._grade_now(), "BB")
                    self._confirm_on("2025-04-20", "2025-01-01")
                outcomes.append((self._grade_now(), self.dealer.graded_on))
                savepoint.rollback()
                self.env.invalidate_all()
        self.assertEqual(outcomes, [("BC", date(2025, 4, 15))] * 2)

    def test_a_downgrade_counts_for_the_quarter_after_whose_end_it_came(self):
        for day, letters in (
            ("2025-03-30", "AA"),
            ("2025-03-31", "AA"),
            ("2025-04-01", "AB"),
            ("2025-04-02", "AB"),
        ):
            with self.subTest(day=day), self.env.cr.savepoint() as savepoint:
                self._give({self.dealer: "BB"}, "2024-10-01")
                self._rate("2025-03-31")
                self._score_all(5)
                self._downgrade(day)
                self._confirm_on("2025-04-20", "2025-01-01")
                self.assertEqual(self._grade_now(), letters)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_a_corrected_quarter_is_lowered_once(self):
        self._give({self.dealer: "BB"})
        self._downgrade("2025-04-10")
        self.assertEqual(self._grade_now(), "AC")
        for points, letters in (5, "AB"), (2, "AC"), (5, "AB"):
            self._correct("2025-01-01", points)
            self.assertEqual(self._grade_now(), self._history()[0][1])
            self._confirm()
            self.assertEqual(self._grade_now(), letters)

    def test_correcting_an_old_quarter_leaves_the_grade_of_today(self):
        self._give({self.dealer: "AA"}, "2024-10-01")
        self._give({self.dealer: "BA"})
        self._downgrade("2025-04-10")
        self.assertEqual(self._grade_now(), "BB")
        self._correct("2024-10-01", 0)
        corrected = self._confirm(date(2024, 10, 1), self.dealer)
        self.assertEqual(corrected.version, 2)
        self.assertEqual(corrected.grade_id.name, "CC")
        self.assertEqual(self._grade_now(), "BB")
        self.assertEqual(self.dealer.graded_on, date(2025, 4, 10))

    def test_quarters_confirmed_together_count_in_their_order(self):
        self._give({self.dealer: "AA"}, "2024-07-01")
        self._rate("2025-03-31")
        for month in "2024-10-01", "2024-11-01", "2024-12-01":
            self._score_all(2, day=month)
        self._score_all(0, 9)
        both = self._quarters("2024-10-01") + self._quarters()
        both.with_user(self.manager).action_confirm()
        self.assertEqual(self._grade_now(), "CC")
        self.assertEqual(
            [row[:2] for row in self._history()],
            [("2025-04-01", "CC"), ("2025-01-01", "BB"), ("2024-10-01", "AA")],
        )
        before = [row.previous_grade_id.name for row in self.dealer.grading_ids]
        self.assertEqual(before, ["BB", "AA", False])

    def test_a_dealer_without_a_grade_has_none_to_lower_yet(self):
        row = self._downgrade("2025-04-10", reason="Warning letter")
        self.assertFalse(row.grade_id)
        self.assertFalse(self.dealer.grade_id)
        self.assertFalse(self.dealer.graded_on)
        self.assertIn("Warning letter", self.dealer.message_ids[0].body)
        self.assertIsNone(self.env["rating.face"]._chart(self.dealer))

    def test_late_confirmation_of_the_first_quarter_undoes_no_downgrade(self):
        """Confirming first and lowering then, or the other way: the same grade."""
        for day, letters in ("2025-03-31", "AA"), ("2025-04-10", "BA"):
            for late in False, True:
                with (
                    self.subTest(day=day, late=late),
                    self.env.cr.savepoint() as savepoint,
                ):
                    self._rate("2025-03-31")
                    self._score_all(5)
                    if not late and letters != "AA":
                        self._confirm_on("2025-04-02", "2025-01-01")
                    self._downgrade(day, 2, "Letter")
                    if not self.dealer.grade_id:
                        self._confirm_on("2025-04-20", "2025-01-01")
                    self.assertEqual(self._grade_now(), letters)
                    savepoint.rollback()
                    self.env.invalidate_all()

    def test_a_downgrade_before_the_first_grade_counts_once(self):
        self._rate("2025-03-31")
        self._score_all(5)
        self._downgrade("2025-04-10")
        self._confirm_on("2025-04-20", "2025-01-01")
        self.assertEqual(self._grade_now(), "AB")
        self.assertEqual(self.dealer.graded_on, date(2025, 4, 10))
        self.assertEqual(len(self.env["rating.face"]._chart(self.dealer)["dots"]), 2)
        self._give({self.dealer: "AA"}, "2025-04-01")
        self.assertEqual(self._grade_now(), "AA")

    # === CORRECTIONS === #

    def test_a_corrected_quarter_is_a_new_version(self):
        old = self._give({self.dealer: "AA"})
        self.env.invalidate_all()
        kept = ["grade_id", "total", "state", "rank", "version", "confirmed_on"]
        before = old.read(kept)
        self._correct("2025-01-01", 2)
        new = self._quarter(self.dealer)
        self.assertEqual((new.version, new.previous_id), (2, old))
        self.assertEqual((new.state, new.correction), ("open", "Wrong figures"))
        self.assertEqual(self._grade_now(), "AA")
        self._confirm()
        self.assertEqual(self._grade_now(), "BB")
        self.env.invalidate_all()
        self.assertEqual(old.read(kept), before)
        self.assertEqual(len(self.dealer.quarter_ids), 2)

    def test_a_correction_of_one_month_keeps_the_other_cards(self):
        quarter = self._give({self.dealer: "AA"})
        month = quarter.scorecard_ids.filtered(lambda c: c.date_to.month == 2)
        month.with_user(self.manager)._correct("Wrong figures")
        new = self._quarter(self.dealer)
        self.assertEqual(len(new.scorecard_ids), 4)
        self.assertEqual(new.scorecard_ids.mapped("version").count(2), 1)
        self.assertTrue(new.is_complete)
        self.assertEqual(new.grade_id.name, "AA")

    def test_a_correction_touches_no_other_dealer(self):
        other = self._dealer("Second Shop")
        self._give({self.dealer: "AA", other: "BB"})
        kept = ["state", "version", "grade_id", "total", "confirmed_on", "is_current"]
        before = other.quarter_ids.read(kept), other.read(["grade_id", "graded_on"])
        self._correct("2025-01-01", 0)
        self._confirm(dealers=self.dealer)
        self.env.invalidate_all()
        after = other.quarter_ids.read(kept), other.read(["grade_id", "graded_on"])
        self.assertEqual(after, before)
        self.assertEqual(self._grade_now(), "CC")
