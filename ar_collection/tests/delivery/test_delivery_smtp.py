from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from ...core.delivery import PATIENCE, delay
from .delivery_common import QUEUE, DeliveryCommon

SMTP = "odoo.addons.base.models.ir_mail_server"
BOUNCE = """\
Return-Path: <>
From: Mail Delivery System <MAILER-DAEMON@mx.example>
To: bounce@trade.example
Message-ID: <%(own)s@mx.example>
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="part"

--part
Content-Type: text/plain

This is the mail system. Your message could not be delivered.

--part
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; shop@customers.example
Action: %(action)s
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 No such user here

--part
Content-Type: text/rfc822-headers

From: us@trade.example
To: shop@customers.example
Subject: Second collection notice
Message-ID: %(message_id)s

--part--
"""


@tagged("post_install", "-at_install")
class TestDeliverySmtp(DeliveryCommon):
    """What a mail server can do to letters, played by a real one."""

    def _tell(self, delivery):
        """:return: what the case and its owner were told about a delivery"""
        posted = delivery.case_id.message_ids.filtered(
            lambda each: "came back" in (each.body or "")
        )
        todo = delivery.case_id.activity_ids.filtered(
            lambda each: "came back" in (each.note or "")
        )
        return len(posted), todo.user_id

    # === DOWN, BUSY, SLOW === #

    def test_a_server_that_is_down_delays_letters_and_loses_none(self):
        customers = [
            self._customer(f"Shop {each}", email=f"shop{each}@customers.example")
            for each in range(5)
        ]
        for customer in customers:
            self._invoice(100, 8, customer)
        deliveries = self._say().run_id.action_ids.delivery_ids
        for tries in 1, 2, 3:
            self._deliver()
            self.assertEqual(set(deliveries.mapped("state")), {"failed"})
            self.assertEqual(set(deliveries.mapped("tries")), {tries})
            waits = min(deliveries.mapped("next_try")) - fields.Datetime.now()
            self.assertAlmostEqual(
                waits.total_seconds(), delay(tries).total_seconds(), delta=60
            )
            self.assertIn("Connection refused", deliveries[0].failure)
        self.assertEqual(set(deliveries.action_id.mapped("state")), {"sending"})
        server = self._up()
        self._deliver()
        self.assertEqual(set(deliveries.mapped("state")), {"sent"})
        self.assertEqual(
            sorted(to for (to,), _mail in server.mails),
            sorted(deliveries.mapped("recipient")),
        )
        self.assertFalse(any(deliveries.mapped("failure")))

    def test_a_server_that_is_busy_is_asked_later(self):
        server = self._up()
        server.answer = "451 4.3.2 Try again later"
        delivery = self._say().delivery_ids
        self._deliver()
        self.assertEqual(delivery.state, "failed")
        self.assertIn("451", delivery.failure)
        server.answer = None
        self._deliver()
        self.assertEqual((delivery.state, len(server.mails)), ("sent", 1))

    def test_a_server_that_is_slow_is_waited_for_and_then_asked_again(self):
        server = self._up()
        server.wait = 0.5
        self._say()
        self._deliver()
        self.assertEqual(len(server.mails), 1)
        action = self._say(8, self._customer("Slow", email="slow@b.example"), days=1)
        server.wait, server.drop = 3, "before"
        with patch(f"{SMTP}.SMTP_TIMEOUT", 1), mute_logger(QUEUE):
            self._deliver()
        self.assertEqual(action.delivery_ids.state, "failed")
        server.wait = server.drop = 0
        self._deliver()
        self.assertEqual(action.delivery_ids.state, "sent")

    def test_a_server_that_hangs_up_gets_the_mail_again(self):
        server = self._up()
        server.drop = "before"
        delivery = self._say().delivery_ids
        self._deliver()
        self.assertEqual((delivery.state, server.mails), ("failed", []))
        server.drop = None
        self._deliver()
        self.assertEqual((delivery.state, len(server.mails)), ("sent", 1))

    def test_a_mail_that_goes_out_twice_is_one_mail_by_its_message_id(self):
        server = self._up()
        server.drop = "after"  # it has the mail, and its answer is lost
        delivery = self._say().delivery_ids
        self._deliver()
        self.assertEqual((delivery.state, len(server.mails)), ("failed", 1))
        server.drop = None
        self._deliver()
        self.assertEqual((delivery.state, len(server.mails)), ("sent", 2))
        (_to, first), (_to, second) = server.mails
        self.assertEqual(first["Message-Id"], second["Message-Id"])

    def test_a_mail_on_which_the_server_hangs_up_does_not_stop_the_others(self):
        server = self._up()
        server.drop_at = "shop@customers.example"
        other = self._customer("Other", email="other@customers.example")
        self._invoice(100, 8, other)
        deliveries = self._say().run_id.action_ids.delivery_ids
        self._deliver()
        self._deliver(waited=False)
        states = {each.recipient: each.state for each in deliveries}
        self.assertEqual(
            states,
            {"shop@customers.example": "failed", "other@customers.example": "sent"},
        )

    # === REFUSED === #

    def test_a_refused_address_comes_back_at_once_and_is_told(self):
        server = self._up()
        server.refused["shop@customers.example"] = "550 5.1.1 No such user"
        other = self._customer("Other", email="other@customers.example")
        self._invoice(100, 8, other)
        action = self._say()
        delivery = action.delivery_ids
        self._deliver()
        self.assertEqual(delivery.state, "bounced")
        self.assertEqual(delivery.failure, "550 5.1.1 No such user")
        self.assertEqual(self._tell(delivery), (1, self.salesman))
        self.assertEqual(action.state, "done", "the next step is due")
        self.assertEqual([to for (to,), _mail in server.mails], [other.email])
        self._deliver()
        self.assertEqual(self._tell(delivery), (1, self.salesman), "once")

    def test_a_refusal_of_ourselves_is_not_the_customers_fault(self):
        server = self._up()
        server.refused["shop@customers.example"] = "554 5.7.1 Relay access denied"
        delivery = self._say().delivery_ids
        self._deliver()
        self.assertEqual(delivery.state, "failed")
        server.refused.clear()
        self._deliver()
        self.assertEqual(delivery.state, "sent")

    def test_who_is_put_off_for_days_is_given_up(self):
        server = self._up()
        server.refused["shop@customers.example"] = "452 4.2.2 Mailbox full"
        delivery = self._say().delivery_ids
        for tries in range(1, PATIENCE):
            self._deliver()
            self.assertEqual((delivery.state, delivery.tries), ("failed", tries))
        self._deliver()
        self.assertEqual(delivery.state, "bounced")

    def test_what_came_back_is_posted_instead(self):
        server = self._up()
        server.refused["shop@customers.example"] = "550 5.1.1 No such user"
        action = self._say()
        self._deliver()
        mail = action.delivery_ids
        shown = mail.with_user(self.collector).action_post()
        post = self._post(action)
        self.assertEqual(shown["domain"], [("id", "in", post.ids)])
        self.assertEqual((post.instead_of, post.letter_id), ("bounced", mail.letter_id))
        self.assertEqual(action.state, "sending")
        post.with_user(self.collector).action_print()
        self.assertEqual((action.state, mail.state), ("done", "bounced"))

    def test_what_came_back_is_sent_again_to_the_address_of_today(self):
        server = self._up()
        server.refused["shop@customers.example"] = "550 5.1.1 No such user"
        delivery = self._say().delivery_ids
        self._deliver()
        first = delivery.message_id
        self.shop.email = "new@customers.example"
        delivery.with_user(self.collector).action_retry()
        self.assertEqual(delivery.action_id.state, "sending")
        self._deliver()
        ((to, mail),) = server.mails
        self.assertEqual(to, ["new@customers.example"])
        self.assertEqual((delivery.state, delivery.resent), ("sent", 1))
        self.assertNotEqual(mail["Message-Id"], first.message_id)
        self.assertEqual(delivery.action_id.state, "done")

    def test_a_mail_that_somebody_took_out_of_the_queue_waits_for_a_person(self):
        server = self._up()
        delivery = self._say().delivery_ids
        self.env["collection.delivery"].sudo()._cron_deliver()
        delivery.mail_id.sudo().cancel()
        self._deliver()
        self._deliver()
        self.assertEqual((delivery.state, delivery.next_try), ("failed", False))
        delivery.with_user(self.collector).action_retry()
        self._deliver()
        self.assertEqual((delivery.state, len(server.mails)), ("sent", 1))

    # === COME BACK LATER === #

    def _bounce(self, delivery, action="failed", message_id=None, user=None):
        report = BOUNCE % {
            "own": f"{action}-{message_id or delivery.id}",
            "action": action,
            "message_id": message_id or delivery.message_id.message_id,
        }
        with mute_logger("odoo.addons.mail.models.mail_thread"):
            gateway = self.env["mail.thread"].sudo()
            (gateway.with_user(user) if user else gateway).message_process(None, report)

    def test_a_mail_that_comes_back_is_seen_on_its_case(self):
        self._up()
        delivery = self._say().delivery_ids
        self._deliver()
        self._bounce(delivery)
        self.assertEqual(delivery.state, "bounced")
        self.assertIn("550 5.1.1 No such user here", delivery.failure)
        self.assertEqual(self._tell(delivery), (1, self.salesman))
        self._bounce(delivery)
        self.assertEqual(self._tell(delivery), (1, self.salesman))

    def test_nobody_says_that_a_mail_came_back(self):
        self._up()
        delivery = self._say().delivery_ids
        self._deliver()
        self._bounce(delivery, user=self.salesman)
        self.assertEqual((delivery.state, self._tell(delivery)[0]), ("sent", 0))

    def test_a_report_of_delay_is_no_bounce(self):
        self._up()
        delivery = self._say().delivery_ids
        self._deliver()
        self._bounce(delivery, "delayed")
        self.assertEqual((delivery.state, self._tell(delivery)[0]), ("sent", 0))

    def test_what_comes_back_of_others_is_left_alone(self):
        self._up()
        delivery = self._say().delivery_ids
        self._deliver()
        self._bounce(delivery, message_id="<another@trade.example>")
        self.assertEqual(delivery.state, "sent")
