from datetime import timedelta

from odoo.tests import tagged

from ..common import CollectionCommon


@tagged("post_install", "-at_install")
class TestHoliday(CollectionCommon):
    """Nobody is contacted on a holiday; the next year's are made of this year's."""

    def _holiday(self, day, name="Founders' Day"):
        return self.env["trade.holiday"].create({"name": name, "date": day})

    def test_the_procedure_rests_on_a_holiday_and_goes_on_after_it(self):
        self._invoice(100, late=1)
        self._holiday(self.today)
        self.assertFalse(self._run())
        self.assertTrue(self._run(1))

    def test_holidays_are_repeated_a_year_later_once(self):
        days = self._holiday(self.today) + self._holiday(self.today + timedelta(1))
        days.action_repeat()
        days[0].action_repeat()
        own = [("company_id", "=", self.company.id)]
        found = self.env["trade.holiday"].search(own)
        self.assertEqual(len(found), 4)
        self.assertEqual(found[2].date.year, self.today.year + 1)
