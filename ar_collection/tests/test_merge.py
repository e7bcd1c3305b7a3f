from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import CollectionCommon


@tagged("post_install", "-at_install")
class TestMerge(CollectionCommon):
    """Two customers who are late turn out to be one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.twin = cls._customer("Twin")
        cls._invoice(100, late=8)
        cls._invoice(70, late=20, customer=cls.twin)
        cls._run()
        cls._perform()
        cls._run(1)
        cls.cases = cls.env["collection.case"].search(
            [("partner_id", "in", (cls.shop + cls.twin).ids)]
        )

    def _case(self, customer):
        return self.cases.filtered(lambda case: case.partner_id == customer)

    def _merge(self, source, target):
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((source + target).ids, target)
        self.env.invalidate_all()

    def test_two_who_are_collected_from_do_not_become_one(self):
        with self.assertRaisesRegex(UserError, "a contact of the other"):
            self._merge(self.twin, self.shop)
        self._case(self.twin).sudo().state = "closed"
        with self.assertRaisesRegex(UserError, "a contact of the other"):
            self._merge(self.twin, self.shop)
        self.assertTrue(self.twin.exists())

    def test_what_the_refusal_advises_leaves_one_case(self):
        gone, kept = self._case(self.twin), self._case(self.shop)
        self.twin.write({"parent_id": self.shop.id, "is_company": False})
        self._run(2)
        self.assertEqual((kept.state, gone.state), ("open", "closed"))
        self.assertEqual(kept.overdue, 170)
        self.assertEqual(len(kept.item_ids), 2)

    def test_who_was_never_late_becomes_one_with_who_is(self):
        fresh = self._customer("Fresh")
        case = self._case(self.shop)
        self._merge(self.shop, fresh)
        self.assertEqual(case.partner_id, fresh)
        self._run(2)
        self.assertEqual(case.overdue, 100)
        self.assertEqual(case.state, "open")
