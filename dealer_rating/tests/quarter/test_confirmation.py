from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import SQL

from ..common import RatingCommon


@tagged("post_install", "-at_install")
class TestConfirming(RatingCommon):
    """What is measured from the books is confirmed by a person of its department.

    The books are played: every dealer has the same value, or none.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        steps = {"measure": "overdue", "method": "measured"}
        cls.template = cls._template(
            "performance",
            (3, 2),
            cls._line("overdue", cls.finance_department, {0: 4, 1: 1}) | steps,
        )
        cls.shop = cls._dealer("Corner Shop")

    def _rated(self, value):
        """:return: the scores of January, measured when the books said ``value``"""

        def measure(_self, _company, _date_from, _date_to):
            return SQL(
                """SELECT partner_id, %s::float AS value, 1.0 AS part, 2.0 AS whole,
                          1 AS items FROM rating_dealer""",
                value,
            )

        name = "_measure_overdue"
        with patch.object(type(self.env["rating.measure"]), name, measure):
            self._rate("2025-03-31")
        return self._scores(self.shop, "2025-01-31", "overdue")

    def test_finance_confirms_what_was_measured(self):
        score = self._rated(0.5)
        self.assertEqual((score.points, score.scored_by_id.id), (4, False))
        score.with_user(self.finance).action_confirm_measured()
        self.assertEqual(score.scored_by_id, self.finance)
        self.assertEqual((score.points, score.state), (4, "scored"))

    def test_a_confirmation_stays_until_the_value_becomes_another(self):
        score = self._rated(0.5)
        score.with_user(self.finance).action_confirm_measured()
        self._rated(0.5)
        self.assertEqual(score.scored_by_id, self.finance)
        self._rated(1.5)
        self.assertEqual((score.points, score.scored_by_id.id), (1, False))

    def test_a_confirmed_value_that_the_books_lose_is_open_again(self):
        score = self._rated(0.5)
        score.with_user(self.finance).action_confirm_measured()
        self._rated(None)
        self.assertEqual((score.state, score.is_measured), ("open", False))

    def test_nobody_confirms_for_another_department(self):
        score = self._rated(0.5)
        for user in self.marketing, self.manager, self.salesman:
            with self.assertRaises(AccessError):
                score.with_user(user).action_confirm_measured()

    def test_nothing_measured_is_nothing_to_confirm(self):
        score = self._rated(None)
        with self.assertRaises(UserError):
            score.with_user(self.finance).action_confirm_measured()

    def test_waiving_what_could_not_be_measured_is_never_better_than_scoring(self):
        score = self._rated(None)
        score.with_user(self.manager)._waive("The books are lost")
        self.assertEqual(score.points, 0)  # the department could have given none

    def test_what_a_person_scored_stays_while_there_is_nothing_to_measure(self):
        score = self._rated(None)
        score.with_user(self.finance).entry = "3"
        self._rated(None)
        self.assertEqual((score.points, score.scored_by_id), (3, self.finance))
        self._rated(0.5)
        self.assertEqual((score.points, score.is_measured), (4, True))
