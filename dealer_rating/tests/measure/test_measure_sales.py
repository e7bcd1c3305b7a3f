from datetime import date

from odoo.fields import Command
from odoo.tests import tagged

from .measure_common import MeasureCommon

MAR_10 = date(2024, 3, 10)


@tagged("post_install", "-at_install")
class TestSales(MeasureCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dealer = cls._dealer()
        cls.goods = cls.env["product.product"].create(
            {
                "name": "Goods",
                "standard_price": 6.0,
                "uom_id": cls.env.ref("uom.product_uom_unit").id,
            }
        )

    # === TARGET === #

    def _target(self, amount, day=MAR_10):
        return self.env["rating.target"].create(
            {"dealer_id": self.dealer.id, "date": day, "amount": amount}
        )

    def test_net_invoiced_is_compared_with_the_target_of_the_month(self):
        self._target(1000)
        self._invoice(900, MAR_10)
        self._invoice(-100, MAR_10)
        self._invoice(5000, date(2024, 4, 1))
        self.assertMeasures("target", 800, 1000, items=2)

    def test_taxes_are_not_sales(self):
        self._target(1000)
        invoice = self._invoice(500, MAR_10)
        invoice.button_draft()
        invoice.invoice_line_ids.tax_ids = self.tax_sale_a
        invoice.action_post()
        self.assertGreater(invoice.amount_total, 500)
        self.assertMeasures("target", 500, 1000)

    def test_several_months_have_the_sum_of_their_targets(self):
        self._target(1000)
        self._target(500, date(2024, 2, 1))
        self._invoice(300, date(2024, 2, 1))
        self.assertMeasures("target", 300, 1500, date_from=date(2024, 2, 1))

    def test_to_buy_nothing_is_a_zero_and_to_have_no_target_is_not(self):
        self.assertNothing("target")
        self._target(0)
        self.assertNothing("target")
        self._target(1000, date(2024, 4, 1))
        april = {"date_from": date(2024, 4, 1), "date_to": date(2024, 4, 30)}
        self.assertMeasures("target", 0, 1000, items=0, **april)

    def test_a_target_keeps_the_first_day_of_its_month(self):
        target = self._target(1000)
        self.assertEqual(target.date, date(2024, 3, 1))
        target.date = date(2024, 5, 17)
        self.assertEqual(target.date, date(2024, 5, 1))

    def test_another_dealers_target_is_not_ours(self):
        dealer = self._dealer(self.other)
        self.env["rating.target"].create(
            {"dealer_id": dealer.id, "date": MAR_10, "amount": 10}
        )
        self._invoice(100, MAR_10)
        self.assertEqual(set(self._measured("target")), {self.other})

    # === GROWTH === #

    def test_growth_compares_with_the_same_months_of_the_year_before(self):
        self._invoice(200, date(2023, 3, 31))
        self._invoice(7777, date(2023, 4, 1))
        self._invoice(300, MAR_10)
        self._invoice(-50, MAR_10)
        self.assertMeasures("growth", 250, 200, items=3, value=0.25)

    def test_who_stopped_buying_shrank_by_all(self):
        self._invoice(200, date(2023, 3, 31))
        self.assertMeasures("growth", 0, 200, value=-1)

    def test_who_bought_nothing_then_cannot_be_compared(self):
        self._invoice(200, MAR_10)
        self.assertNothing("growth")
        self._invoice(-10, date(2023, 3, 1))
        self.assertNothing("growth")

    def test_a_whole_february_is_compared_with_a_whole_february(self):
        self._invoice(100, date(2024, 2, 29))
        february = {"date_from": date(2025, 2, 1), "date_to": date(2025, 2, 28)}
        self.assertMeasures("growth", 0, 100, value=-1, **february)
        self._invoice(40, date(2023, 2, 28))
        leap = {"date_from": date(2024, 2, 1), "date_to": date(2024, 2, 29)}
        self.assertMeasures("growth", 100, 40, value=1.5, **leap)

    # === MARGIN === #

    def _sell(self, quantity, price, product=None, unit=None, refund=False):
        product = product or self.goods
        line = {
            "product_id": product.id,
            "quantity": quantity,
            "price_unit": price,
            "product_uom_id": (unit or product.uom_id).id,
        }
        return self._invoice(-1 if refund else 1, MAR_10, line=line)

    def test_margin_is_what_the_cost_leaves_of_net_sales(self):
        self._sell(10, 10)
        self.assertMeasures("margin", 40, 100, items=1)

    def test_what_came_back_counts_off(self):
        self._sell(10, 10)
        self._sell(5, 10, refund=True)
        self.assertMeasures("margin", 20, 50, items=2)

    def test_a_dozen_costs_twelve_times_as_much(self):
        self._sell(1, 100, unit=self.env.ref("uom.product_uom_dozen"))
        self.assertMeasures("margin", 28, 100)

    def test_a_discount_lowers_the_margin(self):
        discount = self.env["product.product"].create({"name": "Discount"})
        lines = [
            Command.create({**values, "tax_ids": [Command.clear()]})
            for values in (
                {"product_id": self.goods.id, "quantity": 10, "price_unit": 10},
                {"product_id": discount.id, "quantity": 1, "price_unit": -20},
            )
        ]
        self._invoice(80, MAR_10, invoice_line_ids=lines)
        self.assertMeasures("margin", 20, 80, items=2)

    def test_goods_given_away_cost_all_the_same(self):
        self._sell(10, 10)
        self._sell(1, 0)
        self.assertMeasures("margin", 34, 100)

    def test_goods_without_a_cost_have_no_margin(self):
        self.goods.standard_price = 0
        self._sell(10, 10)
        self.assertNothing("margin")

    def test_the_cost_of_another_company_is_not_ours(self):
        other = self.setup_other_company()["company"]
        self.goods.with_company(other).standard_price = 1.0
        self._sell(10, 10)
        self.assertMeasures("margin", 40, 100)

    # === USE OF THE LIMIT === #

    def test_use_is_what_was_owed_on_an_average_day(self):
        self._limit(1000)
        self._invoice(310, date(2024, 2, 1))
        self._invoice(310, date(2024, 3, 31))
        self.assertMeasures("limit_use", 310 + 10, 1000, items=2)

    def test_money_that_came_makes_room_from_its_day_on(self):
        self._limit(1000)
        invoice = self._invoice(310, date(2024, 2, 1))
        self._pay(invoice, 310, date(2024, 3, 22))
        self.assertMeasures("limit_use", 210, 1000)

    def test_who_owes_nothing_uses_nothing(self):
        self._limit(1000)
        self.assertMeasures("limit_use", 0, 1000, items=0)
        self._entry(-500, MAR_10)
        self.assertMeasures("limit_use", 0, 1000)

    def test_without_a_limit_there_is_none_to_use(self):
        self._invoice(310, MAR_10)
        self.assertNothing("limit_use")

    def test_the_limit_of_another_company_is_not_ours(self):
        other = self.setup_other_company()["company"]
        self.shop.with_company(other).credit_limit = 1000
        self.assertNothing("limit_use")

    def test_the_default_limit_holds_for_who_has_no_other(self):
        self.env["ir.default"].set(
            "res.partner", "credit_limit", 500, company_id=self.company.id
        )
        self._limit(1000, self.other)
        found = self._measured("limit_use")
        self.assertEqual(found[self.shop]["whole"], 500)
        self.assertEqual(found[self.other]["whole"], 1000)
