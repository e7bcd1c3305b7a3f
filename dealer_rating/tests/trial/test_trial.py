from datetime import date

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from ..common import RatingCommon

END = date(2025, 3, 31)


class TrialCommon(RatingCommon):
    """Three dealers whose first quarter of 2025 is confirmed: AA, BB, CC."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.good, cls.fair, cls.poor = (
            cls._dealer(name) for name in ("Good", "Fair", "Poor")
        )
        cls._give({cls.good: "AA", cls.fair: "BB", cls.poor: "CC"})

    @classmethod
    def _draft(cls, template=None, **values):
        """A draft of the template in use, to be changed."""
        template = template or cls.template_performance
        action = template.with_user(cls.manager).action_new_version()
        draft = template.browse(action["res_id"])
        draft.write(values)
        return draft

    @classmethod
    def _indicator(cls, draft, code):
        return draft.indicator_ids.filtered(lambda each: each.code == code)

    @classmethod
    def _try(cls, *drafts, **values):
        fields = {f"{draft.kind}_template_id": draft.id for draft in drafts}
        trial = (
            cls.env["rating.trial"]
            .with_user(cls.manager)
            .create(
                {
                    "company_id": cls.company.id,
                    "date_from": cls.START,
                    "date_to": END,
                    **fields,
                    **values,
                }
            )
        )
        trial.action_compute()
        return trial

    def _told(self, trial, dealer):
        found = trial.line_ids.filtered(lambda line: line.dealer_id == dealer)
        self.assertEqual(len(found), 1)
        return found

    def assertWould(self, trial, expected):
        """:param expected: {dealer: letters, or None where it cannot be told}"""
        found = {line.dealer_id: line.new_grade_id.name for line in trial.line_ids}
        self.assertEqual(
            found, {dealer: name or False for dealer, name in expected.items()}
        )


@tagged("post_install", "-at_install")
class TestTrial(TrialCommon):
    def test_the_templates_in_use_change_nothing(self):
        trial = self._try(self.template_performance, self.template_conduct)
        self.assertWould(trial, {self.good: "AA", self.fair: "BB", self.poor: "CC"})
        for line in trial.line_ids:
            self.assertEqual(line.direction, "same")
            self.assertAlmostEqual(line.new_total, line.quarter_id.total, 2)
            self.assertFalse(line.changes or line.why)
        self.assertEqual(
            (trial.same_count, trial.up_count, trial.down_count), (3, 0, 0)
        )

    def test_other_bands_move_who_stands_at_them(self):
        """*Fair* has 2 + 2 + 5 = 9 of 15 points, where a B begins."""
        trial = self._try(self._draft(band_b=9.01))
        self.assertWould(trial, {self.good: "AA", self.fair: "CB", self.poor: "CC"})
        line = self._told(trial, self.fair)
        self.assertEqual((line.direction, line.grade_id.name), ("down", "BB"))
        self.assertEqual(line.why, "The same points in other bands.")
        self.assertEqual(trial.changed_ids, line)

    def test_counts_go_through_the_new_steps(self):
        """Nobody lost a customer: what that earns is the tried template's affair."""
        draft = self._draft()
        self._indicator(draft, "lost").step_ids.filtered(
            lambda step: not step.at_least
        ).points = 2
        trial = self._try(draft)
        line = self._told(trial, self.good)
        self.assertEqual(line.changes, [["lost", 5, 2]])
        self.assertEqual(line.why, "Lost 5 → 2")
        self.assertAlmostEqual(line.new_performance, 12)
        self.assertWould(trial, {self.good: "AA", self.fair: "CB", self.poor: "CC"})
        seen = trial.indicator_ids.filtered(lambda each: each.name == "Lost")
        self.assertEqual((seen.steps_count, seen.before, seen.after), (9, 5, 2))

    def test_entered_points_are_scaled_to_the_new_top(self):
        draft = self._draft()
        self._indicator(draft, "paid").top = 10
        line = self._told(self._try(draft), self.fair)
        self.assertEqual(line.changes, [["paid", 2, 4]])
        self.assertAlmostEqual(line.new_performance, 11)

    def test_weights_count(self):
        draft = self._draft(band_a=24, band_b=18)
        self._indicator(draft, "lost").weight = 3
        line = self._told(self._try(draft), self.poor)
        self.assertEqual(line.changes, [["lost", 5, 15]])
        self.assertEqual(line.new_grade_id.name, "CC")

    def test_the_sum_of_the_months_is_three_times_the_mean(self):
        trial = self._try(self._draft(quarter_total="sum", band_a=36, band_b=27))
        self.assertWould(trial, {self.good: "AA", self.fair: "BB", self.poor: "CC"})
        self.assertAlmostEqual(self._told(trial, self.fair).new_performance, 27)

    def test_an_indicator_that_is_dropped_is_told(self):
        draft = self._draft(band_a=8, band_b=6)
        self._indicator(draft, "outlets").unlink()
        line = self._told(self._try(draft), self.good)
        self.assertEqual(line.changes, [["outlets", 5, None]])
        self.assertEqual(line.why, "Outlets is gone: 5")

    def test_what_the_past_knows_nothing_of_is_left_out_and_named(self):
        draft = self._draft()
        draft.indicator_ids = [
            Command.create(self._line("service", self.marketing_department))
        ]
        trial = self._try(draft)
        self.assertWould(trial, dict.fromkeys([self.good, self.fair, self.poor]))
        self.assertEqual(trial.left_count, 3)
        self.assertEqual(trial.left_ids, trial.line_ids)
        self.assertIn("Service", trial.open_text)
        self.assertIn("Service", trial.line_ids[0].why)
        seen = trial.indicator_ids.filtered(lambda each: each.name == "Service")
        self.assertEqual((seen.open_count, seen.scaled_count), (9, 0))

    def test_what_gives_points_for_nothing_is_told(self):
        draft = self._draft(band_a=16, band_b=12)
        draft.indicator_ids = [
            Command.create(
                self._line(
                    "growth",
                    self.finance_department,
                    {0: 0, 1: 5},
                    method="measured",
                    measure="growth",
                    nothing="points",
                    nothing_points=4,
                )
            )
        ]
        trial = self._try(draft)
        line = self._told(trial, self.good)
        self.assertEqual(line.changes, [["growth", None, 4]])
        self.assertEqual(line.why, "Growth is new: 4")
        seen = trial.indicator_ids.filtered(lambda each: each.name == "Growth")
        self.assertEqual(seen.nothing_count, 9)

    def test_both_templates_can_be_tried_at_once(self):
        trial = self._try(
            self._draft(band_a=8.9, band_b=2),
            self._draft(self.template_conduct, band_a=6.9, band_b=1),
        )
        self.assertWould(trial, {self.good: "AA", self.fair: "AA", self.poor: "BB"})
        self.assertEqual((trial.up_count, trial.same_count), (2, 1))

    def test_conduct_alone_keeps_the_performance_letter(self):
        trial = self._try(self._draft(self.template_conduct, band_a=6.9))
        self.assertWould(trial, {self.good: "AA", self.fair: "BA", self.poor: "CC"})

    def test_waived_scores_earn_the_least_again(self):
        dealer = self._dealer("Waived")
        self.env["rating.scorecard"]._open_cards(self.company, END)
        todo = self._scores(dealer, code="lost")
        todo.with_user(self.manager)._waive("nobody knows")
        self._score_all(5, 0, dealer)
        self._confirm(dealers=dealer)
        draft = self._draft()
        steps = self._indicator(draft, "lost").step_ids
        steps.filtered(lambda step: step.at_least == 5).points = -2
        line = self._told(self._try(draft), dealer)
        self.assertEqual(line.changes, [["lost", 0, -2]])

    def test_nothing_of_the_past_is_touched(self):
        models = "dealer.quarter", "rating.scorecard", "rating.score", "dealer.grading"
        before = {name: self._content(name) for name in models}
        grades = self.good.grade_id | self.fair.grade_id
        self._try(self._draft(band_a=99, band_b=98)).flush_model()
        self.assertEqual({name: self._content(name) for name in models}, before)
        self.assertEqual(self.good.grade_id | self.fair.grade_id, grades)

    def _content(self, name):
        self.env.flush_all()
        table = self.env[name]._table
        self.env.cr.execute(f"SELECT * FROM {table} ORDER BY id")
        return self.env.cr.fetchall()

    def test_only_confirmed_current_quarters_of_these_months_count(self):
        late = self._dealer("Late")
        self._rate(END)
        self._give({self.good: "BB"}, "2025-04-01")
        trial = self._try(self.template_performance)
        self.assertNotIn(late, trial.line_ids.dealer_id)
        self.assertEqual(set(trial.line_ids.mapped("date_from")), {self.START})

    def test_any_number_of_dealers_takes_one_statement_to_read(self):
        def statements(trial):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            rows = list(trial.sudo()._past_quarters())
            return len(rows), self.env.cr.sql_log_count - before

        trial = self._try(self.template_performance)
        few, cost = statements(trial)
        more = [self._dealer(f"Shop {number}") for number in range(8)]
        self._give(dict.fromkeys(more, "BA"))
        many, same = statements(trial)
        self.assertEqual((few, many), (3, 11))
        self.assertEqual(cost, same)

    def test_every_count_leads_to_its_quarters(self):
        trial = self._try(self._draft(band_b=9.01))
        for direction, count in ("down", 1), ("same", 2), ("up", 0):
            action = trial.with_context(
                line_domain=[("direction", "=", direction)]
            ).action_lines()
            found = self.env[action["res_model"]].search(action["domain"])
            self.assertEqual(len(found), count)

    def test_another_template_forgets_what_was_computed(self):
        trial = self._try(self._draft(band_b=9.01))
        trial.performance_template_id = self.template_performance
        self.assertFalse(trial.computed_on or trial.line_ids or trial.indicator_ids)
        trial.action_compute()
        self.assertEqual(trial.same_count, 3)


@tagged("post_install", "-at_install")
class TestTrialAccess(TrialCommon):
    def test_users_read_and_only_managers_try(self):
        trial = self._try(self.template_performance).with_user(self.user)
        self.assertTrue(trial.read(["text"]) and trial.line_ids.read(["why"]))
        for forbidden in (
            trial.action_compute,
            lambda: trial.write({"date_to": END}),
            lambda: trial.create({"performance_template_id": 1}),
        ):
            with self.assertRaises(AccessError):
                forbidden()

    def test_nobody_writes_a_result(self):
        trial = self._try(self.template_performance)
        for user in self.manager, self.user:
            with self.assertRaises(AccessError):
                trial.with_user(user).up_count = 9
            with self.assertRaises(AccessError):
                trial.line_ids.with_user(user).write({"direction": "up"})
            with self.assertRaises(AccessError):
                trial.line_ids.with_user(user).unlink()

    def test_a_manager_tries_by_the_form(self):
        with Form(self.env["rating.trial"].with_user(self.manager)) as form:
            form.performance_template_id = self.template_performance
            form.date_from, form.date_to = self.START, END
        form.record.action_compute()
        self.assertEqual(form.record.same_count, 3)

    def test_a_template_is_tried_from_its_own_form(self):
        for template in self.template_performance, self.template_conduct:
            draft_id = template.with_user(self.manager).action_new_version()["res_id"]
            draft = template.browse(draft_id).with_user(self.manager)
            action = draft.action_try()
            trials = self.env[action["res_model"]].with_user(self.manager)
            form = Form(trials.with_context(**action["context"]))
            self.assertEqual(form[f"{template.kind}_template_id"], draft)
            self.assertEqual(form.company_id, self.company)
            form.date_from, form.date_to = self.START, END
            trial = form.save()
            trial.action_compute()
            self.assertEqual(trial.same_count, 3)

    def test_a_new_version_speaks_the_languages_of_the_old_one(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        template = self.template_performance
        french = template.with_context(lang="fr_FR")
        french.name = "Résultats"
        french.indicator_ids[0].name = "Payé"
        draft_id = template.with_user(self.manager).action_new_version()["res_id"]
        draft = template.browse(draft_id)
        self.assertEqual(draft.name, template.name)
        self.assertEqual(draft.with_context(lang="fr_FR").name, "Résultats")
        told = draft.with_context(lang="fr_FR").indicator_ids[0].name
        self.assertEqual(told, "Payé")

    def test_a_trial_needs_a_template_of_the_right_kind(self):
        with self.assertRaisesRegex(ValidationError, "Choose the template"):
            self._try()
        with self.assertRaisesRegex(ValidationError, "not for such cards"):
            self._try(performance_template_id=self.template_conduct.id)

    def test_nothing_confirmed_is_an_error_that_says_so(self):
        with self.assertRaisesRegex(UserError, "No quarter of these months"):
            self._try(
                self.template_performance,
                date_from=date(2001, 1, 1),
                date_to=date(2001, 3, 31),
            )

    def test_other_companies_are_not_seen(self):
        self._try(self.template_performance)
        other = self.env["res.company"].create({"name": "Other"})
        outsider = self._user("outsider", "rating_group_manager", other)
        foreign = self.env(user=outsider, context={})
        for name in "rating.trial", "rating.trial.line", "rating.trial.indicator":
            self.assertFalse(foreign[name].search([]))
