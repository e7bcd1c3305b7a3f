from unittest.mock import patch

from odoo.tools import mute_logger

from ..common import CollectionCommon
from . import smtp_server

SENDING = "odoo.addons.ar_collection.models.delivery.collection_delivery_queue"
QUEUE = "odoo.addons.mail.models.mail_mail"
PDF = b"%PDF-1.4"


class DeliveryCommon(CollectionCommon):
    """The second notice goes by mail, the warning by mail and post. A real server.

    PDFs are made up: how they look is tested with the letters.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for code, stage in cls.stages.items():
            stage.letter_kind = code
        cls._send_by("notice", "mail")
        cls._send_by("notice2", "mail")
        cls._send_by("warning", "mail", "letter")
        cls._send_by("measures", "letter")
        cls.shop.email = "Corner Shop <shop@customers.example>"
        cls.company.email = "us@trade.example"
        cls.salesman.email = "salesman@trade.example"
        cls.env["mail.mail"].sudo().search([]).unlink()  # what that tells the salesman
        cls.env["ir.mail_server"].search([]).active = False
        cls.server = cls.env["ir.mail_server"].create(
            {"name": "Test", "smtp_host": "127.0.0.1", "smtp_port": 1}
        )

    def setUp(self):
        super().setUp()
        for owner, name, stand_in in (
            # Odoo sends nothing in tests, and these do not commit
            (type(self.env["ir.mail_server"]), "_disable_send", lambda _server: False),
            (type(self.env["ir.cron"]), "_commit_progress", lambda *_a, **_k: 1),
            (
                type(self.env["ir.actions.report"]),
                "_collection_pdf",
                lambda _report, letter, _data=None: PDF + letter.number.encode(),
            ),
        ):
            self.startPatcher(patch.object(owner, name, stand_in))

    @classmethod
    def _send_by(cls, code, *effects):
        stage = cls.stages[code]
        stage.effect_ids.unlink()
        cls.env["collection.stage.effect"].create(
            [{"stage_id": stage.id, "code": effect} for effect in effects]
        )

    def _up(self):
        """Start the mail server, or skip the test where there is none to start.

        :return: its handler
        """
        if not smtp_server.Controller:
            self.skipTest("aiosmtpd is not installed")
        started = smtp_server.running()
        handler, port = started.__enter__()
        self.addCleanup(started.__exit__, None, None, None)
        self.server.smtp_port = port
        return handler

    def _say(self, late=8, customer=None, days=0):
        """Let a customer's invoice take its step.

        :return: the action
        """
        customer = customer or self.shop
        self._invoice(100, late, customer)
        self._seen_in_time()
        actions = self._run(days)
        self._perform()
        return actions.filtered(lambda each: each.partner_id == customer)

    def _deliver(self, waited=True):
        """Do what the scheduled jobs do, and then once more: to see what came of it.

        :param waited: whether what waits for its next try has waited long enough
        """
        deliveries = self.env["collection.delivery"].sudo()
        if waited:
            deliveries.search([("next_try", "!=", False)]).next_try = "2020-01-01"
        with mute_logger(QUEUE, "odoo.addons.base.models.ir_mail_server"):
            deliveries._cron_deliver()
            self.env["mail.mail"].sudo().process_email_queue()
        self.env.invalidate_all()
        due = deliveries.search([("next_try", "!=", False)])
        waits = {each.id: each.next_try for each in due}
        deliveries._cron_deliver()
        for delivery in due:
            self.assertEqual(delivery.next_try, waits[delivery.id], "not yet")

    def _post(self, action):
        return action.delivery_ids.filtered(lambda each: each.channel == "post")

    def _mail(self, action):
        return action.delivery_ids.filtered(lambda each: each.channel == "email")
