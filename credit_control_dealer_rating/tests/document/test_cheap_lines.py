from odoo.fields import Command
from odoo.tests import tagged

from .test_order_terms import TermsCommon


@tagged("post_install", "-at_install")
class TestCheapLines(TermsCommon):
    """No line is cheaper than the grade's prices and not said to be, however it came
    into its order. The grade's price of the goods is 90."""

    def _cheap(self, **values):
        line = {"product_id": self.product.id, "price_unit": 1}
        return Command.create(line | values)

    def _below(self, record):
        return self._seen(record, self.manager).credit_below_list

    def test_a_line_that_is_added_to_a_confirmed_order(self):
        order = self._plain()
        order.action_confirm()
        # Not what the grade gives today
        self._terms("BB").pricelist_id = self.list_aa
        order.write({"order_line": [self._cheap()]})
        self.assertAlmostEqual(self._below(order), 89)
        invoice = order.sudo()._create_invoices()
        self.assertAlmostEqual(self._below(invoice), 89)
        with self.subTest("computed once"):
            order.order_line[1].product_uom_qty = 2
            self._terms("BB").pricelist_id = False
            self.assertAlmostEqual(self._below(order), 178)

    def test_a_line_of_an_order_that_is_created_confirmed(self):
        order = self._plain(state="sale", order_line=[self._cheap()])
        self.assertEqual(order.state, "sale")
        self.assertAlmostEqual(self._below(order), 89)

    def test_a_line_that_comes_with_the_confirmation(self):
        order = self._plain()
        order.write({"order_line": [self._cheap()], "state": "sale"})
        self.assertAlmostEqual(self._below(order), 89)

    def test_a_line_that_is_said_to_be_something_else(self):
        for flag in "is_expense", "is_downpayment":
            with self.subTest(flag):
                order = self._plain(order_line=[self._cheap(**{flag: True})])
                self.assertAlmostEqual(self._below(order), 89)

    def test_a_line_that_gets_another_product_after_the_confirmation(self):
        trifle = self._service("Trifle", "order")
        trifle.list_price = 1
        order = self._plain(order_line=[self._cheap(product_id=trifle.id)])
        order.action_confirm()
        self.env.flush_all()
        order.order_line.write({"product_id": self.product.id, "price_unit": 1})
        self.assertAlmostEqual(self._below(order), 89)

    def test_a_bill_that_is_passed_on_has_the_price_of_its_policy(self):
        order = self._plain(order_line=[self._cheap(is_expense=True)])
        order.action_confirm()
        bill = self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": self.oak.id,
                "company_id": self.company.id,
                "invoice_line_ids": [self._cheap()],
            }
        )
        plan = self.env["account.analytic.plan"].create({"name": "Plan"})
        account = {"name": "Spent", "plan_id": plan.id, "company_id": self.company.id}
        self.env["account.analytic.line"].create(
            {
                "name": "Spent",
                "account_id": self.env["account.analytic.account"].create(account).id,
                "company_id": self.company.id,
                "so_line": order.order_line.id,
                "move_line_id": bill.invoice_line_ids.id,
                "unit_amount": 1,
            }
        )
        self.assertFalse(self._below(order))
        invoice = order.sudo()._create_invoices()
        self.assertFalse(self._below(invoice))

    def test_a_line_of_the_past_is_compared_with_what_was_kept(self):
        order = self._plain()
        order.action_confirm()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE sale_order_line SET credit_list_price = NULL WHERE order_id = %s",
            [order.id],
        )
        self.assertFalse(self._below(order))
