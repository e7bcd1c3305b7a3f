from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import DeliveryCommon


@tagged("post_install", "-at_install")
class TestRights(DeliveryCommon):
    """Nobody gives goods away by what they write or send."""

    def test_a_decision_cannot_be_written(self):
        held = self._held(self._loose(11))
        for user in self.clerk, self.officer, self.manager:
            for values in {"state": "released"}, {"picking_id": False}:
                with self.assertRaises(AccessError):
                    held.with_user(user).write(values)
        with self.assertRaises(AccessError):
            held.with_user(self.manager).unlink()

    def test_the_mode_is_set_by_who_may(self):
        with self.assertRaises(AccessError):
            self.company.with_user(self.clerk).credit_delivery_mode = "off"

    def test_no_context_opens_the_gate(self):
        picking = self._pick(self._loose(11))
        for key in (
            "skip_sanity_check",
            "is_scrap",
            "cancel_backorder",
            "button_validate_picking_ids",
            "skip_backorder",
            "install_mode",
            "credit_hold",
        ):
            with self.subTest(key):
                self._assert_refused(picking.with_context(**{key: True}))

    def test_a_clerk_cannot_clear_the_mark(self):
        picking = self._loose(11)
        mine = picking.with_user(self.clerk).sudo(False)
        mine.write({"credit_hold": False, "credit_status": ""})
        self.env.invalidate_all()
        self.assertTrue(picking.credit_hold)

    def test_somebody_else_cannot_ask_for_a_transfer_they_cannot_read(self):
        picking = self._loose(11)
        stranger = self._user("stranger", "base.group_user")
        Request = self.env["credit.request"].with_user(stranger)
        with self.assertRaises(AccessError):
            Request.create({"reason": "Mine", "picking_id": picking.id}).action_ask()

    def test_who_sold_it_releases_it_not(self):
        self.manager.group_ids += self.env.ref("sales_team.group_sale_manager")
        order = self._order(1000, product=self.goods, quantity=10)
        order = order.sudo()
        order.user_id = self.manager
        order.action_confirm()
        self.file._stop_supply("manual", "Cheque bounced")
        held = self._held(order.picking_ids)
        self.assertTrue(held)
        with self.assertRaises(AccessError):
            held.with_user(self.manager).action_release(reason="Mine")

    def test_the_counter_keeps_its_goods_moving(self):
        """What is paid over the counter is in the customer's hands: see COUNTER."""
        picking = self._pick(self._loose(11))
        self.assertFalse(picking.move_ids._credit_is_counter())
