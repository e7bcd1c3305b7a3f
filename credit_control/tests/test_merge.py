from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import CreditCommon


@tagged("post_install", "-at_install")
class TestMerge(CreditCommon):
    """Two customers, each with a credit file, turn out to be one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ash, cls.elm = cls._customer("Ash"), cls._customer("Elm")
        cls.files = cls.env["credit.file"].create(
            [
                {"partner_id": customer.id, "company_id": cls.company.id}
                for customer in (cls.ash, cls.elm)
            ]
        )

    def _merge(self):
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.ash + self.elm).ids, self.elm)
        self.env.invalidate_all()

    def test_two_files_that_were_used_do_not_become_one(self):
        self.files._grant(100)
        with self.assertRaisesRegex(UserError, "Archive the file"):
            self._merge()
        self.assertEqual(self.files.partner_id, self.ash + self.elm)

    def test_a_file_that_was_used_stays(self):
        used, unused = self.files
        used._grant(100)
        self._merge()
        self.assertFalse(unused.exists())
        self.assertEqual(used.partner_id, self.elm)
        self.assertEqual(used.limit_amount, 100)

    def test_merging_lifts_no_stop_of_supply(self):
        stopped, used = self.files
        stopped._stop_supply("manual", "Cheques came back")
        used._grant(100)
        with self.assertRaisesRegex(UserError, "Archive the file"):
            self._merge()
        self.assertTrue(stopped.on_hold)

    def test_merging_keeps_the_file_that_is_stopped(self):
        stopped, unused = self.files
        stopped._stop_supply("manual", "Cheques came back")
        self._merge()
        self.assertFalse(unused.exists())
        self.assertTrue(stopped.on_hold)
        self.assertEqual(stopped.partner_id, self.elm)

    def test_of_two_that_nothing_was_decided_on_one_stays(self):
        self._merge()
        self.assertEqual(self.files.exists().partner_id, self.elm)
