from datetime import date

from odoo.tests import freeze_time, tagged

from .measure_common import MeasureCommon

FEB_1 = date(2024, 2, 1)
MAR_10 = date(2024, 3, 10)
MAR_20 = date(2024, 3, 20)
ALL = (
    "target",
    "growth",
    "on_time",
    "collection",
    "overdue",
    "days_late",
    "limit_use",
    "margin",
    "stock",
)


@tagged("post_install", "-at_install")
class TestMeasure(MeasureCommon):
    """What holds for all measures: whose books, as of when, how many statements."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.goods = cls.env["product.product"].create(
            {"name": "Goods", "standard_price": 6.0}
        )

    def _trade(self, partner=None, scale=1, **values):
        """Something for every measure, part of it late, part of it open."""
        line = {"product_id": self.goods.id}
        self._invoice(
            100 * scale, date(2023, 3, 10), partner=partner, line=line, **values
        )
        late = self._invoice(
            200 * scale, FEB_1, MAR_10, partner=partner, line=line, **values
        )
        if not values:  # payments are booked in the root company
            self._pay(late, 150 * scale, MAR_20)
        self._invoice(
            80 * scale, MAR_10, date(2024, 4, 9), partner=partner, line=line, **values
        )

    def _rated(self, partner=None):
        partner = partner or self.shop
        partner.with_company(self.company).credit_limit = 1000
        dealer = self._dealer(partner)
        self._report(50, MAR_20, partner)
        for month in range(1, 6):
            self.env["rating.target"].create(
                {"dealer_id": dealer.id, "date": date(2024, month, 1), "amount": 500}
            )
        return dealer

    def _all(self, **window):
        return {code: self._measured(code, **window).get(self.shop) for code in ALL}

    def test_there_is_something_to_measure_for_each(self):
        self._rated()
        self._trade()
        known = [code for code, _label in self.env["rating.measure"]._measures()]
        self.assertEqual(known[: len(ALL)], list(ALL), "other addons add theirs")
        self.assertNotIn(None, self._all().values())

    def test_an_old_month_measures_today_what_it_measured_then(self):
        self._rated()
        self._trade()
        then = self._all()
        later = date(2024, 4, 2)
        for line in self.env["account.move.line"].search(
            [
                ("partner_id", "=", self.shop.id),
                ("account_type", "=", "asset_receivable"),
                ("reconciled", "=", False),
            ]
        ):
            self._pay(line.move_id, line.amount_residual, later)
        self._invoice(-60, later)
        self._entry(-999, later)
        self._trade_later(later)
        self.assertEqual(self._all(), then)
        april = {"date_from": date(2024, 4, 1), "date_to": date(2024, 4, 30)}
        self.assertNotEqual(self._all(**april), then)

    def _trade_later(self, day):
        self._invoice(5000, day, line={"product_id": self.goods.id})
        self._invoice(300, day, MAR_10)

    def test_only_posted_entries_count(self):
        self._rated()
        self._trade()
        before = self._all()
        self._invoice(700, MAR_10).button_draft()
        self._invoice(700, MAR_10, line={"product_id": self.goods.id}).button_cancel()
        self.assertEqual(self._all(), before)

    def test_contacts_count_for_their_company_archived_ones_too(self):
        self._rated()
        contact = self.env["res.partner"].create(
            {"name": "Buyer", "parent_id": self.shop.id}
        )
        self._trade(partner=contact)
        of_contact = self._all()
        contact.active = False
        self.assertEqual(self._all(), of_contact)
        self.assertNotIn(None, of_contact.values())
        for code in ALL:
            self.assertNotIn(contact, self._measured(code))

    def test_branches_count_with_their_root_whichever_is_asked(self):
        self._rated()
        branch = self._branch()
        self._trade(company=branch)
        of_root = self._all()
        self.assertNotIn(None, of_root.values())
        self.assertEqual(self._all(company=branch), of_root)

    def test_another_companys_books_do_not_count(self):
        self._rated()
        self._trade()
        before = self._all()
        other = self.setup_other_company()["company"]
        self._trade(company=other, scale=7)
        self.assertEqual(self._all(), before)

    def test_another_customers_money_pays_nothing_of_ours(self):
        self._trade()
        before = self._all()
        self._entry(-999, MAR_10, partner=self.other)
        self.assertEqual(self._all(), before)

    def test_foreign_money_counts_in_company_currency(self):
        euro = self.setup_other_currency(
            "EUR", rates=[("2023-01-01", 2.0), ("2024-03-15", 4.0)]
        )
        line = {"product_id": self.goods.id}
        invoice = self._invoice(200, FEB_1, MAR_20, currency_id=euro.id, line=line)
        self.assertMeasures("overdue", 100, 100)
        payment = self._payment(200, MAR_20, currency_id=euro.id)
        self._match(invoice, payment.move_id)
        self.assertIn(invoice.payment_state, ("paid", "in_payment"))
        exchange = invoice.line_ids.matched_credit_ids.exchange_move_id
        self.assertGreater(exchange.date, MAR_20, "it would be no test otherwise")
        self.assertMeasures("on_time", 100, 100, items=1)
        self.assertMeasures("days_late", 0, 100, items=1)
        self.assertNothing("overdue")
        self.assertNothing("overdue", date_to=date(2024, 3, 25))

    def test_a_month_that_still_runs_is_read_as_of_today(self):
        self._invoice(100, FEB_1, MAR_20)
        with freeze_time("2024-03-15 12:00:00"):
            self.assertMeasures("overdue", 0, 100)
            self.assertNothing("on_time")
            self.assertNothing("days_late")
        with freeze_time("2024-03-25 12:00:00"):
            self.assertMeasures("overdue", 100, 100)
            self.assertMeasures("on_time", 0, 100)
            self.assertMeasures("days_late", 500, 100)

    def test_nothing_to_measure_is_no_row_and_no_zero(self):
        self.assertEqual(set(self._all().values()), {None})
        self.assertNotIn(self.shop, self._measured("margin"))

    def test_one_statement_each_however_many_customers(self):
        self._rated()
        self._trade()
        for number in range(8):
            partner = self._customer(f"Shop {number}")
            self._rated(partner)
            self._trade(partner)
        for code in ALL:
            self._measured(code)  # fills what is cached: the company's day, defaults
            with self.subTest(code), self.assertQueryCount(1):
                found = self._measured(code)
            self.assertGreaterEqual(len(found), 9)
