from odoo.exceptions import UserError
from odoo.tests import tagged

from .delivery_common import DeliveryCommon


@tagged("post_install", "-at_install")
class TestNoAddress(DeliveryCommon):
    """A letter that cannot reach the customer is not sent, and not taken as sent."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shop.write({"street": False, "email": False})

    def _told(self, record):
        """:return: who is to find an address"""
        own = [("res_model", "=", record._name), ("res_id", "in", record.ids)]
        activities = self.env["mail.activity"].sudo().search(own)
        activities = activities.filtered(lambda each: each.trade_wait == "address")
        for each in activities:
            self.assertIn("No address", each.summary)
        return sorted(activities.mapped("user_id.login"))

    def test_it_waits_for_an_address_with_an_owner(self):
        for late, effect in ((8, "by mail"), (30, "by post")):
            with self.subTest(effect):
                shop = self._customer("Gone", street=False)
                action = self._say(late, shop, days=late)
                self._deliver()
                self.assertEqual(action.delivery_ids.state, "unreached")
                self.assertEqual(action.delivery_ids.letter_id.sending, "unreached")
                self.assertEqual(action.state, "sending")
                self.assertEqual(self._told(action.case_id), ["salesman"])
                self.assertTrue(action.case_id.is_unreached)

    def test_nobody_is_asked_to_post_it_and_managers_hear_of_it(self):
        self._user("boss", "ar_collection.collection_group_manager")
        action = self._say(late=30)
        action.delivery_ids.date = "2020-01-01"
        action.run_id._follow_all_waits(self.company)
        action.case_id._follow_all_waits(self.company)
        post = [("trade_wait", "in", ("post", "address"))]
        told = self.env["mail.activity"].sudo().search(post)
        self.assertEqual(set(told.mapped("trade_wait")), {"address"})
        self.assertIn("boss", self._told(action.case_id))
        self.assertIn("salesman", self._told(action.case_id))

    def test_it_is_not_printed_as_posted(self):
        delivery = self._say(late=30).delivery_ids
        for name in "action_print", "action_printed":
            with self.subTest(name), self.assertRaisesRegex(UserError, "no address"):
                getattr(delivery.with_user(self.collector), name)()
        delivery.letter_id.with_user(self.collector).action_print()
        self.assertEqual(delivery.state, "unreached", "that was a copy")

    def test_the_procedure_does_not_run_on(self):
        action = self._say()
        self._deliver()
        self.assertFalse(self._run(7), "no warning: the notice reached nobody")
        self.shop.street = "2 Side Street"
        self.assertEqual(action.delivery_ids.state, "todo")
        self.assertFalse(self._told(action.case_id))
        self._deliver()
        action.delivery_ids.with_user(self.collector).action_printed()
        self.assertEqual(action.delivery_ids.recipient, "2 Side Street")
        self.assertEqual(action.state, "done")
        self.assertEqual(self._run(8).stage_id.code, "warning")

    def test_an_address_that_is_taken_away_holds_it_too(self):
        self.shop.street = "2 Side Street"
        action = self._say(late=30)
        self.assertEqual(action.delivery_ids.state, "todo")
        self.shop.street = False
        with self.assertRaisesRegex(UserError, "no address"):
            action.delivery_ids.with_user(self.collector).action_printed()
        self._deliver()
        self.assertEqual(action.delivery_ids.state, "unreached")
        self.assertEqual(self._told(action.case_id), ["salesman"])

    def test_an_email_address_that_is_found_will_do_where_it_is_mailed(self):
        server = self._up()
        action = self._say()
        self.shop.email = "found@customers.example"
        delivery = action.delivery_ids
        self.assertEqual((delivery.channel, delivery.state), ("email", "todo"))
        self._deliver()
        self.assertEqual((delivery.state, action.state), ("sent", "done"))
        self.assertEqual(server.mails[0][0], ["found@customers.example"])

    def test_what_has_to_be_posted_waits_for_a_street(self):
        action = self._say(late=30)
        self.shop.email = "found@customers.example"
        self.assertEqual(action.delivery_ids.state, "unreached")

    def test_mailed_the_customer_knows_and_the_address_is_asked_for(self):
        self._up()
        self.shop.email = "shop@customers.example"
        action = self._say(late=15)
        self._deliver()
        self.assertEqual(self._mail(action).state, "sent")
        self.assertEqual(self._post(action).state, "unreached")
        self.assertEqual(action.state, "done")
        self.assertEqual(self._told(action.case_id), ["salesman"])

    def test_the_customers_own_address_serves_its_contacts(self):
        self.shop.street = "2 Side Street"
        billing = {"parent_id": self.shop.id, "type": "invoice", "is_company": False}
        self._customer("Books", street=False, **billing)
        delivery = self._say(late=30).delivery_ids
        self.assertEqual(delivery.letter_id.recipient_id.name, "Books")
        delivery.with_user(self.collector).action_printed()
        self.assertEqual(delivery.recipient, "2 Side Street")

    def test_paid_it_is_not_needed(self):
        action = self._say(late=30)
        self._pay(action.line_ids.item_id.move_id)
        self._deliver()
        self.assertEqual((action.delivery_ids.state, action.state), ("settled",) * 2)
        action.case_id._follow_all_waits(self.company)
        self.assertFalse(self._told(action.case_id))

    def test_before_anything_is_late_the_collector_is_told_then_the_owner(self):
        self._send_by("reminder", "mail")
        action = self._say(late=-7)
        self.assertEqual(action.delivery_ids.state, "unreached")
        self.assertEqual(self._told(action.run_id), ["collector"])
        case = self.env["collection.case"]._ensure(self.shop, self.company)
        self._deliver()
        self.assertEqual(self._told(action.run_id), [])
        self.assertEqual(self._told(case), ["salesman"])
        self.assertTrue(case.is_unreached)
