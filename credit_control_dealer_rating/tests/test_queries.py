from unittest.mock import patch

from odoo.tests import tagged

from ..models.proposal import credit_limit_proposal_calculation as calculation
from .common import RatedCommon


@tagged("post_install", "-at_install")
class TestQueries(RatedCommon):
    """What following a rating costs does not depend on how many are rated."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._terms("AA").payment_term_id = cls.term_60
        cls._terms("CB").payment_term_id = cls.term_now

    def _dealers(self, count, present=None, sells=True):
        dealers = self.env["rating.dealer"].create(
            [
                {
                    "partner_id": self._customer(f"Shop {number}").id,
                    "company_id": self.company.id,
                    "since": "2020-01-01",
                }
                for number in range(count)
            ]
        )
        if present is not None:
            self.env["credit.file"]._open_for_dealers(dealers)._grant(present)
        if sells:
            self._sell(dealers)
        return dealers

    def _sell(self, dealers):
        drafts = self._sale(1000, dealers[0].partner_id).copy(
            {"invoice_date_due": self.quarter_to}
        )
        for dealer in dealers[1:]:
            drafts += drafts[0].copy({"partner_id": dealer.partner_id.id})
        drafts.write({"invoice_date": self.quarter_from, "date": self.quarter_from})
        drafts.action_post()

    def _cost(self, work):
        """:return: how many statements a call sends"""
        self.env.flush_all()
        self.env.invalidate_all()
        start = self.env.cr.sql_log_count
        work()
        self.env.flush_all()
        return self.env.cr.sql_log_count - start

    def _cost_of_confirming(self, grade, count, present=None, state="proposed", **how):
        dealers = self._dealers(count, present, **how)
        quarters = self.env["dealer.quarter"].union(
            *(self._quarter(grade, each) for each in dealers)
        )
        cost = self._cost(lambda: self._confirm(quarters))
        rows = self.env["credit.limit.proposal"].search(
            [("quarter_id", "in", quarters.ids)]
        )
        self.assertEqual(rows.mapped("state"), [state] * count)
        return cost

    def assertSameCost(self, cost):
        """:param cost: what some dealers cost, by their number"""
        cost(2)
        self.assertEqual(cost(2), cost(40))

    def test_confirming_without_files(self):
        self.assertSameCost(lambda count: self._cost_of_confirming("AA", count))

    def test_confirming_what_is_lower(self):
        self.assertSameCost(
            lambda count: self._cost_of_confirming("CB", count, 900, "set")
        )

    def test_confirming_more_than_odoo_inserts_at_once(self):
        def confirming(count):
            return self._cost_of_confirming("CB", count, 900, "set", sells=False)

        confirming(2)
        self.assertEqual(confirming(2), confirming(220))

    def test_each_batch_costs_the_same(self):
        with patch.object(calculation, "BATCH", 20):
            costs = [
                self._cost_of_confirming("CB", count, 900, "set", sells=False)
                for count in (2, 2, 20, 40, 60)
            ]
        _first, two, twenty, forty, sixty = costs
        self.assertEqual(two, twenty)
        self.assertGreater(forty, twenty)
        self.assertEqual(sixty - forty, forty - twenty)

    def test_confirming_what_is_higher(self):
        self.assertSameCost(lambda count: self._cost_of_confirming("AA", count, 100))

    def test_accepting(self):
        def accepting(count):
            self._cost_of_confirming("AA", count, 100)
            proposals = self.env["credit.limit.proposal"].search(
                [("state", "=", "proposed")]
            )
            self.assertEqual(len(proposals), count)
            return self._cost(proposals.with_user(self.manager).action_accept)

        self.assertSameCost(accepting)
