from unittest.mock import patch

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.service.model import call_kw
from odoo.tests import tagged

from .exposure_common import ExposureCommon


@tagged("post_install", "-at_install")
class TestBilled(ExposureCommon):
    """No more comes onto invoices than was decided on, whatever a salesperson sends."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.credit_mode = "enforce"

    def setUp(self):
        super().setUp()
        seller = self.env(user=self.salesman.id)
        self.enterContext(patch.object(self.env.transaction, "default_env", seller))

    def _send(self, records, name, *args):
        records = records.with_user(self.salesman).sudo(False)
        done = call_kw(records.browse(), name, [records.ids, *args], {})
        self.env.flush_all()
        return done

    def _wizard(self, order, method="delivered", **values):
        """Bill as the salesperson does: by Odoo's wizard."""
        wizards = self.env["sale.advance.payment.inv"].with_user(self.salesman)
        values |= {"advance_payment_method": method}
        values |= {"sale_order_ids": [Command.set(order.ids)]}
        wizard = wizards.browse(call_kw(wizards, "create", [values], {}))
        self._send(wizard, "create_invoices")

    def _seller_order(self, amount, **values):
        order = self._order(amount, **values)
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        return order

    def assertRefused(self, error, change, *args, **values):
        with self.assertRaises(error) as refusal:
            change(*args, **values)
        self.env.invalidate_all()
        return str(refusal.exception)

    def assertBilled(self, order, amount):
        self.env.invalidate_all()
        self.assertEqual(sum(order.sudo().invoice_ids.mapped("amount_total")), amount)

    # === WHAT ODOO COUNTS === #

    def test_nobody_writes_what_odoo_bills_by(self):
        order = self._seller_order(900)
        for vals in (
            {"qty_to_invoice": 900},
            {"untaxed_amount_to_invoice": 9000},
            {"untaxed_amount_invoiced": 1},
            {"qty_delivered_method": "analytic"},
            {"is_expense": True},
            {"is_downpayment": True},
        ):
            with self.subTest(vals=vals):
                self.assertRefused(
                    AccessError, self._send, order.order_line, "write", vals
                )
        self._wizard(order)
        self.assertBilled(order, 900)

    def test_whoever_wrote_it_it_is_decided_on(self):
        order = self._seller_order(900)
        order.order_line.sudo().qty_to_invoice = 900
        self.env.flush_all()
        words = self.assertRefused(ValidationError, self._wizard, order)
        self.assertIn("Ask for Release", words)
        self.assertBilled(order, 0)

    def test_what_a_transfer_counts_is_not_entered(self):
        order = self._seller_order(100, product=self.product_delivered)
        order.order_line.sudo().qty_delivered_method = "analytic"
        self.env.flush_all()
        more = {"qty_delivered": 90}
        self.assertRefused(AccessError, self._send, order.order_line, "write", more)
        line = {
            "product_id": self.product_delivered.id,
            "product_uom_qty": 0,
            "price_unit": 100,
            "is_expense": True,
            **more,
        }
        lines = {"order_line": [Command.create(line)]}
        self.assertRefused(UserError, self._send, order, "write", lines)

    # === LINKED === #

    def test_what_is_billed_is_not_unlinked_to_be_billed_again(self):
        order = self._seller_order(900)
        self._wizard(order)
        order.sudo().invoice_ids.action_post()
        item = order.sudo().order_line.invoice_lines
        for command in Command.clear(), Command.unlink(item.id), Command.set([]):
            vals = {"invoice_lines": [command]}
            words = self.assertRefused(
                AccessError, self._send, order.order_line, "write", vals
            )
            self.assertIn("accountants", words)
        buyer = self._user("buyer", "base.group_user")
        rights = {"name": "items", "group_id": self.env.ref("base.group_user").id}
        model = self.env["ir.model"]._get_id("account.move.line")
        rights |= {"model_id": model, "perm_write": True, "perm_read": True}
        self.env["ir.model.access"].create(rights)
        with self.assertRaisesRegex(AccessError, "accountants"):
            item.with_user(buyer).write({"sale_line_ids": [Command.clear()]})
        accountant = self._user(
            "accountant", "account.group_account_invoice,sales_team.group_sale_manager"
        )
        order.order_line.with_user(accountant).write(
            {"invoice_lines": [Command.clear()]}
        )

    # === BILLED BY DELIVERY === #

    def test_what_is_not_billed_as_ordered_is_counted_by_delivery(self):
        product = self._service("Of no policy", "order")
        product.invoice_policy = False
        order = self._seller_order(100, product=product)
        more, line = {"qty_delivered": 90}, order.order_line
        self.assertRefused(ValidationError, self._send, line, "write", more)
        self.assertOwes(ordered=100)

    def test_another_product_or_price_of_what_was_delivered(self):
        """The total stays, what is billed does not."""
        order = self._seller_order(500)
        free = {"product_uom_qty": 0, "price_unit": 100, "qty_delivered": 90}
        line = Command.create({"product_id": self.product.id, **free})
        self._send(order, "write", {"order_line": [line]})
        line = order.order_line[1]
        vals = {"product_id": self.product_delivered.id}
        self.assertRefused(UserError, self._send, line, "write", vals)
        free |= {"price_unit": 0.01}
        line = Command.create({"product_id": self.product_delivered.id, **free})
        self._send(order, "write", {"order_line": [line]})
        vals = {"price_unit": 100}
        line = order.order_line[2]
        self.assertRefused(ValidationError, self._send, line, "write", vals)

    def test_no_goods_hide_as_a_down_payment(self):
        order = self._seller_order(500)
        line = {
            "product_id": self.product_delivered.id,
            "product_uom_qty": 0,
            "price_unit": 100,
            "is_downpayment": True,
        }
        self._send(order, "write", {"order_line": [Command.create(line)]})
        line = order.order_line[1]
        more = {"qty_delivered": 90}
        self.assertRefused(ValidationError, self._send, line, "write", more)
        shown = {"is_downpayment": False}
        self.assertRefused(AccessError, self._send, line, "write", shown)
        self._wizard(order)
        self.assertBilled(order, 500)

    # === DOWN PAYMENTS === #

    def test_down_payment_beyond_the_order_is_refused_as_a_raise(self):
        order = self._seller_order(500)
        for size in (
            {"method": "fixed", "fixed_amount": 9000},
            {"method": "percentage", "amount": 900},
        ):
            words = self.assertRefused(ValidationError, self._wizard, order, **size)
            self.assertIn("Ask for Release", words)
        self.assertOwes(ordered=500)
        self._wizard(order, "fixed", fixed_amount=300)
        self.assertOwes(ordered=200, draft=300)
        self.assertEqual(self._decision(order).covered_amount, 500)
        self._wizard(order)
        self.assertBilled(order, 500)
        self.assertEqual(self._decision(order).checkpoint, "confirmation")

    def test_down_payment_beyond_the_order_takes_the_room_there_is(self):
        order = self._seller_order(500)
        self._wizard(order, "fixed", fixed_amount=800)
        self.assertEqual(self._decision(order).covered_amount, 800)
        self.assertOwes(draft=800)
        other = self._order(300)
        other.action_confirm()
        self.assertHeld(other, "limit")

    def test_down_payment_on_a_quotation_needs_the_room(self):
        order = self._order(500)
        self.assertRefused(
            ValidationError, self._wizard, order, "fixed", fixed_amount=9000
        )
        self.assertOwes()
        self._wizard(order, "fixed", fixed_amount=300)
        self.assertOwes(draft=300)
        self.assertFalse(self._decision(order))
        free = self._order(500, customer=self._customer("Free Shop"))
        self._wizard(free, "fixed", fixed_amount=9000)
        self.assertBilled(free, 9000)

    # === DELIVERED === #

    def _credited(self):
        order = self._seller_order(900, product=self.product_delivered)
        self._send(order.order_line, "write", {"qty_delivered": 1})
        self._wizard(order)
        invoice = order.sudo().invoice_ids.with_user(self.env.user)
        invoice.action_post()
        self._credit(invoice)
        self._seller_order(900)
        return order

    def test_what_was_entered_as_delivered_is_no_duty(self):
        order = self._credited()
        self.assertRefused(ValidationError, self._wizard, order)
        self.assertOwes(ordered=900)

    def test_what_a_transfer_delivered_is_billed_and_asked_for_once(self):
        order = self._seller_order(100, product=self.product_delivered)
        line = order.order_line.sudo()
        line.qty_delivered_method = "analytic"
        line.qty_delivered = 90
        self.env.flush_all()
        asked = self._decision(order)
        self.assertEqual((asked.state, asked.order_amount), ("held", 9000))
        self._wizard(order)
        self.assertBilled(order, 9000)
        self.assertEqual(self._decision(order), asked)
