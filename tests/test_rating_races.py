"""Scoring, confirming and opening at the same moment: exactly one of two wins.

Each test takes the snapshot of the loser first, lets the winner commit, and then lets
the loser go on: that is the order in which a row lock alone would let both pass.
"""

from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import SQL, mute_logger

from odoo.addons.dealer_rating.tests.common import RatingCommon

TABLES = (
    "dealer_grading",
    "rating_score",
    "rating_scorecard",
    "dealer_quarter",
    "rating_dealer",
)


@tagged("post_install", "-at_install")
class TestRatingRaces(BaseCase):
    """One dealer of the shipped cards in a company of its own, really committed."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        # What follows a grade in other addons is not raced, and leaves no rows behind
        for model, hook in (
            ("dealer.quarter", "_confirmed"),
            ("rating.dealer", "_grade_changed"),
        ):
            idle = patch.object(self.registry[model], hook, lambda records: None)
            idle.start()
            self.addCleanup(idle.stop)
        with self.registry.cursor() as cr:
            env = self._env(cr)
            company = env["res.company"].create({"name": f"Raced: {self.id()}"})
            self.company_id = company.id
            partner = env["res.partner"].create({"name": "Raced", "is_company": True})
            self.partner_id = partner.id
            env["rating.dealer"].create(
                {
                    "partner_id": partner.id,
                    "company_id": self.company_id,
                    "since": "2024-01-01",
                }
            )
            self._rate(env)
            scores = self._scores(env)
            todo = scores.filtered(lambda score: score.state == "open")
            todo._enter(dict.fromkeys(todo.ids, 1))
            self.score_id = todo.filtered(lambda s: s.method == "entered")[0].id
        self.addCleanup(self._take_away)

    def _env(self, cr):
        return api.Environment(cr, SUPERUSER_ID, {})

    def _scores(self, env):
        return env["rating.score"].search([("company_id", "=", self.company_id)])

    def _rate(self, env, day="2025-03-31"):
        company = env["res.company"].browse(self.company_id)
        env["rating.scorecard"]._rate(company, RatingCommon._date(day))

    def _confirm(self, env):
        env["dealer.quarter"].search(
            [("company_id", "=", self.company_id)]
        ).action_confirm()

    def _enter(self, env):
        env["rating.score"]._enter({self.score_id: 5})

    def _take_away(self):
        with self.registry.cursor() as cr:
            for table in TABLES:
                cr.execute(
                    SQL(
                        "DELETE FROM %s WHERE company_id = %s",
                        SQL.identifier(table),
                        self.company_id,
                    )
                )
            env = self._env(cr)
            env["res.partner"].browse(self.partner_id).unlink()
            env["res.company"].browse(self.company_id).active = False

    def _race(self, winner, loser):
        """:return: what the loser met when it was tried again, None if nothing"""
        with self.registry.cursor() as late, mute_logger("odoo.sql_db"):
            env = self._env(late)
            self._scores(env).mapped("scorecard_id.state")
            with self.registry.cursor() as early:
                winner(self._env(early))
                early.commit()
            env.invalidate_all(flush=False)
            with self.assertRaises(SerializationFailure):
                loser(env)
                env.flush_all()
            late.rollback()
        with self.registry.cursor() as again, mute_logger("odoo.service.model"):
            env = self._env(again)
            try:
                retrying(lambda: loser(env), env)
            except UserError as refused:
                return refused
        return None

    def _state(self):
        with self.registry.cursor() as cr:
            env = self._env(cr)
            quarter = env["dealer.quarter"].search(
                [("company_id", "=", self.company_id), ("is_current", "=", True)]
            )
            score = env["rating.score"].browse(self.score_id)
            total = sum(score.scorecard_id.score_ids.mapped("points"))
            self.assertAlmostEqual(score.scorecard_id.points, total, 4)
            return quarter.state, score.points

    def test_scoring_that_meets_a_confirmation_is_refused(self):
        self.assertIsInstance(self._race(self._confirm, self._enter), UserError)
        self.assertEqual(self._state(), ("confirmed", 1))

    def test_confirmation_that_meets_a_score_confirms_that_score(self):
        self.assertIsNone(self._race(self._enter, self._confirm))
        self.assertEqual(self._state(), ("confirmed", 5))

    def test_two_confirmations_are_one(self):
        self.assertIsInstance(self._race(self._confirm, self._confirm), UserError)
        with self.registry.cursor() as cr:
            rows = self._env(cr)["dealer.grading"].search_count(
                [("company_id", "=", self.company_id)]
            )
        self.assertEqual(rows, 1)

    def test_two_openings_are_one(self):
        def rate(env):
            self._rate(env, "2025-06-30")

        self.assertIsNone(self._race(rate, rate))
        with self.registry.cursor() as cr:
            cards = self._env(cr)["rating.scorecard"].search(
                [("company_id", "=", self.company_id)]
            )
            self.assertEqual(len(cards), 8)
            for card in cards:
                self.assertEqual(
                    card.score_ids.indicator_id, card.template_id.indicator_ids
                )
