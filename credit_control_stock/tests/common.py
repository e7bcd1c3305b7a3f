from odoo.exceptions import AccessError, RedirectWarning, UserError
from odoo.fields import Command

from odoo.addons.credit_control.tests.common import CreditCommon

REFUSALS = (UserError, RedirectWarning)


class DeliveryCommon(CreditCommon):
    """Corner Shop with a limit of 1,000 buys goods of 100 that lie in stock; deliveries
    are enforced too. Somebody who works in the warehouse, and nowhere else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.credit_delivery_mode = "enforce"
        cls.clerk = cls._user("clerk", "stock.group_stock_user")
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        cls.stock = cls.warehouse.lot_stock_id
        cls.customers = cls.env.ref("stock.stock_location_customers")
        cls.suppliers = cls.env.ref("stock.stock_location_suppliers")
        cls.goods = cls._goods("Boxes")
        cls.billed_on_order = cls._goods("Crates", invoice_policy="order")

    @classmethod
    def _goods(cls, name, stocked=1000, **values):
        goods = cls.env["product.product"].create(
            {
                "name": name,
                "type": "consu",
                "is_storable": True,
                "invoice_policy": "delivery",
                "list_price": 100,
                "taxes_id": [Command.clear()],
                **values,
            }
        )
        quants = cls.env["stock.quant"].sudo()
        quants._update_available_quantity(goods, cls.stock, stocked)
        return goods

    @classmethod
    def _sold(cls, quantity=10, price=100, product=None, customer=None, **values):
        """A confirmed order, reserved."""
        order = cls._order(
            quantity * price, customer, product or cls.goods, quantity, **values
        )
        order.action_confirm()
        assert order.state == "sale", order.credit_reasons
        return order

    @classmethod
    def _loose(cls, quantity=1, product=None, customer=None, **values):
        """A transfer to a customer without an order, reserved."""
        kind = values.pop("picking_type_id", cls.warehouse.out_type_id.id)
        customer = cls.customer if customer is None else customer
        picking = (
            cls.env["stock.picking"]
            .sudo()
            .create(
                {
                    "partner_id": customer.id,
                    "picking_type_id": kind,
                    "location_id": cls.stock.id,
                    "location_dest_id": cls.customers.id,
                    "company_id": cls.company.id,
                    **values,
                }
            )
        )
        cls._add(picking, quantity, product)
        picking.action_confirm()
        picking.action_assign()
        return picking

    @classmethod
    def _add(cls, picking, quantity, product=None, **values):
        product = product or cls.goods
        return (
            cls.env["stock.move"]
            .sudo()
            .create(
                {
                    "product_id": product.id,
                    "product_uom_qty": quantity,
                    "product_uom": product.uom_id.id,
                    "picking_id": picking.id,
                    "location_id": picking.location_id.id,
                    "location_dest_id": picking.location_dest_id.id,
                    "company_id": picking.company_id.id,
                    **values,
                }
            )
        )

    @classmethod
    def _pick(cls, picking, quantity=None):
        for move in picking.sudo().move_ids:
            if quantity is not None:
                move.quantity = quantity
            move.picked = True
        return picking

    def _validate(self, pickings, user=None):
        """Validate as the clerk does, every question answered: the rest is kept for a
        backorder."""
        mine = pickings.with_user(user or self.clerk).sudo(False)
        done = mine.with_context(skip_backorder=True).button_validate()
        self.env.flush_all()
        return done

    def _refusal(self, walk):
        """Walk a road that has to be closed.

        :return: the error that it ends in
        """
        try:
            with self.env.cr.savepoint():
                walk()
                self.env.flush_all()
        except REFUSALS as refused:
            self.env.invalidate_all()
            # Credit says no, and not a missing right
            self.assertNotIsInstance(refused, AccessError)
            return refused
        return self.fail("nothing was refused")

    def _assert_refused(self, pickings, *words, user=None):
        message = self._refusal(lambda: self._validate(pickings, user)).args[0]
        for word in words:
            self.assertIn(word, message)
        return message

    def _decisions(self, picking):
        """Those on a transfer, newest first: a cached one2many may be old."""
        return self.env["credit.decision"].search([("picking_id", "=", picking.id)])

    def _held(self, picking):
        return self.env["credit.decision"].search(
            [("picking_id", "=", picking.id), ("state", "=", "held")]
        )

    def _back(self, picking, quantity=None, refund=True):
        """Return what a transfer delivered."""
        wizard = (
            self.env["stock.return.picking"].sudo().create({"picking_id": picking.id})
        )
        for line in wizard.product_return_moves:
            line.quantity = quantity or line.move_id.quantity
            line.to_refund = refund
        action = wizard.action_create_returns()
        again = self.env["stock.picking"].sudo().browse(action["res_id"])
        self._pick(again)
        return again
