from datetime import date, datetime

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import TransactionCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestHoliday(TransactionCase):
    """Days on which a company rests: its own list, and its working hours."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env["res.company"].create({"name": "Holiday Mill"})
        cls.holidays = cls.env["trade.holiday"]

    def _days(self):
        self.env.flush_all()
        rows = self.env.execute_query(self.holidays._days_sql(self.company))
        return {day for (day,) in rows}

    def _off(self, since, until, **values):
        hours = self.company.resource_calendar_id
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Off",
                "calendar_id": hours.id,
                "company_id": self.company.id,
                "date_from": since,
                "date_to": until,
                **values,
            }
        )

    def test_a_company_rests_on_its_own_days_only(self):
        other = self.env["res.company"].create({"name": "Other Mill"})
        for company, day in (self.company, 1), (other, 2):
            self.holidays.create(
                {
                    "name": "Feast",
                    "company_id": company.id,
                    "date": date(2026, 10, day),
                }
            )
        self.assertEqual(self._days(), {date(2026, 10, 1)})

    def test_whole_days_off_for_everybody_count_where_the_company_is(self):
        if "resource.calendar.leaves" not in self.env:
            self.skipTest("working hours are not installed")
        hours = self.company.resource_calendar_id
        hours.tz = "Asia/Shanghai"
        # Two days in Shanghai, the first begins at 16:00 UTC on the day before
        self._off(datetime(2026, 9, 30, 16), datetime(2026, 10, 2, 15, 59, 59))
        # A day that people end at 23:59
        self._off(datetime(2026, 10, 7, 16), datetime(2026, 10, 8, 15, 59))
        whole = datetime(2026, 10, 19, 16), datetime(2026, 10, 20, 15, 59, 59)
        self._off(datetime(2026, 10, 15, 4), datetime(2026, 10, 15, 9))  # an afternoon
        person = self.env["resource.resource"].create(
            {"name": "Clerk", "calendar_id": hours.id, "company_id": self.company.id}
        )
        self._off(*whole, resource_id=person.id)
        self._off(*whole, time_type="other")  # a course is work
        self._off(*whole, calendar_id=hours.copy().id)
        self.assertEqual(
            self._days(),
            {date(2026, 10, 1), date(2026, 10, 2), date(2026, 10, 8)},
        )

    def test_who_reads_and_who_keeps_them(self):
        clerk = new_test_user(self.env, "holiday_clerk", groups="base.group_user")
        chief = new_test_user(
            self.env, "holiday_chief", groups="account.group_account_manager"
        )
        values = {"name": "Feast", "date": date(2026, 10, 1)}
        self.assertTrue(self.holidays.with_user(clerk).has_access("read"))
        with self.assertRaises(AccessError):
            self.holidays.with_user(clerk).create(values)
        self.assertTrue(self.holidays.with_user(chief).create(values))

    def test_a_branch_reads_the_holidays_of_its_head_and_writes_none(self):
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id}
        )
        user = new_test_user(
            self.env,
            "branch_user",
            "base.group_user,account.group_account_manager",
            company_id=branch.id,
            company_ids=[Command.set(branch.ids)],
        )
        values = {"name": "Founders' Day", "company_id": self.company.id}
        holiday = self.holidays.create({**values, "date": "2026-05-04"})
        own = holiday.with_user(user)
        self.assertEqual(own.name, "Founders' Day")
        self.assertEqual(own.search([("id", "=", own.id)]), own)
        for change in (
            lambda: own.write({"name": "Nobody's Day"}),
            own.unlink,
            lambda: own.create({**values, "date": "2026-05-05"}),
        ):
            with self.assertRaises(AccessError):
                change()
