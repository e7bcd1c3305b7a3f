from odoo.tests import tagged

from ..common import CollectionCommon

SEEN = {
    "ar_collection.collection_case_view_form",
    "ar_collection.collection_item_view_list",
    "ar_collection.collection_item_view_form",
    "ar_collection.collection_item_view_kanban",
    "ar_collection.collection_item_view_search",
}


@tagged("post_install", "-at_install")
class TestNotChased(CollectionCommon):
    """What is owed and not asked for is shown as such."""

    def test_a_case_says_that_nothing_late_of_it_is_chased(self):
        self._invoice(100, late=20).no_followup = True
        self._invoice(50, late=-20)
        self._run()
        case = self.env["collection.case"].search([("partner_id", "=", self.shop.id)])
        self.assertEqual(case.item_ids.mapped("no_followup"), [True, False])
        self.assertTrue(case.is_unchased)
        self._invoice(70, late=3)
        self._run(1)
        self.env.invalidate_all()
        self.assertFalse(case.is_unchased)

    def test_items_that_are_not_chased_are_seen_wherever_items_are(self):
        for xml_id in sorted(SEEN):
            view = self.env.ref(xml_id)
            with self.subTest(xml_id):
                arch = self.env[view.model].get_view(view.id)["arch"]
                self.assertIn("no_followup", arch)
