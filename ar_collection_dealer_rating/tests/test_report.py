from datetime import timedelta

from odoo.tests import tagged

from odoo.addons.ar_collection.tests.common import CollectionCommon
from odoo.addons.ar_collection.tests.invoice.invoice_common import analysed


@tagged("post_install", "-at_install")
class TestReport(CollectionCommon):
    """Odoo's analysis of invoices by the grades of the customers: sales, what is
    overdue, and how long they take to pay."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids += cls.env.ref("dealer_rating.rating_group_user")
        cls.grades = cls.env["dealer.grade"].sudo()._by_letters()
        cls.chain = cls._customer("Chain")
        for customer, letters in ((cls.shop, "BB"), (cls.chain, "AC")):
            cls.env["rating.dealer"].sudo().create(
                {"partner_id": customer.id, "company_id": cls.company.id}
            ).grade_id = cls.grades[letters]

    def test_overdue_and_days_to_pay_by_grade(self):
        sold = self.today - timedelta(60)
        paid = self._sold(600, sold, sold + timedelta(30))
        self._paid(paid, sold + timedelta(20))
        late = self._sold(400, sold, sold + timedelta(50))
        other = self._sold(1000, sold, sold + timedelta(30), customer=self.chain)
        self._paid(other, sold + timedelta(40), 250)
        found = analysed(paid | late | other, "rating_grade_id")
        self.assertEqual(
            found,
            {
                (self.grades["BB"],): (1000, 400, 10, 20),
                (self.grades["AC"],): (1000, 750, 30, 40),
            },
        )

    def test_a_grade_that_changed_leaves_the_invoice_with_that_of_its_day(self):
        invoice = self._invoice(500, late=20)
        self.env["rating.dealer"].search(
            [("partner_id", "=", self.shop.id)]
        ).sudo().grade_id = self.grades["AC"]
        self._run()
        found = analysed(
            invoice, "rating_grade_id", "rating_grade_now_id", "collection_stage_id"
        )
        group = (self.grades["BB"], self.grades["AC"], self.stages["warning"])
        self.assertEqual(found, {group: (500, 500, 20, False)})

    def test_invoices_by_grade_and_stage_are_what_the_list_says(self):
        moves = self._invoice(500, late=20) | self._invoice(300, late=2)
        moves |= self._invoice(200, late=20, customer=self.chain)
        self._run()
        self.env.flush_all()
        rows = self.env["account.move"]._read_group(
            [("id", "in", moves.ids)],
            ["rating_grade_id", "collection_stage_id"],
            ["collection_overdue:sum"],
        )
        listed = {(grade, stage): overdue for grade, stage, overdue in rows}
        reported = analysed(moves, "rating_grade_id", "collection_stage_id")
        self.assertEqual(listed, {group: row[1] for group, row in reported.items()})
        self.assertEqual(len(listed), 3)
