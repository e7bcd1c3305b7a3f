from odoo.tests import tagged

from odoo.addons.ar_collection.tests.common import CollectionCommon


@tagged("post_install", "-at_install")
class TestPriority(CollectionCommon):
    """Two customers who owe the same for as long, of different grades."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.chain = cls._customer("Chain")
        cls._invoice(100, late=8)
        cls._invoice(100, late=8, customer=cls.chain)
        cls.grades = cls.env["dealer.grade"].sudo()._by_letters()

    def _graded(self, customer, letters):
        values = {"partner_id": customer.id, "company_id": self.company.id}
        dealer = self.env["rating.dealer"].sudo().create(values)
        dealer.grade_id = self.grades[letters]

    def _cases(self, day=0):
        self._run(day)
        own = [("company_id", "=", self.company.id)]
        cases = self.env["collection.case"].search(own)
        return {case.partner_id: case for case in cases}

    def test_a_worse_grade_comes_first_and_no_grade_weighs_one(self):
        self._graded(self.chain, "CC")
        cases = self._cases()
        self.assertEqual(cases[self.shop].priority, 800)
        self.assertEqual(cases[self.chain].priority, 1200)
        self._graded(self.shop, "AA")
        cases = self._cases(1)
        self.assertEqual(cases[self.shop].priority, 900 * 0.75)
        self.assertEqual(cases[self.chain].priority, 900 * 1.5)

    def test_cases_are_found_by_grade_and_by_having_none(self):
        self._graded(self.chain, "CC")
        cases = self._cases()
        self.assertEqual(cases[self.chain].rating_grade_id, self.grades["CC"])
        self.assertFalse(cases[self.shop].rating_grade_id)
        search = self.env["collection.case"].search
        own = [("company_id", "=", self.company.id)]
        with_grade = search([*own, ("rating_grade_id", "=", self.grades["CC"].id)])
        self.assertEqual(with_grade, cases[self.chain])
        self.assertEqual(search([*own, ("rating_grade_id", "=", "CC")]), with_grade)
        without = search([*own, ("rating_grade_id", "=", False)])
        self.assertEqual(without, cases[self.shop])
