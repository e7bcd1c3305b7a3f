from datetime import date

from odoo.exceptions import UserError, ValidationError
from odoo.tests import freeze_time, tagged

from ..common import RatingCommon


@tagged("post_install", "-at_install")
class TestCards(RatingCommon):
    """How cards come to be, are closed and corrected."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dealer = cls._dealer("Corner Shop")

    def _cards(self, dealer=None, **versions):
        domain = [("dealer_id", "=", (dealer or self.dealer).id)]
        if not versions.get("all_versions"):
            domain.append(("is_current", "=", True))
        return self.env["rating.scorecard"].search(domain, order="date_from, kind, id")

    def _periods(self, dealer=None):
        return [(card.kind[0], str(card.date_from)[:7]) for card in self._cards(dealer)]

    def _snapshot(self, cards):
        """Everything that a card says, as it can be compared later."""
        self.env.flush_all()
        self.env.invalidate_all()
        own = ["state", "points", "missing", "waived", "version", "closed_on", "top"]
        lines = ["state", "value", "points", "reason", "remark", "scored_on"]
        return [
            (card.read(own), card.score_ids.sorted("id").read([*lines, "indicator_id"]))
            for card in cards.sorted("id")
        ]

    # === OPENING === #

    def test_a_month_has_a_card_and_so_has_the_quarter(self):
        self._rate("2025-01-01")
        self.assertEqual(self._periods(), [("c", "2025-01"), ("p", "2025-01")])
        self._rate("2025-02-28")
        self.assertEqual(self._periods()[2:], [("p", "2025-02")])
        self._rate("2025-03-31")
        self.assertEqual(self._periods()[3:], [("p", "2025-03")])
        self._rate("2025-04-01")
        self.assertEqual(self._periods()[4:], [("c", "2025-04"), ("p", "2025-04")])

    def test_a_card_has_a_line_for_each_indicator(self):
        self._rate("2025-01-31")
        for card in self._cards():
            lines = card.score_ids
            self.assertEqual(
                lines.indicator_id, card.template_id.indicator_ids, card.kind
            )
            self.assertEqual(len(lines), len(lines.indicator_id))
            self.assertEqual(set(lines.mapped("state")), {"open"})
            self.assertEqual(card.missing, len(lines))
            self.assertEqual(card.partner_id, self.dealer.partner_id)
            self.assertEqual(set(lines.mapped("date_to")), {card.date_to})
        conduct, month = self._cards()
        self.assertEqual(conduct.date_to, date(2025, 3, 31))
        self.assertEqual(month.date_to, date(2025, 1, 31))

    def test_rating_twice_opens_nothing_twice(self):
        self._rate("2025-02-10")
        self._score_all(points=3, count=1)
        before = self._snapshot(self._cards())
        for _again in range(2):
            self._rate("2025-02-10")
        self.assertEqual(self._snapshot(self._cards()), before)
        self.assertEqual(len(self._quarters()), 1)

    def test_a_day_of_the_past_opens_nothing_twice(self):
        self._rate("2025-02-10")
        before = self._periods()
        self._rate("2025-01-05")
        self.assertEqual(self._periods(), before)

    def test_missed_quarters_are_caught_up_with(self):
        """The job stood still from February to November."""
        self._rate("2025-02-10")
        self._rate("2025-11-05")
        months = [f"2025-{month:02}" for month in range(1, 12)]
        self.assertEqual(
            [month for kind, month in self._periods() if kind == "p"], months
        )
        conduct = [month for kind, month in self._periods() if kind == "c"]
        self.assertEqual(conduct, ["2025-01", "2025-04", "2025-07", "2025-10"])
        self.assertEqual(len(self.dealer.quarter_ids), 4)

    def test_missed_quarters_are_caught_up_with_after_the_last_was_confirmed(self):
        self._give({self.dealer: "AA"})
        self._rate("2025-08-15")
        quarters = self.dealer.quarter_ids.sorted("date_from")
        self.assertEqual(
            quarters.mapped("date_from"),
            [date(2025, 1, 1), date(2025, 4, 1), date(2025, 7, 1)],
        )

    def test_no_month_before_the_dealer_was_one(self):
        new = self._dealer("New Shop", since="2025-02-20")
        self._rate("2025-03-31")
        self.assertEqual(
            self._periods(new), [("c", "2025-01"), ("p", "2025-02"), ("p", "2025-03")]
        )
        self._score_all(5, 0, new)
        quarter = self._quarter(new)
        self.assertEqual((quarter.missing, quarter.missing_cards), (0, 0))
        self.assertEqual((quarter.performance, quarter.grade_id.name), (15, "AA"))
        self.assertEqual((quarter.tenure, quarter.is_good), ("first", True))

    def test_nobody_is_rated_before_being_a_dealer(self):
        new = self._dealer("New Shop", since="2025-04-01")
        self._rate("2025-03-31")
        self.assertFalse(self._cards(new))
        self.assertFalse(new.quarter_ids)

    def test_since_that_is_moved_forward_leaves_a_quarter_that_can_be_confirmed(self):
        """A card of a month before is there already, and no longer expected."""
        self._rate("2025-03-31")
        self.dealer.since = "2025-02-01"
        self._score_all(5)
        self._rate("2025-04-01")
        quarter = self._quarter(self.dealer)
        self.assertEqual(quarter.missing_cards, 0)
        self.assertTrue(quarter.is_complete)
        self._confirm()
        self.assertEqual(quarter.state, "confirmed")

    def test_since_that_is_moved_back_opens_the_months_before(self):
        new = self._dealer("New Shop", since="2025-03-01")
        self._rate("2025-03-05")
        self._score_all(5, 0, new)
        self.assertTrue(self._quarter(new).is_complete)
        new.since = "2025-02-01"
        self._rate("2025-03-06")
        quarter = self._quarter(new)
        self.assertEqual(quarter.missing, 3)
        self.assertFalse(quarter.is_complete)
        self.assertFalse(quarter.grade_id)

    def test_no_cards_for_archived_dealers(self):
        self.dealer.active = False
        self._rate("2025-03-31")
        self.assertFalse(self._cards())

    def test_cards_stay_when_a_dealer_is_archived(self):
        self._rate("2025-02-10")
        before = self._snapshot(self._cards())
        self.dealer.active = False
        self._rate("2025-05-10")
        self.assertEqual(self._snapshot(self._cards()), before)

    def test_a_dealer_who_comes_back_goes_on_with_the_quarter_that_runs(self):
        """Quarters in which nobody traded cannot be scored."""
        self._give({self.dealer: "AA"}, "2024-01-01")
        self.dealer.active = False
        other = self._dealer("Second Shop")
        self._rate("2025-02-10")
        self.dealer.active = True
        self._rate("2025-02-11")
        self.assertEqual(
            self.dealer.quarter_ids.mapped("date_from"),
            [date(2025, 1, 1), date(2024, 1, 1)],
        )
        self.assertTrue(self._quarter(other))

    def test_what_is_left_open_of_an_archived_dealer_troubles_no_other(self):
        """A dealer whose relation is older than the rating begins with this quarter."""
        self._rate("2024-02-10")
        self.dealer.active = False
        new = self._dealer("Old Friend, Newly Rated", since="2020-05-05")
        self._rate("2025-02-10")
        self.assertEqual(new.quarter_ids.mapped("date_from"), [date(2025, 1, 1)])

    def test_a_correction_opens_no_old_quarter_for_another_dealer(self):
        self._give({self.dealer: "AA"}, "2024-01-01")
        self._give({self.dealer: "AA"}, "2024-04-01")
        self._cards()[0].with_user(self.manager)._correct("Wrong dealer")
        new = self._dealer("Old Friend, Newly Rated", since="2020-05-05")
        self._rate("2024-07-10")
        self.assertEqual(new.quarter_ids.mapped("date_from"), [date(2024, 7, 1)])

    def test_dealers_of_another_company_stay_there(self):
        elsewhere = self.env["res.company"].create({"name": "Elsewhere Ltd"})
        self._rate("2025-01-31")
        other = self._dealer("Far Shop", company=elsewhere)
        self._rate("2025-01-31")
        self.assertFalse(self._cards(other))
        self._rate("2025-01-31", elsewhere)
        self.assertEqual(set(self._cards(other).company_id), {elsewhere})

    def test_a_branch_rates_what_its_company_does(self):
        self._rate("2025-02-10")
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id}
        )
        self._rate("2025-08-10", branch)
        self.assertEqual(len(self.dealer.quarter_ids), 3)

    def test_the_job_rates_every_company_on_its_own_day(self):
        """Nine in the evening of 31 March in New York is April in Tokyo."""
        self.env["rating.dealer"].search([("id", "!=", self.dealer.id)]).active = False
        japan = self.env["res.company"].create({"name": "Nippon"})
        japan.partner_id.tz = "Asia/Tokyo"
        self.company.partner_id.tz = "America/New_York"
        other = self._dealer("Tokyo Shop", company=japan)
        self._template("conduct", (8, 6), *self._lines(), company=japan)
        self.patch(
            self.env.registry["ir.cron"], "_commit_progress", lambda *_a, **_k: 1
        )
        with freeze_time("2025-04-01 01:00:00"):
            self.env["rating.scorecard"]._cron_rate()
        self.assertEqual(self.dealer.quarter_ids.date_from, date(2025, 1, 1))
        self.assertEqual(other.quarter_ids.date_from, date(2025, 4, 1))

    def _lines(self):
        return [self._line("contracts", self.marketing_department)]

    # === TEMPLATES === #

    def test_a_template_of_the_company_goes_before_a_shared_one(self):
        self.env["rating.scorecard.template"].search(
            [("company_id", "=", False)]
        ).action_retire()
        shared = self._template("performance", (4, 3), *self._lines(), company=False)
        elsewhere = self.env["res.company"].create({"name": "Elsewhere Ltd"})
        Template = self.env["rating.scorecard.template"]
        self.assertEqual(Template._of(elsewhere)["performance"], shared)
        self.assertEqual(
            Template._of(self.company)["performance"], self.template_performance
        )
        self.template_performance.action_retire()
        self.assertEqual(Template._of(self.company)["performance"], shared)

    def test_without_a_template_nothing_is_scored_and_nothing_graded(self):
        elsewhere = self.env["res.company"].create({"name": "Elsewhere Ltd"})
        other = self._dealer("Far Shop", company=elsewhere)
        self.env["rating.scorecard.template"].search(
            [("company_id", "=", False)]
        ).action_retire()
        self._rate("2025-03-31", elsewhere)
        quarter = self._quarter(other)
        self.assertEqual(quarter.missing_cards, 4)
        self.assertFalse(quarter.grade_id)
        with self.assertRaises(UserError):
            quarter.action_confirm()

    def test_months_are_scored_with_the_template_of_their_beginning(self):
        self._rate("2025-02-10")
        self._score_all(points=4)
        before = self._snapshot(self._cards())
        action = self.template_performance.with_user(self.manager).action_new_version()
        draft = self.env["rating.scorecard.template"].browse(action["res_id"])
        draft.with_user(self.manager).write({"band_a": 14, "band_b": 13})
        draft.indicator_ids.filtered(lambda line: line.code == "paid").unlink()
        draft.with_user(self.manager).action_activate()
        self.assertEqual(self.template_performance.state, "retired")
        self.assertEqual(
            (draft.version, draft.previous_id), (2, self.template_performance)
        )
        self._rate("2025-03-31")
        self.assertEqual(self._snapshot(self._cards()[:3]), before)
        march = self._cards()[3]
        self.assertEqual(march.template_id, draft)
        self.assertEqual(march.missing, 2)
        self.assertEqual(
            self._cards()[:3].template_id.mapped("state"), ["active", "retired"]
        )

    def test_a_template_with_cards_is_locked(self):
        self._rate("2025-01-31")
        template = self.template_performance
        line = template.indicator_ids[2]
        draft = self.env["rating.scorecard.template"].browse(
            template.action_new_version()["res_id"]
        )
        spare = self._line("spare", self.finance_department, {0: 5, 1: 1})
        loose = self.env["rating.indicator"].create({**spare, "template_id": draft.id})
        doors = {
            "band": lambda: template.write({"band_a": 1}),
            "kind": lambda: template.write({"kind": "conduct"}),
            "company": lambda: template.write({"company_id": False}),
            "sum": lambda: template.write({"quarter_total": "sum"}),
            "lines": lambda: template.write({"indicator_ids": [(2, line.id)]}),
            "link": lambda: template.write({"indicator_ids": [(4, loose.id)]}),
            "delete": lambda: template.unlink(),
            "new line": lambda: loose.copy({"template_id": template.id, "code": "x"}),
            "line moved in": lambda: loose.write({"template_id": template.id}),
            "line moved out": lambda: line.write({"template_id": draft.id}),
            "weight": lambda: line.write({"weight": 9}),
            "top": lambda: line.write({"top": 9}),
            "method": lambda: line.write({"method": "entered"}),
            "department": lambda: line.write(
                {"department_id": self.finance_department.id}
            ),
            "code": lambda: line.write({"code": "other"}),
            "line gone": lambda: line.unlink(),
            "steps": lambda: line.write({"step_ids": [(2, line.step_ids[0].id)]}),
            "step": lambda: line.step_ids[0].write({"points": 1}),
            "step gone": lambda: line.step_ids[0].unlink(),
            "new step": lambda: line.step_ids.create(
                {"indicator_id": line.id, "at_least": 9, "points": -9}
            ),
            "step moved in": lambda: loose.step_ids[1].write(
                {"indicator_id": line.id, "at_least": 9}
            ),
            "step moved out": lambda: line.step_ids[0].write(
                {"indicator_id": loose.id, "at_least": 9}
            ),
        }
        for door, attempt in doors.items():
            with self.subTest(door=door), self.assertRaises(UserError):
                with self.env.cr.savepoint():
                    attempt()
                    self.env.flush_all()
            self.env.invalidate_all()

    def test_words_of_a_template_with_cards_may_be_better(self):
        self._rate("2025-01-31")
        line = self.template_performance.indicator_ids[0]
        line.with_user(self.manager).write({"name": "Paid on time", "guide": "Look."})
        self.template_performance.with_user(self.manager).note = "Of 2025"
        self.assertEqual(self._scores(code="paid").guide, "Look.")

    def test_a_new_version_is_a_copy_to_the_last_step(self):
        action = self.template_performance.action_new_version()
        draft = self.env["rating.scorecard.template"].browse(action["res_id"])

        def lines(template):
            skip = "id", "template_id", "step_ids", "create_date", "write_date"
            return [
                (
                    {
                        key: val
                        for key, val in line.copy_data()[0].items()
                        if key not in skip
                    },
                    [(step.at_least, step.points) for step in line.step_ids],
                )
                for line in template.indicator_ids
            ]

        self.assertEqual(lines(draft), lines(self.template_performance))
        self.assertEqual(draft.state, "draft")
        self.assertEqual(draft.name, self.template_performance.name)

    def test_versions_have_numbers_of_their_own(self):
        first = self.template_performance
        browse = self.env["rating.scorecard.template"].browse
        second = browse(first.action_new_version()["res_id"])
        third = browse(first.action_new_version()["res_id"])
        self.assertEqual([second.version, third.version], [2, 3])

    def test_a_template_without_indicators_is_not_used(self):
        with self.assertRaises(ValidationError):
            self._template("performance", (1, 0))

    # === CLOSING === #

    def test_a_card_is_closed_when_it_is_over_and_complete(self):
        self._rate("2025-01-31")
        conduct, month = self._cards()
        self._score_all(4, kind="performance")
        with freeze_time("2025-01-31"), self.assertRaises(UserError):
            month.with_user(self.manager).action_close()
        with freeze_time("2025-02-01"):
            (conduct + month).with_user(self.manager).action_close()
        self.assertEqual((month.state, conduct.state), ("closed", "open"))
        self.assertEqual(month.closed_by_id, self.manager)

    def test_closing_twice_is_closing_once(self):
        self._rate("2025-01-31")
        self._score_all(4, kind="performance")
        month = self._cards()[1]
        month.with_user(self.manager).action_close()
        before = self._snapshot(month)
        with self.assertRaises(UserError):
            month.with_user(self.manager).action_close()
        self.assertEqual(self._snapshot(month), before)

    def test_nobody_scores_a_closed_card(self):
        self._rate("2025-01-31")
        self._score_all(4, kind="performance")
        month = self._cards()[1]
        month.with_user(self.manager).action_close()
        before = self._snapshot(month)
        paid = month.score_ids.filtered(lambda s: s.indicator_id.code == "paid")
        for attempt in (
            lambda: paid.with_user(self.finance).write({"entry": "5"}),
            lambda: paid.with_user(self.finance).write({"entry": ""}),
            lambda: paid.with_user(self.finance).write({"remark": "better"}),
            lambda: paid.with_user(self.finance)._enter({paid.id: 5}),
            lambda: paid._enter({paid.id: 5}),
            lambda: paid.with_user(self.manager)._waive("x"),
            lambda: paid._waive("x"),
        ):
            with self.assertRaises(UserError):
                attempt()
                self.env.flush_all()
            self.env.invalidate_all()
        self.env["rating.scorecard"]._measure(
            self.company, date(2025, 1, 1), date(2025, 3, 31)
        )
        self.assertEqual(self._snapshot(month), before)

    # === CORRECTING === #

    def _closed_month(self):
        self._rate("2025-03-31")
        self._score_all(4)
        cards = self._cards()
        cards.with_user(self.manager).action_close()
        return cards.filtered(lambda c: c.date_to == date(2025, 1, 31))

    def test_a_correction_is_a_new_version_with_a_reason(self):
        month = self._closed_month()
        before = self._snapshot(month)
        new = month.with_user(self.manager)._correct("Typing error")
        self.assertEqual((new.version, new.previous_id), (2, month))
        self.assertEqual((new.correction, new.state), ("Typing error", "open"))
        self.assertEqual(
            [(s.points, s.value, s.state) for s in new.score_ids],
            [(s.points, s.value, s.state) for s in month.score_ids],
        )
        self.assertFalse(new.closed_on or new.closed_by_id)
        self.assertEqual((new.points, new.missing), (month.points, 0))
        self.assertFalse(month.is_current)
        self.assertEqual(self._snapshot(month), before)
        self.assertIn(new, self._cards())

    def test_what_was_corrected_never_changes(self):
        month = self._closed_month()
        before = self._snapshot(month)
        new = month.with_user(self.manager)._correct("Typing error")
        paid = new.score_ids.filtered(lambda s: s.indicator_id.code == "paid")
        paid.with_user(self.finance).entry = "1"
        self._rate("2025-03-31")
        new.with_user(self.manager).action_close()
        self.assertEqual(self._snapshot(month), before)
        self.assertEqual(new.points, month.points - 3)
        self.assertEqual(self._quarter(self.dealer).performance, 12)

    def test_only_the_current_version_of_a_closed_card_is_corrected(self):
        month = self._closed_month()
        new = month.with_user(self.manager)._correct("Typing error")
        for card in month, new:
            with self.assertRaises(UserError):
                card.with_user(self.manager)._correct("Again")
        self.assertEqual(len(self._cards(all_versions=True)), 5)

    def test_a_correction_says_why(self):
        month = self._closed_month()
        for reason in "", "  ", False, None:
            with self.subTest(reason=reason), self.assertRaises(UserError):
                month.with_user(self.manager)._correct(reason)
        self.assertTrue(month.is_current)

    def test_a_correction_of_a_correction(self):
        month = self._closed_month()
        for version in 2, 3, 4:
            month = month.with_user(self.manager)._correct(f"No. {version}")
            month.action_close()
            self.assertEqual(month.version, version)
        self.assertEqual(len(self._cards()), 4)

    # === WAIVING === #

    def test_a_waived_score_is_not_missing_and_says_why(self):
        self._rate("2025-01-31")
        paid = self._scores(code="paid")
        paid.with_user(self.manager)._waive("On strike")
        self.assertEqual((paid.state, paid.points), ("waived", 0))
        self.assertEqual((paid.scorecard_id.missing, paid.scorecard_id.waived), (2, 1))
        self.assertIn("On strike", paid.explanation)
        self.assertEqual(paid.scored_by_id, self.manager)

    def test_waiving_never_helps(self):
        """Whatever could have been given instead is worth at least as much."""
        self._rate("2025-01-31")
        given = {
            "paid": [0, 1.5, 5],
            "lost": range(7),
            "prices": range(7),
            "contracts": [0, 5],
        }
        for code, entries in given.items():
            score = self._scores(code=code)
            score.with_user(self.manager)._waive("Try")
            least = score.points
            for entry in entries:
                score._enter({score.id: entry})
                self.assertLessEqual(least, score.points, (code, entry))

    def test_a_waiver_says_why(self):
        self._rate("2025-01-31")
        for reason in "", "  ", False, None:
            with self.subTest(reason=reason), self.assertRaises(UserError):
                self._scores(code="paid").with_user(self.manager)._waive(reason)

    def test_what_is_scored_is_not_waived(self):
        self._rate("2025-01-31")
        paid = self._scores(code="paid")
        paid._enter({paid.id: 1})
        with self.assertRaises(UserError):
            paid.with_user(self.manager)._waive("Would be zero")
        self.assertEqual(paid.points, 1)
