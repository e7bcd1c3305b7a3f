from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import DeliveryCommon


@tagged("post_install", "-at_install")
class TestRoads(DeliveryCommon):
    """No goods reach a customer above what a decision, a release or a prepayment gives,
    whatever road leads there.

    Each road brings goods that nobody decided on: it ends in a refusal, with all as it
    was before; with the room for them it ends at the customer, and what was asked is
    recorded.
    """

    def _goods_at_customers(self):
        self.env.flush_all()
        quants = (
            self.env["stock.quant"]
            .sudo()
            .search([("location_id.usage", "=", "customer")])
        )
        return sum(quants.mapped("quantity"))

    def _closed(self, walk, *words):
        """Assert that a road is closed, and that nothing of it was walked."""
        before = self._goods_at_customers()
        refused = self._refusal(walk)
        self.assertEqual(self._goods_at_customers(), before)
        for word in words:
            self.assertIn(word, refused.args[0])

    def _open(self, walk, quantity):
        """Assert that a road brings so many goods to customers."""
        before = self._goods_at_customers()
        walk()
        self.assertAlmostEqual(self._goods_at_customers() - before, quantity)

    def _full(self):
        """An order that takes the whole limit."""
        return self._sold(10)

    def _clerks(self, records):
        return records.with_user(self.clerk).sudo(False)

    # === WAYS TO VALIDATE === #

    def test_the_button_and_its_question_for_a_backorder(self):
        picking = self._pick(self._loose(20), 12)

        def walk():
            action = self._clerks(picking).button_validate()
            Wizard = self.env["stock.backorder.confirmation"].with_user(self.clerk)
            wizard = Form(Wizard.with_context(**action["context"])).save()
            wizard.process()

        self._closed(walk)
        self.file._grant(1500, reason="More")
        self._open(walk, 12)

    def test_a_backorder(self):
        order = self._full()
        self._validate(self._pick(order.picking_ids, 4))
        rest = order.picking_ids.filtered(lambda each: each.state != "done")
        self._closed(lambda: self._validate(self._pick(rest, 7)))
        self._open(lambda: self._validate(self._pick(rest, 6)), 6)

    def test_no_backorder(self):
        picking = self._pick(self._loose(20), 12)
        clerks = self._clerks(picking).with_context(
            skip_backorder=True, picking_ids_not_to_backorder=picking.ids
        )
        self._closed(clerks.button_validate)

    def test_a_transfer_in_draft_is_validated_at_once(self):
        picking = (
            self.env["stock.picking"]
            .sudo()
            .create(
                {
                    "partner_id": self.customer.id,
                    "picking_type_id": self.warehouse.out_type_id.id,
                    "location_id": self.stock.id,
                    "location_dest_id": self.customers.id,
                }
            )
        )
        self._add(picking, 11)
        self._closed(self._clerks(picking).button_validate)
        self.assertEqual(picking.state, "draft")

    def test_several_transfers_in_one_call(self):
        pickings = self._pick(self._loose(6)) | self._pick(self._loose(6))
        self._closed(lambda: self._validate(pickings))
        self._open(lambda: self._validate(pickings[0]), 6)
        self._closed(lambda: self._validate(pickings[1]))

    def test_moves_that_another_app_does(self):
        picking = self._pick(self._loose(11))
        self._closed(picking.move_ids._action_done)

    def test_a_move_without_a_transfer(self):
        move = self._add(self.env["stock.picking"], 11, **self._from_stock())
        move.partner_id = self.customer
        move._action_confirm()
        move._action_assign()
        move.picked = True
        self._closed(move._action_done)
        move.quantity = 10
        self._open(move._action_done, 10)

    def _from_stock(self):
        return {
            "location_id": self.stock.id,
            "location_dest_id": self.customers.id,
            "company_id": self.company.id,
        }

    # === MORE, AND OTHER GOODS === #

    def test_more_than_was_ordered(self):
        picking = self._full().picking_ids
        self._closed(lambda: self._validate(self._pick(picking, 11)))
        self._open(lambda: self._validate(self._pick(picking, 10)), 10)

    def test_another_line_on_the_transfer_of_an_order(self):
        picking = self._full().picking_ids
        self._add(picking, 1, self.billed_on_order)
        picking.action_assign()
        self._closed(lambda: self._validate(self._pick(picking)))

    def test_the_same_goods_once_more_on_the_transfer(self):
        picking = self._full().picking_ids
        extra = self._add(picking, 1)
        picking.action_assign()
        self._pick(picking)
        extra.quantity = 1
        self._closed(lambda: self._validate(picking))

    def test_other_goods_in_place_of_those_ordered(self):
        picking = self._full().picking_ids
        picking.do_unreserve()
        dear = self._goods("Machine", list_price=400)
        picking.move_ids.write({"product_id": dear.id})
        picking.action_assign()
        self._closed(lambda: self._validate(self._pick(picking)))

    def test_another_unit(self):
        picking = self._full().picking_ids
        dozen = self.env.ref("uom.product_uom_dozen")
        picking.do_unreserve()
        picking.move_ids.write({"product_uom": dozen.id})
        picking.action_assign()
        self._closed(lambda: self._validate(self._pick(picking)))

    def test_a_unit_that_nobody_can_convert(self):
        picking = self._full().picking_ids
        weight = self.env.ref("uom.product_uom_kgm")
        self.env.cr.execute(
            "UPDATE stock_move SET product_uom = %s WHERE id = %s",
            (weight.id, picking.move_ids.id),
        )
        self.env.invalidate_all()
        self._closed(lambda: self._validate(self._pick(picking)), "Use one unit")

    def test_a_dearer_line_of_the_order(self):
        order = self._full()
        order.order_line.sudo()._write({"price_unit": 200})
        self.env.flush_all()
        self._open(lambda: self._validate(self._pick(order.picking_ids)), 10)

    # === FROM ELSEWHERE === #

    def test_straight_from_the_supplier(self):
        picking = self._loose(11, location_id=self.suppliers.id)
        self._closed(lambda: self._validate(self._pick(picking)))
        self._open(lambda: self._validate(self._pick(picking, 10)), 10)

    def test_straight_from_production(self):
        place = self.env["stock.location"].search(
            [("usage", "=", "production"), ("company_id", "=", self.company.id)],
            limit=1,
        )
        picking = self._loose(11, location_id=place.id)
        self._closed(lambda: self._validate(self._pick(picking)))

    def test_by_way_of_a_packing_zone(self):
        self.warehouse.delivery_steps = "pick_ship"
        order = self._full()
        first = order.picking_ids
        self._validate(self._pick(first, 10))
        ship = order.picking_ids - first
        self.file._stop_supply("manual", "Cheque bounced")
        self._closed(lambda: self._validate(self._pick(ship)))

    def test_a_line_of_an_internal_transfer_that_ends_at_the_customer(self):
        picking = self._loose(
            11,
            picking_type_id=self.warehouse.int_type_id.id,
            location_dest_id=self.stock.id,
        )
        picking.move_line_ids.location_dest_id = self.customers
        self._closed(lambda: self._validate(self._pick(picking)))

    def test_a_line_that_comes_from_stock(self):
        """The move says that the goods come from the customer; its line does not."""
        picking = self._loose(11, location_id=self.customers.id)
        picking.move_line_ids.unlink()
        self.env["stock.move.line"].sudo().create(
            {
                "move_id": picking.move_ids.id,
                "picking_id": picking.id,
                "product_id": self.goods.id,
                "quantity": 11,
                "picked": True,
                **self._from_stock(),
            }
        )
        self._closed(lambda: self._validate(picking))

    def test_from_a_place_between_companies(self):
        place = self.env.ref("stock.stock_location_inter_company").sudo()
        place.active = True
        quants = self.env["stock.quant"].sudo()
        quants._update_available_quantity(self.goods, place, 11)
        picking = self._loose(11, location_id=place.id)
        self._closed(lambda: self._validate(self._pick(picking)))

    def test_the_source_of_a_done_line_is_corrected(self):
        picking = self._loose(11, location_id=self.customers.id)
        picking.move_ids.quantity = 11
        self._validate(self._pick(picking))
        self.assertEqual(picking.state, "done")
        picking.is_locked = False
        line = picking.move_line_ids
        self._closed(lambda: line.write({"location_id": self.stock.id}))

    # === WHAT A CLIENT WRITES === #

    def test_a_delivery_that_is_called_a_count(self):
        picking = self._pick(self._loose(11))
        picking.move_ids.is_inventory = True
        self._closed(lambda: self._validate(picking))

    def test_a_move_that_is_written_as_done(self):
        picking = self._pick(self._loose(11))
        moves = self._clerks(picking.move_ids)
        self._closed(lambda: moves.write({"state": "done"}))
        self.assertEqual(picking.state, "assigned")

    def test_another_product_with_the_order_line_of_a_cheap_one(self):
        pencil = self._goods("Pencil", list_price=1)
        order = self._sold(1, 1, pencil)
        self._add(order.picking_ids, 11, sale_line_id=order.order_line.id)
        order.picking_ids.action_assign()
        self._closed(lambda: self._validate(self._pick(order.picking_ids)))

    # === THERE AND BACK === #

    def test_what_came_back_goes_again_as_it_is_on_order(self):
        order = self._full()
        self._validate(self._pick(order.picking_ids))
        back = self._back(order.picking_ids)
        self.env.flush_all()
        self._validate(back)
        self.assertEqual(order.order_line.qty_delivered, 0)
        again = self._back(back)
        self._open(lambda: self._validate(again), 10)

    def test_what_came_back_and_was_credited_is_asked_for_again(self):
        order = self._full()
        self._validate(self._pick(order.picking_ids))
        invoice = order._create_invoices()
        invoice.action_post()
        back = self._back(order.picking_ids)
        self._validate(back)
        note = order._create_invoices(final=True)
        note.action_post()
        self.assertEqual(note.move_type, "out_refund")
        other = self._sold(10)  # others take the room
        again = self._back(back)
        self._closed(lambda: self._validate(again))
        self._open(lambda: self._validate(self._pick(other.picking_ids)), 10)

    def test_what_is_exchanged(self):
        order = self._full()
        self._validate(self._pick(order.picking_ids))
        back = self._back(order.picking_ids, 3, refund=False)
        self._validate(back)
        again = self._back(back, refund=False)
        self._closed(lambda: self._validate(self._pick(again, 4)))
        self._open(lambda: self._validate(self._pick(again, 3)), 3)

    def test_what_goes_again_uncounted_counts_here(self):
        order = self._full()
        self._validate(self._pick(order.picking_ids))
        back = self._back(order.picking_ids)
        self._validate(back)
        first, second = (self._back(back, 10, refund=False) for _each in range(2))
        self._open(lambda: self._validate(first), 10)
        self.env.flush_all()
        self.assertEqual(order.order_line.qty_delivered, 0)
        self._closed(lambda: self._validate(second))

    def test_what_did_not_come_back_to_us_is_not_exchanged(self):
        order = self._full()
        self._validate(self._pick(order.picking_ids))
        back = self._back(order.picking_ids, refund=False)
        back.location_dest_id = self.suppliers
        back.move_ids.location_dest_id = self.suppliers
        back.move_line_ids.location_dest_id = self.suppliers
        self._validate(self._pick(back))
        again = self._back(back, 10, refund=False)
        again.location_id = again.move_ids.location_id = self.stock
        self._closed(lambda: self._validate(self._pick(again, 10)))

    # === WHAT AN INVOICE GIVES === #

    def _billed(self, order, quantity, price, post=True):
        invoice = order._create_invoices()
        invoice.invoice_line_ids.write({"quantity": quantity, "price_unit": price})
        if post:
            invoice.action_post()
        self.env.flush_all()
        self.assertEqual(order.order_line.qty_invoiced, quantity)

    def test_an_invoice_in_draft_gives_nothing(self):
        order = self._sold(10, product=self.billed_on_order)
        self._billed(order, 200, 0, post=False)
        picking = self._pick(order.picking_ids, 200)
        self._closed(lambda: self._validate(picking))
        self._open(lambda: self._validate(self._pick(picking, 10)), 10)

    def test_an_invoice_of_nothing_gives_nothing(self):
        order = self._sold(10, product=self.billed_on_order)
        self._billed(order, 200, 0.01)
        self._closed(lambda: self._validate(self._pick(order.picking_ids, 200)))

    def test_an_invoice_of_the_order_gives_what_it_bills(self):
        order = self._sold(10, product=self.billed_on_order)
        self._billed(order, 10, 100)
        picking = order.picking_ids
        self._closed(lambda: self._validate(self._pick(picking, 11)))
        self._open(lambda: self._validate(self._pick(picking, 10)), 10)

    def test_an_invoice_with_a_discount_lets_the_order_go(self):
        order = self._sold(10, product=self.billed_on_order)
        self._billed(order, 10, 80)
        self._open(lambda: self._validate(self._pick(order.picking_ids, 10)), 10)

    def test_a_done_transfer_is_corrected(self):
        order = self._full()
        picking = self._pick(order.picking_ids)
        self._validate(picking)
        line = picking.move_line_ids
        self._closed(lambda: line.write({"quantity": 11}))
        self._closed(lambda: picking.move_ids.write({"quantity": 11}))
        self._closed(lambda: line.copy({"quantity": 1}))
        values = {"product_id": self.goods.id, "picking_id": picking.id, "quantity": 1}
        self._closed(lambda: line.create({**values, **self._from_stock()}))
        self._open(lambda: line.write({"quantity": 9}), -1)

    # === WHOSE IT IS === #

    def test_a_cancelled_order(self):
        order = self._full()
        picking = order.picking_ids
        order._action_cancel()
        self.assertEqual(picking.state, "cancel")
        other = self._full()
        late = self._loose(1)
        late.sale_id = order
        self.assertEqual(late.sale_id, order)
        self._closed(lambda: self._validate(self._pick(late)))
        self._open(lambda: self._validate(self._pick(other.picking_ids)), 10)

    def test_another_partner_on_the_transfer_owes_nothing(self):
        order = self._full()
        stranger = self._customer("Stranger")
        order.picking_ids.partner_id = stranger
        self._closed(lambda: self._validate(self._pick(order.picking_ids, 11)))
        self.file._stop_supply("manual", "Cheque bounced")
        self._closed(lambda: self._validate(self._pick(order.picking_ids, 10)))

    def test_a_transfer_is_given_another_order(self):
        order, other = self._sold(5), self._sold(5)
        self._validate(self._pick(other.picking_ids))
        picking = order.picking_ids.sudo()
        picking.sale_id = other
        self._closed(lambda: self._validate(self._pick(picking, 5)))

    def test_a_transfer_that_forgets_its_order(self):
        picking = self._full().picking_ids.sudo()
        picking.sale_id = False
        self._closed(lambda: self._validate(self._pick(picking)))

    def test_somebody_else_is_billed(self):
        payer = self._customer("Head Office")
        self._file(payer, 500)
        order = self._sold(5, partner_invoice_id=payer.id)
        self._closed(lambda: self._validate(self._pick(order.picking_ids, 6)))
        self._open(lambda: self._validate(self._pick(order.picking_ids, 5)), 5)

    def test_nobody_is_named(self):
        """Also where customers without a file are free: this may be one with a file."""
        picking = self._loose(1, customer=self.env["res.partner"])
        for mode in ("held", "free"):
            self.company.credit_without_file = mode
            pick = self._pick(picking)
            self._closed(lambda pick=pick: self._validate(pick), "Enter the customer")
        picking.partner_id = self.customer
        self._open(lambda: self._validate(self._pick(picking)), 1)

    def test_a_release_is_for_its_own_customer(self):
        other = self._customer("Poor")
        self._file(other, 100)
        poor = self._sold(1, customer=other)
        picking = self._loose(11)
        self._refusal(lambda: self._validate(self._pick(picking)))
        held = self._held(picking)
        self.assertEqual(held.partner_id, self.customer)
        held.with_user(self.manager).action_release(reason="Once")
        self._add(picking, 2, sale_line_id=poor.order_line.id)
        picking.action_assign()
        self._closed(lambda: self._validate(self._pick(picking)))

    def test_an_order_of_another_company(self):
        other = self.env["res.company"].sudo().create({"name": "Sister"})
        picking = self._full().picking_ids
        self.env.cr.execute(
            "UPDATE sale_order SET company_id = %s WHERE id = %s",
            (other.id, picking.sale_id.id),
        )
        self.env.invalidate_all()
        self._closed(lambda: self._validate(self._pick(picking)), "Sister")

    # === TIMES === #

    def test_done_twice_it_is_done_once(self):
        order = self._full()
        picking = self._pick(order.picking_ids)
        self._open(lambda: self._validate(picking), 10)
        self._open(lambda: self._validate(picking), 0)
        self._open(picking.move_ids._action_done, 0)

    def test_a_date_in_the_past(self):
        picking = self._loose(11)
        picking.scheduled_date = "2020-01-01"
        picking.move_ids.date = "2020-01-01"
        self._closed(lambda: self._validate(self._pick(picking)))

    def test_delivered_while_observing_and_then_enforced(self):
        self.company.credit_delivery_mode = "observe"
        order = self._sold(8)
        self._validate(self._pick(order.picking_ids, 12))
        self.company.credit_delivery_mode = "enforce"
        self._closed(lambda: self._validate(self._pick(self._loose(1))))
        self.assertEqual(order.order_line.qty_delivered, 12)

    def test_confirmed_while_nothing_was_checked(self):
        self.company.credit_mode = "off"
        order = self._sold(20)
        self.env.flush_all()
        self.company.credit_mode = "enforce"
        self._open(lambda: self._validate(self._pick(order.picking_ids, 20)), 20)

    def test_paid_in_advance(self):
        self.file._grant(0, reason="Pays first")
        picking = self._pick(self._loose(4))
        self._closed(lambda: self._validate(picking))
        self._advance(400)
        self._open(lambda: self._validate(picking), 4)

    def test_a_customer_becomes_part_of_another(self):
        holding = self._customer("Holding")
        order = self._full()
        self.file.active = False
        self.customer.parent_id = holding
        self._file(holding, 100)
        self.assertEqual(order.partner_invoice_id.commercial_partner_id, self.customer)
        self._open(lambda: self._validate(self._pick(order.picking_ids)), 10)

    def test_two_price_lists_and_taxes(self):
        self.goods.taxes_id = self.env["account.tax"].create(
            {"name": "VAT", "amount": 25, "company_id": self.company.id}
        )
        self.customer.property_product_pricelist = self.env["product.pricelist"].create(
            {
                "name": "Half",
                "item_ids": [
                    Command.create({"compute_price": "percentage", "percent_price": 50})
                ],
            }
        )
        picking = self._pick(self._loose(16))
        self._open(lambda: self._validate(picking), 16)
        self.assertEqual(self._decisions(picking).asked, 1000)

    def test_what_is_refused_says_what_to_do(self):
        picking = self._pick(self._loose(11))
        refused = self._refusal(lambda: self._validate(picking))
        self.assertNotIsInstance(refused, UserError)
        action = refused.args[1]
        self.assertEqual(action["context"]["default_picking_id"], picking.id)
