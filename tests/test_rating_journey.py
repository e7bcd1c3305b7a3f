"""A dealer's grade from order to payment, where sales, invoicing and credit look."""

from datetime import timedelta

from odoo.fields import Command
from odoo.tests import freeze_time, tagged
from odoo.tools import date_utils

from odoo.addons.ar_collection.tests.common import CollectionCommon
from odoo.addons.ar_collection.tests.invoice.invoice_common import analysed
from odoo.addons.ar_collection_dealer_rating.models.collection_effect import LOWER
from odoo.addons.dealer_rating.tests.common import RatingCommon


@tagged("post_install", "-at_install")
class TestRatingJourney(RatingCommon, CollectionCommon):
    """Ordered at BB, invoiced at AC after a warning, paid late, and BA afterwards."""

    @classmethod
    def get_default_groups(cls):
        groups = super().get_default_groups()
        for name in (
            *("dealer_rating.rating_group_manager", "sales_team.group_sale_manager"),
            *("dealer_rating.rating_group_finance", "base.group_system"),
            "dealer_rating.rating_group_marketing",
        ):
            groups += cls.env.ref(name)
        return groups

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stages["warning"]._add_effect(LOWER)
        cls.dealer = cls._dealer("Corner Dealer")
        cls.partner = cls.dealer.partner_id
        cls._give({cls.dealer: "BB"})
        cls.article = cls.env["product.product"].create(
            {"name": "Crate", "invoice_policy": "order", "taxes_id": []}
        )

    def _letters(self, grade):
        return (grade.performance or "") + (grade.conduct or "")

    def _by_grade(self, model, domain, name):
        """:return: the letters by which a list or a report groups what is found"""
        self.env.flush_all()
        rows = self.env[model]._read_group(domain, [name], ["__count"])
        return [self._letters(grade) for grade, _count in rows]

    def _order(self):
        line = {"product_id": self.article.id, "product_uom_qty": 8, "price_unit": 100}
        return self.env["sale.order"].create(
            {
                "partner_id": self.partner.id,
                "company_id": self.company.id,
                "order_line": [Command.create(line)],
            }
        )

    def _warn(self):
        self._invoice(300, late=15, customer=self.partner)
        self._run()
        self._perform()

    def _bill(self, order):
        invoice = order._create_invoices()
        invoice.invoice_date = self.today - timedelta(50)
        invoice.invoice_payment_term_id = False
        invoice.invoice_date_due = self.today - timedelta(20)
        invoice.action_post()
        return invoice

    def test_what_each_document_bears_in_all_lists_and_reports(self):
        order = self._order()
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        self._warn()
        self.assertEqual(self._letters(self.dealer.grade_id), "AC")
        invoice = self._bill(order)
        self._run()
        self._paid(invoice, self.today)
        with freeze_time(date_utils.end_of(self.today, "quarter") + timedelta(10)):
            self._give({self.dealer: "BA"}, self.today)
        self.assertEqual(self._letters(self.dealer.grade_id), "BA")

        lists = [
            ("sale.order", [("id", "=", order.id)], "BB"),
            ("account.move", [("id", "=", invoice.id)], "AC"),
            ("sale.report", [("name", "=", order.name)], "BB"),
            ("account.invoice.report", [("move_id", "=", invoice.id)], "AC"),
        ]
        for model, domain, then in lists:
            self.assertEqual(self._by_grade(model, domain, "rating_grade_id"), [then])
            today = self._by_grade(model, domain, "rating_grade_now_id")
            self.assertEqual(today, ["BA"], model)
            found = self.env[model].search(
                [*domain, ("rating_grade_id", "=", self.grades[then].id)]
            )
            self.assertEqual(len(found), 1, model)
            found = self.env[model].search([*domain, ("rating_shift", "=", "better")])
            self.assertEqual(len(found), 1, model)
        own = [("id", "=", self.partner.id)]
        self.assertEqual(self._by_grade("res.partner", own, "rating_grade_id"), ["BA"])

        # Sales 800 at AC, nothing overdue any more, paid after fifty days
        grades = self.grades["AC"], self.grades["BA"]
        reported = analysed(invoice, "rating_grade_id", "rating_grade_now_id")
        self.assertEqual(reported[grades][0], 800)
        self.assertFalse(reported[grades][1])
        self.assertEqual(reported[grades][3], 50)
