from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .measure_common import MeasureCommon
from .test_measure import ALL

FEB_1 = date(2024, 2, 1)
MAR_10 = date(2024, 3, 10)
MAR_20 = date(2024, 3, 20)


@tagged("post_install", "-at_install")
class TestTelling(MeasureCommon):
    """What a measured score says, and the records that it opens."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dealer = cls._dealer()
        cls.shop.with_company(cls.company).credit_limit = 1000
        cls.goods = cls.env["product.product"].create(
            {"name": "Goods", "standard_price": 60.0}
        )
        cls.env["rating.target"].create(
            {"dealer_id": cls.dealer.id, "date": MAR_10, "amount": 500}
        )
        cls._report(50, MAR_20)
        line = {"product_id": cls.goods.id}
        cls._invoice(100, date(2023, 3, 10), date(2023, 4, 10), line=line)
        late = cls._invoice(200, FEB_1, MAR_10, line=line)
        cls._pay(late, 50, MAR_10)
        cls._pay(late, 120, MAR_20)
        cls._invoice(80, MAR_10, date(2024, 4, 9), line=line)

    def _opened(self, score):
        action = score.action_records()
        records = self.env[action["res_model"]].with_user(self.finance)
        return records.search(action["domain"])

    def test_each_measured_score_says_its_figures(self):
        told = {
            "target": "$ 80.00 invoiced from 03/01/2024 to 03/31/2024 is 16.0 % of the "
            "target of $ 500.00.",
            "growth": "$ 80.00 invoiced from 03/01/2024 to 03/31/2024 is 20.0 % less "
            "than the $ 100.00 of the year before.",
            "on_time": "$ 50.00 of $ 300.00 that fell due from 04/01/2023 to "
            "03/31/2024 was paid on time (2 items).",
            "collection": "$ 170.00 was collected from 01/01/2024 to 03/31/2024, of "
            "$ 300.00 that was overdue before or fell due in that time (2 items).",
            "overdue": "$ 130.00 of $ 210.00 outstanding on 03/31/2024 was overdue "
            "(3 items).",
        }
        for code, sentence in told.items():
            with self.subTest(code):
                score = self._score(code, self.dealer)
                self.assertEqual(_plain(score.explanation), sentence)

    def test_the_others_say_theirs(self):
        days = self._score("days_late", self.dealer)
        self.assertAlmostEqual(days.part, 120 * 10 + 30 * 21 + 100 * 356)
        self.assertEqual(
            _plain(days.explanation),
            "$ 300.00 paid from 04/01/2023 to 03/31/2024 or overdue on that day: on "
            "average 124.8 days late (2 items).",
        )
        limit = self._score("limit_use", self.dealer)
        average = 100 + 200 + 80 * 22 / 31 - 50 * 22 / 31 - 120 * 12 / 31
        self.assertAlmostEqual(limit.part, average, 2)
        self.assertEqual(
            _plain(limit.explanation),
            "$ 274.84 was owed on an average day from 03/01/2024 to 03/31/2024, which "
            "is 27.5 % of the limit of $ 1,000.00.",
        )
        margin = self._score("margin", self.dealer)
        self.assertEqual(
            _plain(margin.explanation),
            "$ 160.00 is left of net sales of $ 280.00 from 01/01/2024 to 03/31/2024 "
            "once the cost of the goods is taken off: 57.1 %.",
        )

    def test_what_goods_cost_is_told_to_raters_only(self):
        """Points, yes; nor by reading, grouping, searching, exporting or coaching."""
        self.dealer.sudo().partner_id.user_id = seller = new_test_user(
            self.env,
            login="seller_of_goods",
            groups="sales_team.group_sale_salesman,base.group_allow_export",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        margin = self._score("margin", self.dealer)
        self.assertIn("57.1", margin.with_user(self.finance).explanation)
        theirs = margin.with_user(seller)
        theirs.invalidate_recordset()
        self.assertEqual(theirs.points, margin.sudo().points)
        self.assertNotRegex(theirs.explanation, r"\d")
        on_time = self._score("on_time", self.dealer).with_user(seller)
        self.assertIn("50.00", on_time.explanation)
        for name in "value", "part", "whole":
            self.assertNotIn(name, theirs.fields_get())
            with self.subTest(name):
                for method, args in (
                    ("read", [[name]]),
                    ("export_data", [[name]]),
                    ("search", [[(name, ">", 0.5)]]),
                    ("search", [[], 0, None, name]),
                    ("formatted_read_group", [[], [], [f"{name}:max"]]),
                ):
                    with self.assertRaises(AccessError):
                        getattr(theirs, method)(*args)
        faces = self.dealer.with_user(seller)
        faces.invalidate_recordset()
        for face in faces.face_coach, faces.face_bars:
            self.assertNotIn("160.00", face or "")
            self.assertNotIn("57.1", face or "")

    def test_who_pays_early_is_told_so(self):
        dealer = self._dealer(self.other)
        invoice = self._invoice(100, FEB_1, MAR_20, partner=self.other)
        self._pay(invoice, 100, MAR_10)
        self.assertEqual(
            _plain(self._score("days_late", dealer).explanation),
            "$ 100.00 paid from 04/01/2023 to 03/31/2024 or overdue on that day: on "
            "average 10.0 days before the due date (1 item).",
        )

    def test_the_receivables_behind_a_score_add_up_to_its_whole(self):
        fields = {
            "on_time": "balance",
            "collection": "balance",
            "overdue": "amount_residual",
            "days_late": "balance",
        }
        for code, field in fields.items():
            with self.subTest(code):
                score = self._score(code, self.dealer)
                lines = self._opened(score)
                self.assertEqual(len(lines), score.items)
                self.assertAlmostEqual(sum(lines.mapped(field)), score.whole)

    def test_the_receivables_behind_the_use_of_the_limit_are_what_is_owed(self):
        lines = self._opened(self._score("limit_use", self.dealer))
        self.assertEqual(sum(lines.mapped("balance")), 100 + 200 + 80 - 170)

    def test_the_invoices_behind_a_score_add_up_to_what_it_says(self):
        target = self._score("target", self.dealer)
        invoices = self._opened(target)
        self.assertEqual(sum(invoices.mapped("amount_untaxed_signed")), target.part)
        growth = self._score("growth", self.dealer)
        invoices = self._opened(growth)
        self.assertEqual(
            sum(invoices.mapped("amount_untaxed_signed")), growth.part + growth.whole
        )
        margin = self._score("margin", self.dealer)
        self.assertEqual(-sum(self._opened(margin).mapped("balance")), margin.whole)

    def test_who_may_not_read_the_books_is_told_whom_to_ask(self):
        reader = new_test_user(
            self.env,
            login="no_books",
            groups="dealer_rating.rating_group_finance",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        books = [code for code in ALL if code != "stock"]  # whose reports are ours
        for code in books:
            score = self._score(code, self.dealer).with_user(reader)
            self.assertTrue(score.explanation)
            with self.assertRaisesRegex(UserError, "Ask somebody in accounting"):
                score.action_records()
        reader.group_ids += self.env.ref("account.group_account_readonly")
        for code in books:
            score = self._score(code, self.dealer).with_user(reader)
            self.assertTrue(self._opened(score))

    def test_records_of_others_are_not_behind_a_score(self):
        self._invoice(100, FEB_1, MAR_10, partner=self.other)
        for code in ALL:
            with self.subTest(code):
                records = self._opened(self._score(code, self.dealer))
                self.assertEqual(records.partner_id, self.shop)


def _plain(sentence):
    """Odoo puts a space that does not break between currency and amount."""
    return sentence.replace("\N{NO-BREAK SPACE}", " ")
