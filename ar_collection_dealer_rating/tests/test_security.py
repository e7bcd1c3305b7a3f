from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from odoo.addons.ar_collection.tests.common import CollectionCommon


@tagged("post_install", "-at_install")
class TestSecurity(CollectionCommon):
    """Whoever collects reads grades; their weights are the rating managers'."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._invoice(100, late=8)
        cls._run()
        cls.case = cls.env["collection.case"].search([("partner_id", "=", cls.shop.id)])
        cls.grade = cls.env["dealer.grade"].sudo()._by_letters()["CC"]
        values = {"partner_id": cls.shop.id, "company_id": cls.company.id}
        cls.dealer = cls.env["rating.dealer"].sudo().create(values)
        cls.dealer.grade_id = cls.grade

    def test_who_collects_reads_grades_and_writes_no_weight(self):
        boss = self._user("boss", "ar_collection.collection_group_manager")
        for user in self.collector, boss:
            with self.subTest(user.login):
                case = self.case.with_user(user)
                self.assertEqual(case.rating_grade_id.name, self.grade.name)
                for values in {"collection_weight": 9}, {"name": "AA"}:
                    with self.assertRaises(AccessError):
                        self.grade.with_user(user).write(values)
                with self.assertRaises(AccessError):
                    case.rating_grade_id = False

    def test_the_grade_of_another_company_is_not_shown(self):
        other = self.env["res.company"].sudo().create({"name": "Other"})
        stranger = new_test_user(
            self.env,
            "stranger",
            groups="ar_collection.collection_group_manager",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        cases = self.env["collection.case"].with_user(stranger)
        self.assertFalse(cases.search([("rating_grade_id", "=", self.grade.id)]))
        with self.assertRaises(AccessError):
            self.case.with_user(stranger).read(["rating_grade_id"])
