from contextlib import contextmanager
from unittest.mock import patch

from odoo.tests import tagged

from .common import DeliveryCommon

ALLOWED = 8  # queries that a check adds to one call, whatever it validates
LOOSE = 10  # without an order: Odoo finds the price list, and the price


@tagged("post_install", "-at_install")
class TestQueries(DeliveryCommon):
    """What a check costs in queries, on top of what Odoo needs anyway.

    Two sets of transfers that are alike: one is validated as if the addon were not
    there, one with it, after a first pair that warms the caches up.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.file._grant(1e9, reason="large")

    @contextmanager
    def _count(self):
        self.env.flush_all()
        self.env.invalidate_all()
        self.env.cr.execute("SELECT 1")
        start = self.env.cr.sql_log_count
        counted = []
        yield counted
        self.env.flush_all()
        counted.append(self.env.cr.sql_log_count - start)

    @contextmanager
    def _odoo_alone(self):
        Move = self.registry["stock.move"]
        with patch.object(Move, "_credit_pass_going", lambda self, going: None):
            yield

    def _cost(self, make, count):
        pickings = self.env["stock.picking"].union(*(make() for _each in range(count)))
        self._pick(pickings)
        with self._count() as counted:
            pickings.sudo()._action_done()
        self.assertEqual(set(pickings.mapped("state")), {"done"})
        return counted[0]

    def _added(self, make, count):
        with self._odoo_alone():
            alone = self._cost(make, count)
        return self._cost(make, count) - alone

    def assertAddsFew(self, make, count, most=ALLOWED):
        self._added(make, count)  # warms the caches up
        added = min(self._added(make, count), self._added(make, count))
        self.assertLessEqual(added, most)
        return added

    def _ordered(self):
        return self._sold(1, 10).picking_ids

    def test_what_an_order_covers(self):
        self.assertGreater(self.assertAddsFew(self._ordered, 1), 0)
        self.assertAddsFew(self._ordered, 100)

    def test_goods_without_an_order(self):
        self.assertAddsFew(self._loose, 1, LOOSE)
        self.assertAddsFew(self._loose, 30, LOOSE)

    def test_what_is_off_costs_next_to_nothing(self):
        self.company.credit_delivery_mode = "off"
        self.assertAddsFew(self._ordered, 10, 1)
