from datetime import date
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import AccessError, ValidationError
from odoo.service.model import call_kw
from odoo.tests import Form, tagged

from odoo.addons.trade_credit_base.tests.job.job_common import run_job

from ..common import RatingCommon

TYPE = "dealer_rating.mail_activity_type_scores"


class ScheduleCase(RatingCommon):
    """A dealer in January 2025, in a company of its own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["rating.dealer"].search([]).active = False
        cls.dealer = cls._dealer("Shop")
        cls.job = cls.env.ref("dealer_rating.job_rating")


@tagged("post_install", "-at_install")
class TestRatingJob(ScheduleCase):
    """What the nightly job says of itself."""

    def _run(self, day="2025-02-10"):
        with freeze_time(f"{day} 12:00:00"):
            return run_job(self, self.job)

    def _figures(self, run):
        mine = run.figure_ids.filtered(lambda each: each.company_id == self.company)
        return {figure.code: figure.number for figure in mine}

    def test_it_says_what_it_opened_and_what_waits(self):
        figures = self._figures(self._run())
        self.assertEqual(figures, {"cards_opened": 3, "departments_reminded": 2})
        figures = self._figures(self._run("2025-03-31"))
        self.assertEqual(figures, {"cards_opened": 1, "departments_reminded": 5})
        figures = self._figures(self._run("2025-04-01"))
        self.assertEqual(figures["quarters_without_scores"], 1)

    def test_a_quarter_that_is_complete_waits_for_a_person(self):
        self._run("2025-03-31")
        self._score_all()
        figures = self._run("2025-04-02").figure_ids
        waiting = figures.filtered(lambda each: each.code == "quarters_to_confirm")
        action = waiting.with_user(self.manager).action_open()
        found = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(found, self._quarter(self.dealer))

    def test_a_grade_that_is_another_one_is_counted_once(self):
        self._rate("2025-03-31")
        self._score_all()
        self.assertTrue(self._quarter(self.dealer).grade_id)
        self.env.cr.execute(
            "UPDATE dealer_quarter SET grade_id = NULL WHERE dealer_id = %s",
            [self.dealer.id],
        )
        self.env.invalidate_all()
        self.assertEqual(self._figures(self._run("2025-03-31"))["grades_changed"], 1)
        self.assertNotIn("grades_changed", self._figures(self._run("2025-03-31")))

    def test_what_fails_in_one_company_stops_no_other(self):
        other = self.env["res.company"].create({"name": "Other"})
        self._dealer("Far Shop", company=other)
        rate = type(self.env["rating.scorecard"])._rate

        def failing(cards, company, day):
            if company == other:
                raise ValidationError("No template.")
            return rate(cards, company, day)

        with patch.object(type(self.env["rating.scorecard"]), "_rate", failing):
            run = self._run()
        self.assertEqual(run.state, "failed")
        self.assertEqual(run.failure_ids.company_id, other)
        self.assertEqual(run.failure_ids.sentence, "No template.")
        self.assertTrue(self._quarter(self.dealer))
        mine = run.with_user(self.manager)
        self.assertEqual(mine.state, "done")
        self.assertFalse(mine.failure)

    def test_values_measured_lead_to_them(self):
        figure = self.env["trade.job.figure"].create(
            {
                "run_id": self._run().id,
                "company_id": self.company.id,
                "code": "values_measured",
                "number": 1,
            }
        )
        action = figure.with_user(self.manager).action_open()
        self.assertEqual(action["res_model"], "rating.score")
        self.env["rating.score"].search(action["domain"])


@tagged("post_install", "-at_install")
class TestReminder(ScheduleCase):
    """Departments are reminded of what they have not scored."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.trade_wait_days = 36500  # the days are long past

    def test_managers_hear_of_scores_that_are_missing_for_long(self):
        manager = self._user("rating_boss", "rating_group_manager")
        self._remind("2025-01-31")
        self.finance_department.user_id = self.finance
        reminders = self.env["rating.reminder"]
        reminders._follow_all_waits(self.company)
        self.assertNotIn(manager, self._activities(self.finance_department).user_id)
        self.company.trade_wait_days = 7
        reminders._follow_all_waits(self.company)
        self.assertIn(manager, self._activities(self.finance_department).user_id)

    def _remind(self, day):
        self._rate(day)
        return self.env["rating.reminder"]._remind(self.company, self._date(day))

    def _activities(self, department=None):
        reminders = self.env["rating.reminder"].search(
            [("company_id", "=", self.company.id)]
        )
        if department:
            reminders = reminders.filtered(lambda r: r.department_id == department)
        return reminders.activity_search([TYPE])

    def test_three_days_before_a_month_ends_and_no_earlier(self):
        self.assertFalse(self._remind("2025-01-27"))
        reminders = self._remind("2025-01-28")
        self.assertEqual(
            reminders.department_id, self.finance_department + self.marketing_department
        )
        self.assertEqual(set(reminders.mapped("date_to")), {date(2025, 1, 31)})

    def test_once_for_a_department_company_and_period(self):
        self._remind("2025-01-28")
        first = self._activities()
        for day in ("2025-01-29", "2025-01-31", "2025-02-01", "2025-02-03"):
            self.assertFalse(self._remind(day))
        self.assertEqual(self._activities(), first)

    def test_again_after_the_end_if_somebody_was_done_with_it(self):
        self._remind("2025-01-28")
        self._activities().action_done()
        self.assertFalse(self._remind("2025-01-31"))
        self.assertTrue(self._remind("2025-02-01"))
        self._activities().action_done()
        self.assertFalse(self._remind("2025-02-02"))

    def test_it_ends_when_nothing_is_missing(self):
        self._remind("2025-01-31")
        scores = self._scores(code="paid", day="2025-01-31")
        entry = {score.id: 4 for score in scores}
        scores.with_user(self.finance)._enter(entry)
        self.assertFalse(self._activities(self.finance_department))
        self.assertTrue(self._activities(self.marketing_department))

    def test_the_responsible_is_reminded_else_all_members(self):
        second = self._user("rating_finance_2", "rating_group_finance")
        self._remind("2025-01-31")
        self.assertEqual(
            self._activities(self.finance_department).user_id & (self.finance + second),
            self.finance + second,
        )
        self._activities().unlink()
        self.finance_department.user_id = second
        self._remind("2025-02-01")
        self.assertEqual(self._activities(self.finance_department).user_id, second)

    def test_nobody_of_another_company_is_reminded(self):
        other = self.env["res.company"].create({"name": "Other"})
        stranger = self._user("rating_far", "rating_group_finance", other)
        self.finance_department.user_id = stranger
        self._remind("2025-01-31")
        users = self._activities(self.finance_department).user_id
        self.assertIn(self.finance, users)
        self.assertNotIn(stranger, users)

    def test_a_branchs_user_is_reminded_for_the_company(self):
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id}
        )
        user = self._user("rating_branch", "rating_group_finance", branch)
        self.finance_department.user_id = user
        self._remind("2025-01-31")
        self.assertEqual(self._activities(self.finance_department).user_id, user)

    def test_a_company_without_reminders_has_none(self):
        self.company.write({"rating_remind_before": 0, "rating_remind_after": 0})
        self.assertFalse(self._remind("2025-01-31"))
        self.assertFalse(self._remind("2025-02-10"))
        self.company.rating_remind_after = 5
        self.assertFalse(self._remind("2025-02-04"))
        self.assertTrue(self._remind("2025-02-05"))

    def test_it_is_written_in_the_readers_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.finance.lang = "zh_CN"
        self._remind("2025-01-31")
        activity = self._activities().filtered(lambda a: a.user_id == self.finance)
        self.assertEqual(activity.summary, "缺少 2025年1月 的评分")

    def test_it_leads_to_what_is_missing(self):
        reminder = self._remind("2025-01-31").filtered(
            lambda each: each.department_id == self.finance_department
        )
        action = reminder.with_user(self.finance).action_open_scores()
        found = self.env["rating.score"].search(action["domain"])
        self.assertEqual(found, self._scores(code="paid", day="2025-01-31"))
        self.assertEqual(reminder.display_name, "Finance · January 2025")

    def test_nobody_writes_reminders(self):
        reminder = self._remind("2025-01-31")[:1]
        for user in (self.user, self.manager, self.finance):
            for method, args in (("write", [{"told": "after"}]), ("unlink", [])):
                with self.assertRaises(AccessError):
                    call_kw(reminder.with_user(user), method, [reminder.ids, *args], {})

    def test_only_a_member_is_responsible(self):
        with self.assertRaisesRegex(ValidationError, "does not score"):
            self.finance_department.user_id = self.marketing
        with Form(self.finance_department) as form:
            form.user_id = self.finance


@tagged("post_install", "-at_install")
class TestDaysAhead(ScheduleCase):
    """Ends of months and quarters, a hundred days ahead."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._rate("2025-02-10")

    def _days(self, day="2025-02-10", user=None):
        """:return: {(kind, last day, department): the row}"""
        with freeze_time(f"{day} 12:00:00"):
            self.env.invalidate_all()
            days = self.env["trade.day.ahead"].with_user(user or self.manager)
            days = days.with_context(allowed_company_ids=self.company.ids)
            rows = days.search([]).filtered(
                lambda row: row.kind in ("month", "quarter", "confirm")
            )
            rows.mapped("missing")
            return {
                (row.kind, str(row.day), row.who): (row.missing, row.total, row.state)
                for row in rows
            }

    def test_who_has_to_score_by_when_and_how_much(self):
        days = self._days()
        self.assertEqual(days["month", "2025-01-31", "Finance"], (1, 1, "over"))
        self.assertEqual(days["month", "2025-02-28", "Marketing"], (2, 2, "now"))
        self.assertEqual(days["quarter", "2025-03-31", "Marketing"], (2, 2, "now"))
        self.assertEqual(days["month", "2025-03-31", "Finance"], (1, 1, "ahead"))
        self.assertEqual(days["month", "2025-04-30", "Marketing"], (2, 2, "ahead"))
        self.assertEqual(days["confirm", "2025-04-01", False], (1, 1, "ahead"))
        last = max(day for _kind, day, _who in days)
        self.assertEqual(last, "2025-04-30", "a hundred days: to 21 May")

    def test_a_month_that_is_over_and_complete_is_left_out(self):
        self._score_all(day="2025-01-31", kind="performance")
        days = self._days()
        self.assertNotIn(("month", "2025-01-31", "Finance"), days)
        self._score_all(day="2025-02-10", kind="performance")
        self.assertEqual(self._days()["month", "2025-02-28", "Finance"], (0, 1, "done"))

    def test_each_row_leads_to_its_records(self):
        with freeze_time("2025-02-10 12:00:00"):
            days = self.env["trade.day.ahead"].with_user(self.manager)
            for row in days.with_context(allowed_company_ids=self.company.ids).search(
                [("state", "!=", "ahead")]
            ):
                action = row.action_open()
                found = self.env[action["res_model"]].search_count(action["domain"])
                self.assertEqual(found, row.missing)
                self.assertTrue(row.display_name)

    def test_ids_stay(self):
        rows = self.env["trade.day.ahead"].search([])
        self.env.invalidate_all()
        self.assertEqual(self.env["trade.day.ahead"].search([]).ids, rows.ids)
        self.assertEqual(len(set(rows.ids)), len(rows))

    def test_a_company_shows_nothing_of_another(self):
        other = self.env["res.company"].create({"name": "Other"})
        user = self._user("rating_far", "rating_group_manager", other)
        days = self.env["trade.day.ahead"].with_user(user)
        days = days.with_context(allowed_company_ids=other.ids)
        self.assertFalse(days.search([("kind", "=", "quarter")]))
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id}
        )
        near = self._user("rating_near", "rating_group_user", branch)
        days = self.env["trade.day.ahead"].with_user(near)
        self.assertTrue(
            days.with_context(allowed_company_ids=branch.ids).search(
                [("kind", "=", "quarter")]
            )
        )

    def test_who_does_not_rate_sees_none_of_it(self):
        self.assertTrue(self._days(user=self.user))
        self.assertFalse(self._days(user=self.salesman))

    def test_it_is_worded_for_the_reader(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        days = self.env["trade.day.ahead"].with_context(lang="zh_CN")
        self.assertEqual(days._kinds()["month"], "月度评分")
        self.finance_department.with_context(lang="zh_CN").name = "财务"
        self.assertIn("财务", days.search([("kind", "=", "month")]).mapped("who"))

    def test_the_statements_do_not_grow(self):
        days = self.env["trade.day.ahead"]
        days.search([])

        def cost():
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            days.search_fetch([], ["day", "kind", "who", "missing"])
            return self.env.cr.sql_log_count - before

        few = cost()
        for name in ("A", "B", "C"):
            self._dealer(name)
        self._rate("2025-03-10")
        self.assertLessEqual(cost(), few)
