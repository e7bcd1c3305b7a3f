from odoo.tests import HttpCase, new_test_user, tagged

from ..common import CreditCommon

# A picture of one pixel, as the signature pad sends it.
SIGNATURE = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAAB"
    "JRU5ErkJggg=="
)
# What only the company's own people may read.
SECRET = ("Credit hold", "would be owed", "credit limit", "1,000.00", "What would let")


@tagged("post_install", "-at_install")
class TestPortal(CreditCommon, HttpCase):
    """The customer signs on the portal; over the limit the order waits, and is told."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.buyer = new_test_user(cls.env, "buyer", groups="base.group_portal")
        cls.buyer.partner_id.parent_id = cls.customer
        cls.customer.email = "shop@example.com"

    def _offer(self, amount):
        order = self._order(amount, require_signature=True, require_payment=False)
        order.action_quotation_sent()
        return order

    def _sign(self, order):
        return self.make_jsonrpc_request(
            f"/my/orders/{order.id}/accept",
            {
                "access_token": order.sudo()._portal_ensure_token(),
                "name": "Bob Buyer",
                "signature": SIGNATURE,
            },
        )

    def _page(self, order):
        page = self.url_open(order.get_portal_url())
        self.assertEqual(page.status_code, 200)
        return page.text

    def test_order_within_the_limit_is_confirmed_by_the_signature(self):
        order = self._offer(800)
        self.assertNotIn("error", self._sign(order))
        self.env.invalidate_all()
        self.assertConfirmed(order)

    def test_order_over_the_limit_keeps_its_signature_and_waits(self):
        order = self._offer(1200)
        answer = self._sign(order)
        self.assertTrue(answer["force_refresh"])
        self.env.invalidate_all()
        self.assertHeld(order, "limit")
        self.assertEqual(order.signed_by, "Bob Buyer")
        self.assertTrue(order.signature)

    def test_somebody_is_told_of_the_signed_order_that_waits(self):
        order = self._offer(1200)
        self._sign(order)
        self.env.invalidate_all()
        asked = order.sudo().activity_ids.user_id
        self.assertIn(self.manager, asked)
        self.assertIn(self.salesman, asked)
        notes = " ".join(order.sudo().message_ids.mapped("body"))
        self.assertIn("Credit hold", notes)
        self.assertIn("Order signed by Bob Buyer", notes)

    def test_customer_gets_no_confirmation_of_an_order_that_waits(self):
        order = self._offer(1200)
        self._sign(order)
        self.env.invalidate_all()
        to_customer = order.sudo().message_ids.filtered(
            lambda message: (
                self.customer in message.partner_ids
                or self.customer in message.notified_partner_ids
            )
        )
        self.assertNotIn("confirm", " ".join(to_customer.mapped("body")).lower())

    def test_page_says_that_the_order_came_and_not_why_it_waits(self):
        order = self._offer(1200)
        before = self._page(order)
        self.assertNotIn("We have received your order", before)
        self._sign(order)
        page = self._page(order)
        self.assertIn("We have received your order", page)
        for words in SECRET:
            self.assertNotIn(words, page)

    def test_customer_who_is_logged_in_reads_no_more(self):
        order = self._offer(1200)
        self._sign(order)
        self.authenticate("buyer", "buyer")
        page = self.url_open(f"/my/orders/{order.id}").text
        self.assertIn("We have received your order", page)
        messages = self.make_jsonrpc_request(
            "/mail/thread/messages",
            {"thread_model": "sale.order", "thread_id": order.id, "fetch_params": {}},
        )
        for words in SECRET:
            self.assertNotIn(words, page)
            self.assertNotIn(words, str(messages))

    def test_page_of_a_released_order_is_that_of_any_order(self):
        order = self._offer(1200)
        self._sign(order)
        self._decision(order).with_user(self.manager).action_release(reason="ok")
        page = self._page(order)
        self.assertNotIn("We have received your order", page)
        self.assertNotIn("Credit released", page)
        self.assertEqual(order.state, "sale")
