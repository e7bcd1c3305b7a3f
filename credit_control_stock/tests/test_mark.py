from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import DeliveryCommon


@tagged("post_install", "-at_install")
class TestMark(DeliveryCommon):
    """A transfer that credit will not let go says so before anybody loads a truck, and
    until it does."""

    def test_reserving_refuses_nothing_and_marks(self):
        picking = self._loose(11)
        self.assertEqual(picking.state, "assigned")
        self.assertTrue(picking.credit_hold)
        self.assertEqual(picking.credit_status, "Credit hold")
        held = self._held(picking)
        self.assertRecordValues(
            held,
            [{"checkpoint": "delivery", "asked": 1100, "order_name": picking.name}],
        )
        found = self.env["stock.picking"].search([("credit_hold", "=", True)])
        self.assertEqual(found, picking)
        self.assertEqual(picking.picking_type_id.credit_count, 1)

    def test_what_goes_is_not_marked(self):
        order = self._sold(10)
        self.assertFalse(order.picking_ids.credit_hold)
        self.assertFalse(self._decisions(order.picking_ids))

    def test_it_is_marked_once(self):
        picking = self._loose(11)
        held = self._held(picking)
        picking.do_unreserve()
        picking.action_assign()
        self.assertEqual(self._held(picking), held)
        activities = picking.activity_ids
        self.assertEqual(activities.user_id & self.manager, self.manager)

    def test_when_supply_is_stopped_what_is_ready_is_marked(self):
        order = self._sold(5)
        self.file._stop_supply("manual", "Cheque bounced")
        self.assertTrue(order.picking_ids.credit_hold)
        self.file._resume_supply("manual")
        self._retake()
        self.assertFalse(order.picking_ids.credit_hold)

    def test_it_is_decided_again_when_the_file_is(self):
        picking = self._loose(11)
        self.file._grant(2000, reason="More")
        self._retake()
        self.assertFalse(picking.credit_hold)
        self.assertIn("Credit lets the transfer go", picking.message_ids[0].body)
        self._validate(self._pick(picking))

    def test_a_payment_ends_the_hold(self):
        self.file._grant(0, reason="Pays first")
        picking = self._loose(4)
        self.assertTrue(picking.credit_hold)
        self._advance(400)
        self._retake()
        self.assertFalse(picking.credit_hold)

    def test_in_the_queue_of_who_may_release(self):
        picking = self._loose(11)
        held = self._held(picking).with_user(self.manager)
        self.assertTrue(held.may_release)
        self.assertEqual(held.action_open_document()["res_id"], picking.id)
        held.action_release(reason="Good customer")
        self.assertFalse(picking.credit_hold)
        self._validate(self._pick(picking))

    def test_turned_down_it_stays(self):
        picking = self._loose(11)
        self._held(picking).with_user(self.manager).action_reject("No")
        self.assertTrue(picking.credit_rejected)
        self.assertFalse(picking.credit_hold)
        self._assert_refused(self._pick(picking))

    def test_cancelled_it_waits_for_nobody(self):
        picking = self._loose(11)
        held = self._held(picking)
        picking.action_cancel()
        self.assertEqual(held.state, "superseded")
        self.assertFalse(picking.activity_ids)

    def test_deleted_it_waits_for_nobody(self):
        picking = self._loose(11)
        held = self._held(picking)
        picking.do_unreserve()
        picking.move_ids.state = "draft"
        picking.unlink()
        self.assertEqual(held.state, "superseded")

    def test_done_it_is_marked_no_more(self):
        picking = self._loose(11)
        self._validate(self._pick(picking, 10))
        self.assertFalse(picking.credit_hold)
        rest = self.env["stock.picking"].search([("backorder_id", "=", picking.id)])
        self.assertEqual(rest.move_ids.product_uom_qty, 1)

    # === A PART === #

    def test_as_many_whole_units_as_fit(self):
        self._sold(5)  # leaves room for 500
        picking = self._loose(3)
        self._add(picking, 10, self._goods("Nails", list_price=30))
        self._add(picking, 5, self.billed_on_order)
        picking.action_confirm()
        picking.action_assign()
        self.assertTrue(picking.credit_partly)
        picking.with_user(self.clerk).sudo(False).action_credit_deliver_part()
        self.assertEqual(picking.move_ids.mapped("quantity"), [3, 6, 0])
        self._validate(picking)
        rest = self.env["stock.picking"].search([("backorder_id", "=", picking.id)])
        self.assertEqual(sorted(rest.move_ids.mapped("product_uom_qty")), [4, 5])

    def test_what_is_covered_takes_no_room(self):
        order = self._sold(9)
        picking = self._pick(order.picking_ids, 14)
        picking._credit_mark()
        self.assertTrue(picking.credit_partly)
        picking.action_credit_deliver_part()
        self.assertEqual(picking.move_ids.quantity, 10)
        self._validate(picking)

    def test_nothing_is_offered_where_supply_is_stopped(self):
        picking = self._loose(11)
        self.file._stop_supply("manual", "Cheque bounced")
        picking.invalidate_recordset()
        self.assertFalse(picking.credit_partly)
        with self.assertRaises(UserError):
            picking.with_user(self.clerk).action_credit_deliver_part()

    # === WHO READS WHAT === #

    def test_the_warehouse_reads_why_but_no_amounts(self):
        picking = self._loose(11)
        clerks = picking.with_user(self.clerk).sudo(False)
        told = " ".join(
            clerks[name] or ""
            for name in ("credit_reasons", "credit_cures", "credit_waits_for")
        )
        told += " ".join(clerks.message_ids.mapped("body"))
        told += " ".join(
            f"{each.summary} {each.note}" for each in clerks.activity_ids.sudo()
        )
        self.assertIn("used up", clerks.credit_reasons)
        self.assertIn(self.manager.name, clerks.credit_waits_for)
        self.assertNotRegex(told, r"1[,.]?[01]00")
        with self.assertRaises(AccessError):
            clerks.mapped("credit_decision_ids")
        self.assertIn(" ask ", clerks.credit_steps)
        self.assertNotIn(" release ", clerks.credit_steps)
        self.assertIn(
            "1,100.00", picking.with_user(self.officer).sudo(False).credit_reasons
        )

    def test_the_warehouse_asks_and_releases_nothing(self):
        picking = self._loose(11)
        action = picking.with_user(self.clerk).sudo(False).action_credit_ask()
        Request = self.env["credit.request"].with_user(self.clerk)
        request = Request.with_context(**action["context"]).create({"reason": "Truck"})
        request.action_ask()
        held = self._held(picking)
        self.assertEqual(held.asked_reason, "Truck")
        with self.assertRaises(AccessError):
            held.with_user(self.clerk).action_release(reason="I may")
        with self.assertRaises(AccessError):
            picking.with_user(self.clerk).sudo(False).write(
                {"credit_decision_ids": [fields.Command.clear()]}
            )
