from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

RAW = "could not serialize access due to concurrent update"


class Met(SerializationFailure):
    """A conflict as PostgreSQL tells it, with its code."""

    pgcode = "40001"


@tagged("post_install", "-at_install")
class TestConflictWords(HttpCase):
    """What a person reads whose every try met another transaction."""

    def _call(self, lang):
        """:return: the error that a client gets"""

        def met(_jobs):
            self.tries += 1
            raise Met(RAW)

        self.tries = 0
        self.env.ref("base.user_admin").lang = lang
        self.authenticate("admin", "admin")
        job = self.env.ref("trade_credit_base.job_watch")
        with (
            mute_logger("odoo.http", "odoo.service.model"),
            patch("odoo.service.model.random.uniform", return_value=0),
            patch.object(self.env.registry["trade.job"], "action_run_now", met),
        ):
            answer = self.url_open(
                "/web/dataset/call_kw/trade.job/action_run_now",
                json={
                    "params": {
                        "model": "trade.job",
                        "method": "action_run_now",
                        "args": [job.ids],
                        "kwargs": {},
                    }
                },
            )
        return answer.json()["error"]["data"]

    def test_it_is_a_sentence(self):
        said = self._call("en_US")
        self.assertEqual(self.tries, 5)
        self.assertEqual(said["name"], "odoo.exceptions.UserError")
        self.assertIn("Try again in a moment", said["message"])
        self.assertNotIn(RAW, said["message"] + said["debug"])

    def test_it_is_in_their_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        said = self._call("zh_CN")
        self.assertEqual(said["message"], "有人正在修改相同的记录。请稍后再试。")
