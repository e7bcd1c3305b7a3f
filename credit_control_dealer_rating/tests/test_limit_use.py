import random
from datetime import timedelta

from odoo.tests import tagged
from odoo.tools import date_utils

from .common import RatedCommon


@tagged("post_install", "-at_install")
class TestLimitUse(RatedCommon):
    """The use of the limit is measured against the limits as they were.

    The window is the ten days from the fifth day of the last quarter.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first, cls.last = cls._day(0), cls._day(9)

    @classmethod
    def _day(cls, number):
        return cls.quarter_from + timedelta(days=4 + number)

    def _grant(self, amount, since, kind="permanent", until=None, file=None):
        return (file or self.oak_file)._grant(
            amount, kind, self._day(since), until and self._day(until)
        )

    def _measured(self, partner=None):
        """:return: (owed on an average day, limit on an average day) or None"""
        self.env.flush_all()
        sql = self.env["rating.measure"]._measure_limit_use(
            self.company, self.first, self.last
        )
        rows = {row["partner_id"]: row for row in self.env.execute_query_dict(sql)}
        row = rows.get((partner or self.oak).id)
        if row:
            self.assertAlmostEqual(row["value"], row["part"] / row["whole"], 6)
            return round(row["part"], 6), round(row["whole"], 6)
        return None

    def _owe(self, amount, number, partner=None):
        return self._sale(amount, partner, day=self._day(number))

    def _old_file(self, customer):
        """A file that was opened long ago and has no limit yet."""
        file = self._file(customer)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE credit_file SET create_date = '2020-01-01' WHERE id = %s", [file.id]
        )
        file.invalidate_recordset()
        return file

    @property
    def oak_file(self):
        return self._credit_file() or self._old_file(self.oak)

    # === LIMITS AS THEY WERE === #

    def test_a_limit_counts_from_its_day_on(self):
        self._grant(1000, -3)
        self._grant(500, 5)
        self._owe(300, -2)
        self.assertEqual(self._measured(), (300, 750))

    def test_what_was_granted_later_changes_nothing(self):
        self._grant(1000, -3)
        self._owe(300, -2)
        self._grant(90, 10)
        self.assertEqual(self.oak.with_company(self.company).credit_limit, 90)
        self.assertEqual(self._measured(), (300, 1000))

    def test_days_without_a_limit_count_for_nothing(self):
        self._owe(300, -2)
        self._owe(100, 7)
        self._grant(1000, 6)
        # four days with a limit: 300 on one, 400 on three
        self.assertEqual(self._measured(), (375, 1000))

    def test_a_temporary_limit_takes_its_place_and_a_base_limit_comes_on_top(self):
        self._grant(1000, -3)
        self._grant(2000, 0, "temporary", 4)
        self._grant(100, 0, "base")
        self._owe(300, -2)
        self.assertEqual(self._measured(), (300, 1600))

    def test_a_limit_that_ended_ended(self):
        limit = self._grant(1000, -3)
        self.env["credit.limit"].sudo().create(
            {
                "file_id": self.oak_file.id,
                "kind": "end",
                "amount": 1000,
                "date_from": self._day(5),
                "ends_id": limit.id,
                "reason": "Sold",
            }
        )
        self._owe(300, 4)
        self.assertEqual(self._measured(), (60, 1000))

    def test_days_with_a_limit_of_zero_count_as_such(self):
        self._grant(1000, -3)
        self._grant(0, 5)
        self._owe(300, -2)
        self.assertEqual(self._measured(), (300, 500))

    def test_with_a_limit_of_zero_only_there_is_nothing_to_measure(self):
        self._grant(0, -3)
        self._owe(300, -2)
        self.assertIsNone(self._measured())

    def test_without_a_limit_on_any_day_there_is_nothing_to_measure(self):
        self._owe(300, -2)
        self._grant(1000, 10)
        self.assertIsNone(self._measured())

    def test_money_that_came_makes_room_from_its_day_on(self):
        self._grant(1000, -3)
        self._owe(300, -2)
        payment = {
            "partner_id": self.oak.id,
            "amount": 300,
            "payment_type": "inbound",
            "partner_type": "customer",
            "date": self._day(8),
        }
        self.env["account.payment"].create(payment).action_post()
        self.assertEqual(self._measured(), (240, 1000))

    # === WHOSE LIMIT === #

    def test_who_has_no_credit_file_has_the_limit_of_the_accounting_app(self):
        self.oak.with_company(self.company).credit_limit = 600
        self._owe(300, -2)
        self.assertEqual(self._measured(), (300, 600))
        file = self._old_file(self.oak)
        self.assertEqual(self._measured(), None, "the file has no limit")
        file.active = False
        self.assertEqual(self._measured(), (300, 600))

    def test_before_the_file_was_opened_the_accounting_apps_limit_counts(self):
        self.oak.with_company(self.company).credit_limit = 600
        self._owe(300, -2)
        file = self._file(self.oak)
        self.assertEqual(self._measured(), (300, 600))
        file._grant(1000, date_from=self._day(5))
        self.oak.with_company(self.company).credit_limit = 600
        self.assertEqual(self._measured(), (300, 800))

    def test_a_branch_owes_against_the_limit_of_the_company(self):
        branch = self._branch()
        self._grant(1000, -3)
        self._sale(200, day=self._day(-2), company_id=branch.id)
        self.assertEqual(self._measured(), (200, 1000))

    def test_limits_of_others_are_theirs(self):
        shop = self._customer("Shop")
        self._grant(1000, -3)
        self._grant(400, -3, file=self._old_file(shop))
        self._owe(300, -2)
        self._owe(100, -2, shop)
        self.assertEqual(self._measured(), (300, 1000))
        self.assertEqual(self._measured(shop), (100, 400))

    # === LAWS === #

    def test_it_is_the_mean_of_the_days_whatever_was_granted_when(self):
        dice = random.Random(7)
        for _round in range(4):
            shop = self._customer("Shop")
            file = self._old_file(shop)
            owed = {}
            for _step in range(6):
                kind = dice.choice(("permanent", "permanent", "base"))
                amount = dice.choice((0, 200, 500, 800))
                self._grant(amount, dice.randint(-4, 11), kind, file=file)
            self._grant(900, 2, "temporary", dice.randint(2, 8), file=file)
            for _step in range(4):
                number = dice.randint(-4, 11)
                amount = dice.choice((10, 50, 120))
                self._owe(amount, number, shop)
                owed[number] = owed.get(number, 0) + amount
            standings = self.env["credit.exposure"]._standings
            limits = {}
            for number in range(10):
                limit = standings(file.ids, self._day(number))[file.id].limit
                if limit is not None:
                    limits[number] = limit
            used = [
                sum(amount for begun, amount in owed.items() if begun <= number)
                for number in limits
            ]
            part, whole = self._measured(shop)
            self.assertAlmostEqual(part, sum(used) / len(limits), 4)
            self.assertAlmostEqual(whole, sum(limits.values()) / len(limits), 4)

    # === WORDS AND RECORDS === #

    def _score(self):
        scores = self.env["rating.score"].sudo()
        cards = self.env["rating.scorecard"].sudo()
        cards._open_cards(self.company, self.quarter_to)
        cards._measure(self.company, self.quarter_from, self.quarter_to)
        return scores.search(
            [
                ("dealer_id", "=", self.dealer.id),
                ("indicator_id.measure", "=", "limit_use"),
                ("is_current", "=", True),
            ],
            order="date_from",
            limit=1,
        )

    def test_a_score_says_what_the_limits_were_and_leads_to_them(self):
        before = self._grant(1000, -4)
        self._grant(700, 5)
        self._grant(90, 200)
        invoice = self._owe(300, -2)
        score = self._score()
        self.assertIn("of the limits in force on those days", score.explanation)
        days = date_utils.end_of(self.quarter_from, "month").day
        self.assertAlmostEqual(score.part, 300 * (days - 2) / days, 4)
        lines = self.env["account.move.line"].search(score.action_records()["domain"])
        self.assertEqual(lines.move_id, invoice)
        self.assertTrue(score.is_limit_use)
        limits = self.env["credit.limit"].search(score.action_open_limits()["domain"])
        self.assertEqual(limits.mapped("amount"), [700, 1000])
        self.assertIn(before, limits)

    def test_without_a_file_a_score_speaks_of_the_limit_of_today(self):
        self.oak.with_company(self.company).credit_limit = 600
        score = self._score()
        self.assertIn("of the limit of", score.explanation)
