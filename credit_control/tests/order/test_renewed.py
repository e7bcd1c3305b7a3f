from odoo.fields import Command
from odoo.tests import tagged

from ..common import CreditCommon


@tagged("post_install", "-at_install")
class TestRenewed(CreditCommon):
    """What somebody wrote while nothing was enforced counts no longer once it is."""

    def _forged(self, amount=900, state="sale", customer=None):
        """:return: an order that says that it is small and billed"""
        order = self._order(amount, customer=customer)
        if state == "sale":
            order.action_confirm()
        order.order_line.write({"price_total": 1, "price_subtotal": 1})
        self.env.flush_all()
        order.write({"amount_total": 1, "invoice_status": "invoiced"})
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual((order.amount_total, order.invoice_status), (1, "invoiced"))
        return order

    def assertHonest(self, order, amount=900):
        self.env.invalidate_all()
        self.assertEqual(order.amount_total, amount)
        self.assertEqual(order.order_line.price_total, amount)
        self.assertNotEqual(order.invoice_status, "invoiced")

    def test_figures_are_computed_again_when_the_company_enforces(self):
        for mode in "observe", "off":
            with self.subTest(before=mode), self.cr.savepoint() as undone:
                self.company.credit_mode = mode
                order, draft = self._forged(), self._forged(700, "draft")
                self.company.credit_mode = "enforce"
                self.assertHonest(order)
                self.assertEqual(draft.amount_total, 700)
                self.assertEqual(self._decision(order).covered_amount, 900)
                other = self._order(900)
                other.action_confirm()
                self.assertHeld(other, "limit")
                undone.rollback()

    def test_figures_are_computed_again_once_others_need_a_file_too(self):
        order = self._forged(customer=self._customer("No File"))
        self.company.credit_without_file = "held"
        self.assertHonest(order)

    def test_figures_are_computed_again_when_the_customer_gets_a_file(self):
        free = self._customer("No File")
        order = self._forged(customer=free)
        file = self._file(free, 1000)
        self.assertHonest(order)
        file.active = False
        order.write({"amount_total": 1})
        self.env.flush_all()
        file.active = True
        self.assertHonest(order)

    def test_what_is_billed_in_fact_is_left_alone(self):
        self.company.credit_mode = "observe"
        billed = self._order(500, quantity=5)
        billed.action_confirm()
        billed.sudo()._create_invoices().action_post()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE sale_order SET amount_total = 499 WHERE id = %s", [billed.id]
        )
        self.env.invalidate_all()
        self.company.credit_mode = "enforce"
        self.assertEqual(billed.amount_total, 499, "it was not looked at")

    def test_links_to_invoices_of_others_are_looked_at_by_a_person(self):
        self.company.credit_mode = "observe"
        small = self._order(10, customer=self._customer("Small"))
        small.action_confirm()
        invoice = small.sudo()._create_invoices()
        invoice.action_post()
        order, honest = self._order(900), self._order(50)
        (order | honest).action_confirm()
        honest.sudo()._create_invoices().action_post()
        order.order_line.write(
            {"invoice_lines": [Command.link(invoice.invoice_line_ids.id)]}
        )
        self.company.credit_mode = "enforce"
        told = self.env["mail.activity"].search(
            [("res_model", "=", "sale.order"), ("summary", "ilike", "linked it")]
        )
        self.assertEqual(told.mapped("res_id"), order.ids)
        self.assertEqual(told.user_id, self.env.user)

    def test_statements_do_not_grow_with_the_orders(self):
        counts = []
        for many in 4, 40:
            self.company.credit_mode = "observe"
            for _each in range(many):
                self._order(1).action_confirm()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.company.credit_mode = "enforce"
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 10, counts)
