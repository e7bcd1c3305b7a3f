from contextlib import contextmanager
from unittest.mock import patch

from odoo.fields import Command
from odoo.tests import tagged

from .invoice_common import InvoiceCommon

# What are they of, what orders stand behind them, the lock, what is owed in two, the
# decision, and whether somebody waited
ALLOWED = 8


@tagged("post_install", "-at_install")
class TestInvoiceQueries(InvoiceCommon):
    """What a check costs in queries, on top of what Odoo needs to post anyway."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.file._grant(1e9, reason="large")

    @contextmanager
    def _odoo_alone(self):
        Move = self.registry["account.move"]
        with (
            patch.object(Move, "_credit_gated", lambda self, refuses: self.browse()),
            patch.object(Move, "_credit_left", lambda self, state="": None),
            patch.object(Move, "_credit_handed", lambda self: None),
        ):
            yield

    def _drafts(self, customers):
        line = {"name": "Goods", "price_unit": 10, "tax_ids": [Command.clear()]}
        return (
            self.env["account.move"]
            .with_user(self.biller)
            .create(
                [
                    {
                        "move_type": "out_invoice",
                        "partner_id": customer.id,
                        "company_id": self.company.id,
                        "invoice_date": self.today,
                        "invoice_line_ids": [Command.create(line)],
                    }
                    for customer in customers
                ]
            )
        )

    def _of_orders(self, customers):
        orders = self.env["sale.order"].concat(
            *(self._order(10, customer) for customer in customers)
        )
        orders.action_confirm()
        return orders.sudo()._create_invoices(grouped=True).with_user(self.biller)

    def _cost(self, drafts):
        self.env.flush_all()
        self.env.invalidate_all()
        self.env.cr.execute("SELECT 1")
        start = self.env.cr.sql_log_count
        drafts.action_post()
        self.env.flush_all()
        count = self.env.cr.sql_log_count - start
        self.assertEqual(set(drafts.mapped("state")), {"posted"})
        return count

    def _added(self, make):
        with self._odoo_alone():
            alone = self._cost(make())
        return self._cost(make()) - alone

    def assertAddsFew(self, make, most=ALLOWED):
        self._added(make)  # warms the caches up
        added = min(self._added(make), self._added(make))
        self.assertLessEqual(added, most)
        return added

    def _shops(self, count):
        shops = [self._customer(f"Shop {number}") for number in range(count)]
        for shop in shops:
            self._file(shop, 1e6)
        return shops

    def test_one_invoice(self):
        self.assertGreater(self.assertAddsFew(lambda: self._drafts(self.customer)), 0)

    def test_thirty_invoices_of_one_customer(self):
        customers = [self.customer] * 30
        self.assertGreater(self.assertAddsFew(lambda: self._drafts(customers)), 0)

    def test_twenty_customers(self):
        shops = self._shops(20)
        self.assertGreater(self.assertAddsFew(lambda: self._drafts(shops)), 0)

    def test_what_orders_cover_costs_less(self):
        shops = self._shops(5)
        self.assertAddsFew(lambda: self._of_orders(shops), most=5)

    def test_what_is_off_costs_nothing(self):
        self.company.credit_invoice_mode = "off"
        self.assertAddsFew(lambda: self._drafts([self.customer] * 5), most=0)
