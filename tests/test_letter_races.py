"""Letters that two transactions write at the same moment: numbers stay without gaps.

The loser takes its snapshot first; then the winner commits, and the loser goes on.
"""

from datetime import timedelta

from psycopg2.errors import SerializationFailure

from odoo import SUPERUSER_ID, api
from odoo.fields import Command
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import SQL, mute_logger

TABLES = (
    "collection_letter_line",
    "collection_letter",
    "collection_letter_series",
    "collection_action",
    "collection_item",
    "collection_run",
    "collection_procedure",
)


class CommittedCase(BaseCase):
    """Two customers of a company of its own, each with one late item, committed."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        self.addCleanup(self._take_away)
        with self.registry.cursor() as cr:
            env = self._env(cr)
            company = env["res.company"].create({"name": f"Raced: {self.id()}"})
            self.company_id = company.id
            self.day = company._trade_day()
            procedure = env["collection.procedure"].create(
                {
                    "name": "Raced",
                    "company_id": company.id,
                    "stage_ids": [
                        Command.create(
                            {"code": "one", "name": "One", "letter_kind": "notice"}
                            | {"day": 1}
                        )
                    ],
                }
            )
            partners = env["res.partner"].create(
                [{"name": name, "is_company": True} for name in ("First", "Second")]
            )
            self.partner_ids = partners.ids
            self.action_ids = [
                self._action(env, partner, procedure.stage_ids).id
                for partner in partners
            ]

    def _env(self, cr):
        return api.Environment(cr, SUPERUSER_ID, {})

    def _action(self, env, partner, stage):
        own = {"company_id": self.company_id, "partner_id": partner.id}
        due = self.day - timedelta(1)
        item = env["collection.item"].create(
            own | {"date_due": due, "first_seen": due, "residual": 100}
        )
        line = {"item_id": item.id, "days_late": 1}
        return env["collection.action"].create(
            own
            | {
                "date": self.day,
                "kind": "procedure",
                "stage_id": stage.id,
                "line_ids": [
                    Command.create(line | {"stage_id": stage.id, "state": "due"})
                ],
            }
        )

    def _take_away(self):
        with self.registry.cursor() as cr:
            cr.execute(
                """DELETE FROM collection_action_line AS line
                         USING collection_action AS action
                    WHERE action.id = line.action_id AND action.company_id = %s""",
                [self.company_id],
            )
            for table in TABLES:
                cr.execute(
                    SQL(
                        "DELETE FROM %s WHERE company_id = %s",
                        SQL.identifier(table),
                        self.company_id,
                    )
                )
            env = self._env(cr)
            env["res.partner"].browse(self.partner_ids).unlink()
            env["res.company"].browse(self.company_id).active = False


@tagged("post_install", "-at_install")
class TestLetterRaces(CommittedCase):
    """Two letters at the same moment, of one company."""

    def _build(self, env, action_id):
        actions = env["collection.action"].browse(action_id)
        return env["collection.letter"]._build(actions).mapped("number")

    def _race(self, winner, loser):
        """:return: the numbers of the winner's and of the loser's letter"""
        with self.registry.cursor() as late, mute_logger("odoo.sql_db"):
            late_env = self._env(late)
            late_env["collection.letter"].search_count([])
            with self.registry.cursor() as early:
                first = self._build(self._env(early), winner)
                early.commit()
            with self.assertRaises(SerializationFailure):
                self._build(late_env, loser)
            late.rollback()
        with self.registry.cursor() as again:
            env = self._env(again)
            second = retrying(lambda: self._build(env, loser), env)
        return [*first, *second]

    def test_two_at_once_follow_each_other(self):
        numbers = self._race(*self.action_ids)
        year = self.day.year
        self.assertEqual(numbers, [f"CL/{year}/00001", f"CL/{year}/00002"])

    def test_the_same_letter_is_written_once(self):
        action = self.action_ids[0]
        first, second = self._race(action, action)
        self.assertEqual(first, second)
        with self.registry.cursor() as cr:
            own = [("company_id", "=", self.company_id)]
            env = self._env(cr)
            self.assertEqual(env["collection.letter"].search_count(own), 1)
            self.assertEqual(env["collection.letter.series"].search(own).last, 1)

    def test_what_is_rolled_back_takes_its_number_along(self):
        with self.registry.cursor() as cr:
            self._build(self._env(cr), self.action_ids[0])
            cr.rollback()
        with self.registry.cursor() as cr:
            numbers = self._build(self._env(cr), self.action_ids[1])
        self.assertEqual(numbers, [f"CL/{self.day.year}/00001"])
