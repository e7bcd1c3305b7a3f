from odoo.tests import tagged

from .common import SupplyCommon

KINDS = "collection_stage", "collection_legal", "collection_broken"


@tagged("post_install", "-at_install")
class TestQueries(SupplyCommon):
    """What it costs in statements, whatever the number of customers."""

    def test_each_rule_is_one_statement_for_any_number_of_orders(self):
        customers = [self._customer(f"Shop {number}") for number in range(8)]
        orders = self.env["sale.order"].union(
            *(self._order(10, customer).sudo() for customer in customers)
        )
        Checkpoint = self.env["credit.checkpoint"]
        self.env.flush_all()
        for some in orders[:2], orders:
            figures = Checkpoint._figures(some.ids)
            companies = self.env["res.company"].browse(figures[0].company)
            companies.sudo().credit_collection_months  # noqa: B018 (into the cache)
            for kind in KINDS:
                with self.subTest(kind), self.assertQueryCount(1):
                    getattr(Checkpoint, f"_facts_{kind}")(figures, self.today)

    def test_following_costs_two_statements_while_nothing_changes(self):
        for number in range(5):
            customer = self._customer(f"Shop {number}")
            self._invoice(100, late=16, customer=customer)
        self._warn()
        self._follow()
        files = self.env["credit.file"]
        self.env.invalidate_all()
        files._collection_stopped(self.company).mapped("collection_paid_on")
        self.company.mapped("credit_collection_resume")  # into the cache
        self.env.flush_all()
        with self.assertQueryCount(2):
            files._collection_follow(self.company, self.today)
