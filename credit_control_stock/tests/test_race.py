from odoo.tests import tagged

from odoo.addons.credit_control.tests.decision.test_concurrency import RaceCase

from .common import REFUSALS


@tagged("post_install", "-at_install")
class TestRace(RaceCase):
    """Goods that leave at the same moment: whoever comes second sees what is left."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.addClassCleanup(cls._take_goods_away)
        with cls._env() as env:
            company = env["res.company"].browse(cls.company_id)
            cls.delivery_mode_before = company.credit_delivery_mode
            company.credit_delivery_mode = "enforce"
            goods = env["product.product"].create(
                {
                    "name": "Raced boxes",
                    "type": "consu",
                    "is_storable": True,
                    "list_price": 100,
                    "taxes_id": False,
                }
            )
            cls.goods_id = goods.id
            warehouse = env["stock.warehouse"].search(
                [("company_id", "=", cls.company_id)], limit=1
            )
            cls.kind_id = warehouse.out_type_id.id
            place = warehouse.lot_stock_id
            env["stock.quant"]._update_available_quantity(goods, place, 1000)

    @classmethod
    def _take_goods_away(cls):
        with cls._env() as env:
            company = env["res.company"].browse(cls.company_id)
            company.credit_delivery_mode = cls.delivery_mode_before
            pickings = env["stock.picking"].search([("product_id", "=", cls.goods_id)])
            ids = pickings.ids
            env.flush_all()
            env.cr.execute(
                "DELETE FROM credit_decision WHERE picking_id = ANY(%s)", [ids]
            )
            for table in "stock_move_line", "stock_move", "stock_quant":
                env.cr.execute(
                    f"DELETE FROM {table} WHERE product_id = %s", [cls.goods_id]
                )
            env.cr.execute("DELETE FROM stock_picking WHERE id = ANY(%s)", [ids])
            env.invalidate_all()
            env["product.product"].browse(cls.goods_id).product_tmpl_id.unlink()

    def _loose(self, quantity, partner_id=None):
        """:return: the id of a committed transfer without an order, picked"""
        with self._env(self.user_id) as env:
            kind = env["stock.picking.type"].browse(self.kind_id)
            picking = env["stock.picking"].create(
                {"partner_id": partner_id or self.shop, "picking_type_id": kind.id}
            )
            env["stock.move"].create(
                {
                    "product_id": self.goods_id,
                    "product_uom_qty": quantity,
                    "picking_id": picking.id,
                    "location_id": picking.location_id.id,
                    "location_dest_id": picking.location_dest_id.id,
                }
            )
            picking.action_confirm()
            picking.action_assign()
            picking.move_ids.picked = True
            return picking.id

    def _validate(self, picking_id):
        return lambda env: env["stock.picking"].browse(picking_id).button_validate()

    def _done(self, *ids):
        with self._env() as env:
            pickings = env["stock.picking"].browse(ids)
            return pickings.filtered(lambda each: each.state == "done").ids

    def test_two_transfers(self):
        pickings = [self._loose(6), self._loose(6)]
        results = self._race(*map(self._validate, pickings))
        self.assertEqual(len(self._done(*pickings)), 1)
        self.assertEqual(
            [isinstance(each, REFUSALS) for each in results].count(True), 1
        )

    def test_a_transfer_and_an_order(self):
        picking = self._loose(6, self.other_shop)
        order = self._order(600, self.other_shop)
        self._race(self._validate(picking), self._confirm(order))
        went = bool(self._done(picking)), self._states(order) == ["sale"]
        self.assertEqual(sorted(went), [False, True])
