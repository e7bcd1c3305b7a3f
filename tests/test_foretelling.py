"""What the demo says of the payment indicators: whom they foretell to pay late."""

import sys
from datetime import date, timedelta
from pathlib import Path

from odoo.tests import tagged

from odoo.addons.dealer_rating.core import validate
from odoo.addons.dealer_rating.tests.validation.validation_common import (
    DAY,
    ValidationCommon,
)

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "setup"))

from foretelling import auc_of  # noqa: E402


@tagged("post_install", "-at_install")
class TestForetelling(ValidationCommon):
    """Cards of January, and what was invoiced in February."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dealers = [cls._dealer(f"Shop {points}") for points in range(6)]
        cls.env["rating.scorecard"]._open_cards(cls.company, date(2025, 1, 31))
        for points, dealer in enumerate(cls.dealers):
            cls._score_all(points, 0, dealer)

    def _bill(self, late, dated=date(2025, 2, 15)):
        """An invoice for each dealer; those with the numbers ``late`` pay late."""
        for number, dealer in enumerate(self.dealers):
            invoice = self._invoice(dealer, dated + timedelta(days=30))
            days = 31 if number not in late else 32
            self._settle(invoice, dated + timedelta(days=days - 1))

    def _auc(self, *codes, day=DAY, **values):
        codes = codes or ("paid", "outlets")
        return auc_of(self.company.sudo(), codes, day=day, **values)

    def test_the_area_is_the_cores_over_the_next_months_items(self):
        self._bill(late={0, 2})
        expected = validate.auc((number, number in (0, 2)) for number in range(6))
        found = self._auc()
        self.assertAlmostEqual(found.auc, expected)
        self.assertEqual((found.late, found.in_time), (2, 4))

    def test_other_months_do_not_count(self):
        for dated in date(2025, 1, 31), date(2025, 3, 1):
            self._bill(late={0}, dated=dated)
        self.assertEqual(self._auc(), (None, 0, 0, 0, 0))
        for dated in date(2025, 2, 1), date(2025, 2, 28):
            self._bill(late={0}, dated=dated)
        self.assertEqual(self._auc()[:3], (1.0, 2, 10))

    def test_what_is_late_and_what_is_known_then(self):
        self._bill(late={0})
        self.assertEqual(self._auc(days_late=1)[:3], (None, 0, 6))
        due = date(2025, 3, 17)
        self.assertEqual(self._auc(day=due)[:4], (None, 0, 5, 1))
        self.assertEqual(self._auc(day=due - timedelta(days=1))[:4], (None, 0, 0, 6))

    def test_a_card_without_one_of_the_indicators_has_no_score(self):
        self._bill(late={0})
        self.assertEqual(self._auc("paid", "none such")[1:], (0, 0, 0, 6))
        score = self._scores(self.dealers[0], code="paid", day=date(2025, 1, 1))
        score.with_user(self.finance).entry = ""
        self.assertEqual(self._auc(), (None, 0, 5, 0, 1))
        self.assertEqual(self._auc("outlets").unscored, 0)

    def test_weights_count(self):
        """Who pays late lost customers, 0 of 5 points, but has the most outlets."""
        self._bill(late={5})
        self.assertEqual(self._auc("outlets").auc, 0)
        lost = self._scores(self.dealers[5], code="lost", day=date(2025, 1, 1))
        lost.with_user(self.marketing).entry = "5"
        self.assertEqual(self._auc("lost", "outlets").auc, 0.9)
        outlets = self.template_performance.indicator_ids[1]
        self.env.cr.execute(
            "UPDATE rating_indicator SET weight = 9 WHERE id = %s", [outlets.id]
        )
        self.assertEqual(self._auc("lost", "outlets").auc, 0)
