from datetime import timedelta

from odoo import Command, fields
from odoo.tests import tagged

from .exposure_common import ExposureCommon


@tagged("post_install", "-at_install")
class TestExposureCurrency(ExposureCommon):
    """A gold coin is worth 10 in the company's currency; later 12."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.coin = cls.setup_other_currency("EUR", rates=[("2020-01-01", 0.1)])
        cls.price_list = cls.env["product.pricelist"].create(
            {"name": "Prices in coins", "currency_id": cls.coin.id}
        )

    @classmethod
    def _in_coins(cls, amount, **values):
        return cls._confirmed(amount, pricelist_id=cls.price_list.id, **values)

    def _set_rate(self, rate, day=None, **values):
        self.env["res.currency.rate"].create(
            {
                "currency_id": self.coin.id,
                "name": day or self.today,
                "rate": rate,
                "company_id": self.company.id,
                **values,
            }
        )

    def test_invoice_in_foreign_money_counts_once(self):
        self._invoice(30, currency_id=self.coin.id)
        self.assertOwes(receivable=300)

    def test_order_in_foreign_money_is_converted_once(self):
        order = self._in_coins(30)
        self.assertEqual((order.amount_total, order.currency_id), (30, self.coin))
        self.assertOwes(ordered=300)

    def test_foreign_order_of_which_a_part_is_invoiced_is_converted_once(self):
        order = self._in_coins(100, quantity=10)
        with self.stays():
            invoice = self._bill(order, quantity=4)
            self.assertOwes(ordered=600, draft=400)
        with self.stays():
            invoice.action_post()
        with self.moves(-400):
            self._pay(invoice)
        self.assertOwes(ordered=600)

    def test_foreign_payment_counts_at_its_worth(self):
        self._invoice(300)
        payment = self.env["account.payment"].create(
            {
                "partner_id": self.customer.id,
                "amount": 10,
                "currency_id": self.coin.id,
                "payment_type": "inbound",
                "partner_type": "customer",
            }
        )
        payment.action_post()
        self.assertOwes(receivable=200)

    def test_foreign_money_paid_online_counts_at_its_worth(self):
        order = self._in_coins(30)
        self._pay_online(order, 10)
        self.assertOwes(ordered=300, prepaid=-100)

    def test_orders_are_counted_at_the_rate_of_the_day_and_invoices_at_their_own(self):
        self._invoice(
            10, currency_id=self.coin.id, invoice_date=self.today - timedelta(days=1)
        )
        self._in_coins(30)
        self._set_rate(1 / 12)
        self.assertOwes(receivable=100, ordered=360)

    def test_rate_of_a_company_goes_before_one_for_all(self):
        self._set_rate(0.5, company_id=False, day=self.today)
        self._in_coins(30)
        self.assertOwes(ordered=300)

    def test_rate_for_all_counts_where_the_company_has_none(self):
        self.coin.rate_ids.unlink()
        self._set_rate(0.5, company_id=False)
        self._in_coins(30)
        self.assertOwes(ordered=60)

    def test_company_whose_own_money_has_a_rate_divides_by_it(self):
        """As where rates are given against a third currency."""
        self.env["res.currency.rate"].create(
            {"currency_id": self.currency.id, "name": self.today, "rate": 2}
        )
        self._in_coins(30)
        self.assertOwes(ordered=600)

    # === No rate === #

    def _forget_rates(self):
        self.coin.rate_ids.unlink()

    def test_order_without_a_rate_is_held_and_says_which_is_missing(self):
        self._forget_rates()
        self.company.credit_mode = "enforce"
        order = self._in_coins(30)
        self.assertHeld(order, "no_rate")
        self.assertIn("EUR", order.credit_reasons)
        self.assertIn("EUR", order.credit_cures)
        self.assertEqual(self._decision(order).verdict["cures"][0]["code"], "rate")

    def test_rate_that_is_entered_cures(self):
        self._forget_rates()
        self.company.credit_mode = "enforce"
        order = self._in_coins(30)
        self._set_rate(0.1)
        self._retake()
        self.assertEqual(self._decision(order).state, "cured")

    def test_rate_of_tomorrow_is_none_today(self):
        self._forget_rates()
        self._set_rate(0.1, day=self.today + timedelta(days=1))
        self.company.credit_mode = "enforce"
        self.assertHeld(self._in_coins(30), "no_rate")

    def test_what_is_owed_without_a_rate_holds_other_orders_too(self):
        self._in_coins(30)
        self._forget_rates()
        self.company.credit_mode = "enforce"
        order = self._order(5)
        order.action_confirm()
        self.assertHeld(order, "no_rate")
        self.assertIn("EUR", order.credit_reasons)
        self.assertEqual(self.file.missing_rates, "EUR")

    def test_draft_without_a_rate_is_never_counted_as_one_to_one(self):
        self._invoice(30, currency_id=self.coin.id, post=False)
        self._forget_rates()
        self.assertOwes()
        standing = self._standing()
        self.assertEqual(standing.missing, ("EUR",))

    def test_what_is_settled_needs_no_rate(self):
        order = self._in_coins(30)
        self._pay(self._bill(order, post=True))
        self._forget_rates()
        standing = self._standing()
        self.assertFalse(standing.missing)

    def test_group_misses_the_rates_that_its_members_miss(self):
        parent = self._file(self._customer("Holding"), 1000)
        self.file.parent_id = parent
        self._in_coins(30)
        self._forget_rates()
        standings = self.env["credit.exposure"]._standings(parent.ids)
        self.assertEqual(standings[parent.id].missing, ("EUR",))

    # === The decision === #

    def test_limit_is_compared_in_the_companys_money(self):
        self.company.credit_mode = "enforce"
        self.assertConfirmed(self._in_coins(100))
        order = self._in_coins(0.01)
        self.assertHeld(order, "limit")
        self.assertAlmostEqual(self._cures(order)["ask"]["amount"], 0.1)

    def test_tax_in_foreign_money_is_owed_too(self):
        order = self._order(30, pricelist_id=self.price_list.id)
        order.order_line.tax_ids = [Command.set(self.tax_sale_a.ids)]
        order.action_confirm()
        self.assertOwes(ordered=345)

    def test_today_is_the_day_of_the_rate(self):
        self._in_coins(30)
        tomorrow = fields.Date.add(self.today, days=1)
        self._set_rate(0.05, day=tomorrow)
        self.assertEqual(self._parts()["ordered"], 300)
        self.assertEqual(self._parts(day=tomorrow)["ordered"], 600)
