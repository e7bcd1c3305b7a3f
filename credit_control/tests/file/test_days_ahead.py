from datetime import timedelta

from odoo.tests import tagged

from ..common import CreditCommon


@tagged("post_install", "-at_install")
class TestDaysAhead(CreditCommon):
    """Days on which files are reviewed, and limits end."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.day = cls.today + timedelta(10)
        cls.second = cls._file(cls._customer("Second Shop"), 500)
        (cls.file + cls.second).review_date = cls.day
        for file in cls.file + cls.second:
            file._grant(2000, "temporary", cls.today, cls.day, reason="season")

    def _days(self, user):
        days = self.env["trade.day.ahead"].with_user(user)
        return days.search([("kind", "in", ("review", "limit"))])

    def _leads(self, row):
        action = row.action_open()
        return self.env[action["res_model"]].search(action["domain"])

    def test_they_are_counted_by_day_and_lead_to_what_they_count(self):
        review, limit = self._days(self.officer).sorted("kind", reverse=True)
        for row, kind in (review, "review"), (limit, "limit"):
            self.assertEqual((row.kind, row.day, row.missing), (kind, self.day, 2))
        self.assertEqual(self._leads(review), self.file + self.second)
        self.assertEqual(len(self._leads(limit)), 2)

    def test_what_was_ended_before_or_is_archived_is_left_out(self):
        limits = self.file.limit_ids.filtered(lambda each: each.kind == "temporary")
        limits.with_user(self.manager).action_end()
        self.second.active = False
        review, limit = self._days(self.officer).sorted("kind", reverse=True)
        self.assertEqual(self._leads(review), self.file)
        self.assertEqual(self._leads(limit).file_id, self.second)

    def test_what_is_overdue_stays(self):
        self.file.review_date = self.today - timedelta(40)
        over = self._days(self.officer).filtered(lambda row: row.state == "over")
        self.assertEqual(self._leads(over), self.file)
        self.file.review_date = self.today + timedelta(101)
        self.assertFalse(
            self._days(self.officer).filtered(
                lambda row: row.day > self.today + timedelta(100)
            )
        )

    def test_who_does_not_work_on_credit_sees_none(self):
        self.assertFalse(self._days(self.salesman))
