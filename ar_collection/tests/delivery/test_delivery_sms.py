from unittest.mock import patch

from odoo.tests import tagged

from .delivery_common import DeliveryCommon


@tagged("post_install", "-at_install")
class TestDeliverySms(DeliveryCommon):
    """Text messages, where they are installed. What the operator says is made up."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._send_by("notice2", "sms")

    def setUp(self):
        super().setUp()
        if "sms.sms" not in self.env:
            self.skipTest("text messages are not installed")
        self.shop.phone = "+1 555 010 0199"
        self.answer, self.texts = "success", []

    def _send(self):
        """Do what the scheduled jobs do; what waits has waited long enough."""
        deliveries = self.env["collection.delivery"].sudo()
        deliveries.search([("next_try", "!=", False)]).next_try = "2020-01-01"
        deliveries._cron_deliver()

        def send(_api, messages, **_options):
            numbers = [
                (each["content"], to) for each in messages for to in each["numbers"]
            ]
            self.texts += [(to["number"], text) for text, to in numbers]
            return [{"uuid": to["uuid"], "state": self.answer} for _text, to in numbers]

        api = "odoo.addons.sms.tools.sms_api.SmsApi._send_sms_batch"
        with patch(api, send):
            self.env["sms.sms"].sudo()._process_queue()
        self.env.invalidate_all()
        deliveries._cron_deliver()

    def test_the_effect_is_offered_where_text_messages_are(self):
        self.assertIn("sms", dict(self.env["collection.effect"]._effects()))

    def test_a_text_message_says_what_is_open(self):
        action = self._say()
        self._send()
        delivery = action.delivery_ids
        self.assertEqual((delivery.state, action.state), ("sent", "done"))
        ((number, text),) = self.texts
        self.assertIn("0199", number)
        self.assertIn("100.00", text)
        self.assertIn(action.line_ids.item_id.number, text)
        self._send()
        self.assertEqual(len(self.texts), 1)

    def test_an_operator_that_is_down_delays_it(self):
        self.answer = "server_error"
        delivery = self._say().delivery_ids
        self._send()
        self.assertEqual((delivery.state, delivery.tries), ("failed", 1))
        self.answer = "success"
        self._send()
        self.assertEqual(delivery.state, "sent")
        self.assertEqual(len(self.texts), 2)
        self.assertEqual(len(delivery.message_id), 1)

    def test_a_number_that_is_none_comes_back(self):
        self.answer = "wrong_number_format"
        action = self._say()
        self._send()
        self.assertEqual(action.delivery_ids.state, "bounced")
        self.assertEqual(action.state, "done")
        self.assertIn("came back", str(action.case_id.message_ids.mapped("body")))

    def test_who_has_no_number_is_noted(self):
        self.shop.phone = False
        action = self._say()
        self.assertEqual(action.delivery_ids.state, "bounced")
        self.assertIn("no phone number", action.delivery_ids.failure)
        self._send()
        self.assertTrue(action.delivery_ids.is_told)
        self.assertFalse(self.texts)
        self.shop.phone = "+1 555 010 0199"
        action.delivery_ids.with_user(self.collector).action_retry()
        self._send()
        self.assertEqual((action.delivery_ids.state, len(self.texts)), ("sent", 1))

    def test_what_is_paid_before_is_not_said(self):
        action = self._say()
        self._pay(action.line_ids.item_id.move_id)
        self._send()
        self.assertEqual(action.delivery_ids.state, "settled")
        self.assertFalse(self.texts)
