from datetime import timedelta

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import date_utils

from odoo.addons.ar_collection.tests.handover.test_handover import HandoverCommon


@tagged("post_install", "-at_install")
class TestHandover(HandoverCommon):
    """What finance agreed is settled: nobody hands customers over as of before."""

    def _account(self, months_ago, state, user=None):
        """An account of a month that is over."""
        this_month = date_utils.start_of(self.today, "month")
        first = date_utils.subtract(this_month, months=months_ago)
        month = date_utils.end_of(first, "month")
        values = {
            "company_id": self.company.id,
            "user_id": (user or self.salesman).id,
            "month": month,
            "state": state,
        }
        return self.env["collection.assessment"].sudo().create(values)

    def test_a_handover_reaches_back_to_months_that_are_not_settled(self):
        this_month = date_utils.start_of(self.today, "month")

        def ago(months):
            return date_utils.subtract(this_month, months=months)

        day = timedelta(days=1)
        self.assertEqual(self._prepare(date=ago(1)).date, ago(1))
        with self.assertRaises(UserError):
            self._prepare(date=ago(1) - day)
        self._account(4, "closed")
        drafts = [self._account(months, "draft") for months in (3, 2)]
        self.assertEqual(self._prepare(date=ago(3)).date, ago(3))
        with self.assertRaises(UserError):
            self._prepare(date=ago(3) - day)
        late = self._prepare(date=ago(3))
        drafts[0].state = "agreed"
        with self.assertRaises(UserError):
            late.with_user(self.collector).action_confirm()
        self.assertEqual(late.state, "draft")
        self._account(2, "draft", self.heir)
        drafts[1].state = "agreed"
        self._prepare(date=ago(2)).with_user(self.collector).action_confirm()
