"""A first run that is started at the moment at which the job announces it.

Whoever comes second begins anew, and nobody goes on being asked to start what runs.
"""

from psycopg2.errors import SerializationFailure
from test_letter_races import CommittedCase

from odoo.fields import Command
from odoo.service.model import retrying
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from odoo.addons.ar_collection.models.start.collection_run import TYPE


@tagged("post_install", "-at_install")
class TestFirstRunRaces(CommittedCase):
    """A run of a company of its own waits, and its items are due."""

    def setUp(self):
        super().setUp()
        with self.registry.cursor() as cr:
            env = self._env(cr)
            actions = env["collection.action"].browse(self.action_ids)
            actions.line_ids.stage_id.procedure_id.is_default = True
            self._admin(env, Command.link)
            own = {"company_id": self.company_id, "date": self.day}
            self.run_id = env["collection.run"].create(own | {"state": "waiting"}).id
            # Nothing was done yet
            env.flush_all()
            for table, name in (
                ("collection_action_line", "action_id"),
                ("collection_action", "id"),
            ):
                cr.execute(
                    SQL(
                        "DELETE FROM %s WHERE %s IN %s",
                        SQL.identifier(table),
                        SQL.identifier(name),
                        tuple(self.action_ids),
                    )
                )

    def _take_away(self):
        with self.registry.cursor() as cr:
            env = self._env(cr)
            self._of(env).activity_ids.unlink()
            self._admin(env, Command.unlink)
            # Who started it started the daily job for today, too
            cr.execute(
                """DELETE FROM ir_cron_trigger WHERE cron_id IN (
                   SELECT res_id FROM ir_model_data
                    WHERE module = 'ar_collection' AND name = 'collection_cron')"""
            )
        super()._take_away()

    def _admin(self, env, command):
        """Let somebody who may start it work in the company, or not any more."""
        user = env.ref("base.user_admin")
        user.company_ids = [command(self.company_id)]

    def _of(self, env):
        return env["collection.run"].browse(self.run_id)

    def _announce(self, env):
        self._of(env)._announce()
        env.flush_all()

    def _start(self, env):
        self._of(env).action_start()
        env.flush_all()

    def _race(self, winner, loser):
        with self.registry.cursor() as late, mute_logger("odoo.sql_db"):
            late_env = self._env(late)
            self.assertEqual(self._of(late_env).state, "waiting")
            with self.registry.cursor() as early:
                winner(self._env(early))
            with self.assertRaises(SerializationFailure):
                loser(late_env)
            late.rollback()

    def _asked(self, env):
        return self._of(env).activity_search([TYPE])

    def test_the_job_that_announces_what_was_started_begins_anew(self):
        self._race(self._start, self._announce)
        with self.registry.cursor() as cr:
            self.assertFalse(self._asked(self._env(cr)))

    def test_who_starts_what_was_just_announced_ends_the_announcement(self):
        self._race(self._announce, self._start)
        with self.registry.cursor() as cr:
            env = self._env(cr)
            self.assertTrue(self._asked(env))
            retrying(lambda: self._start(env), env)
            self.assertFalse(self._asked(env))
            self.assertNotEqual(self._of(env).state, "waiting")
