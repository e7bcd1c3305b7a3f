from odoo.exceptions import AccessError
from odoo.http import Request
from odoo.service.model import call_kw
from odoo.tests import HttpCase, JsonRpcException, tagged
from odoo.tools import mute_logger

from ..common import CreditCommon

PASSWORD = "a long password 1"
DOT = "R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"  # a picture


@tagged("post_install", "-at_install")
class TestPortalDoors(CreditCommon, HttpCase):
    """Who reads an order or an invoice for its credit does not act as its customer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        shares = "base.group_partner_manager"
        cls.reader = cls._user("reader", f"credit_control.credit_group_user,{shares}")
        cls.both = cls._user(
            "both",
            f"credit_control.credit_group_user,sales_team.group_sale_salesman,{shares}",
        )
        cls.clerk = cls._user("clerk", "account.group_account_readonly")
        cls.quotation = cls._order(700, require_signature=True, require_payment=False)
        cls.quotation = cls.quotation.sudo()
        cls.quotation.state = "sent"
        cls.token = cls.quotation._portal_ensure_token()
        cls.bill = cls._invoice(100)
        cls.bill.sudo()._portal_ensure_token()
        for user in cls.reader, cls.both, cls.clerk, cls.salesman:
            user.password = PASSWORD

    def _accept(self, **extra):
        page = f"/my/orders/{self.quotation.id}/accept"
        signed = {"name": "Customer", "signature": DOT, **extra}
        return self.make_jsonrpc_request(page, signed)

    def _decline(self, **extra):
        page = f"/my/orders/{self.quotation.id}"
        self.url_open(page, allow_redirects=False)
        csrf = Request.csrf_token(self)
        said = {"decline_message": "Too dear", "csrf_token": csrf, **extra}
        return self.url_open(f"{page}/decline", said, allow_redirects=False)

    def test_a_reader_accepts_and_declines_nothing_for_the_customer(self):
        for user in self.reader, self.both, self.clerk:
            with self.subTest(user.login):
                self.authenticate(user.login, PASSWORD)
                self.assertIn("error", self._accept())
                self._decline()
                self.env.invalidate_all()
                self.assertEqual(self.quotation.state, "sent")
                page = self.url_open(f"/my/orders/{self.quotation.id}")
                self.assertNotIn(self.token, page.text)

    def test_where_nothing_is_held_colleagues_read_pages_as_in_odoo(self):
        page = f"/my/orders/{self.quotation.id}"
        self.authenticate(self.clerk.login, PASSWORD)
        self.assertNotIn(self.quotation.name, self.url_open(page).text)
        self.company.credit_mode = "observe"
        self.assertIn(self.quotation.name, self.url_open(page).text)

    def test_who_may_change_an_order_or_was_given_its_link_still_comes_in(self):
        self.authenticate(self.salesman.login, PASSWORD)
        page = self.url_open(f"/my/orders/{self.quotation.id}")
        self.assertIn(self.quotation.name, page.text)
        self.authenticate(None, None)
        self.assertNotIn("error", self._accept(access_token=self.token))
        self.env.invalidate_all()
        self.assertEqual(self.quotation.state, "sale")

    @mute_logger("odoo.http")
    def test_a_reader_comes_by_no_link_of_a_customer(self):
        for user in self.reader, self.both:
            for record, preview in (
                (self.quotation, "action_preview_sale_order"),
                (self.bill, "preview_invoice"),
            ):
                own = record.with_user(user)
                reading = (
                    lambda own=own: own.access_token,
                    lambda own=own: own.read(["access_token"]),
                    lambda own=own: own.search([("access_token", "=like", "a%")]),
                    lambda own=own: own._read_group([], ["access_token"]),
                    lambda own=own, name=preview: call_kw(own, name, [own.ids], {}),
                    lambda own=own: call_kw(own, "get_portal_url", [own.ids], {}),
                    lambda own=own: (
                        self.env["portal.share"]
                        .with_user(own.env.user)
                        .with_context(active_model=own._name, active_id=own.id)
                        .create({"partner_ids": own.partner_id.ids})
                        .share_link
                    ),
                )
                for place, read in enumerate(reading):
                    with (
                        self.subTest(user.login, model=record._name, way=place),
                        self.assertRaises(AccessError),
                    ):
                        self.env.invalidate_all()
                        read()

    def test_who_sells_and_looks_after_credit_sends_own_quotations(self):
        own = self._order(300, user_id=self.both.id).with_user(self.both)
        self.assertTrue(own.get_portal_url())
        self.assertTrue(own.access_token)
        share = self.env["portal.share"].with_user(self.both)
        share = share.with_context(active_model=own._name, active_id=own.id)
        share = share.create({"partner_ids": own.partner_id.ids})
        self.assertIn("access_token", share.share_link)
        share.action_send_mail()
        bill = self._invoice(100, invoice_user_id=self.both.id).with_user(self.both)
        preview = call_kw(bill, "preview_invoice", [bill.ids], {})
        self.assertIn("access_token", preview["url"])

    def test_keys_of_several_documents_are_read_by_who_may_change_them_all(self):
        mine = self._order(300, user_id=self.both.id) | self._order(
            400, user_id=self.both.id
        )
        own = mine.with_user(self.both)
        own.mapped(lambda order: order.get_portal_url())
        self.env.invalidate_all()
        self.assertTrue(all(row["access_token"] for row in own.read(["access_token"])))
        self.env.invalidate_all()
        among = (own | self.quotation.with_user(self.both)).with_prefetch()
        self.assertTrue(among[0].access_token)
        with self.assertRaises(AccessError):
            among[-1].access_token  # noqa: B018
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            among.read(["access_token"])

    def test_a_reader_opens_no_invoice_as_the_customer_does(self):
        page = f"/my/invoices/{self.bill.id}"
        for user, seen in (self.reader, False), (self.clerk, True):
            with self.subTest(user.login):
                self.authenticate(user.login, PASSWORD)
                said = self.url_open(page).text
                self.assertEqual(self.bill.name in said, seen)

    def _compose(self, user, record, mode):
        composers = self.env["mail.compose.message"].with_user(user)
        return composers.create(
            {
                "composition_mode": mode,
                "model": record._name,
                "res_ids": str(record.ids),
                "email_from": "ceo@example.com",
                "body": "I grant 90 days",
                "partner_ids": record.partner_id.ids,
            }
        )

    def test_a_reader_writes_to_no_customer_of_an_invoice(self):
        own = self.bill.with_user(self.reader)
        to = self.bill.partner_id.ids
        posting = {"partner_ids": to, "message_type": "comment"}
        with self.assertRaises(AccessError):
            own.message_post(body="Pay", **posting)
        for record in own, self.quotation.with_user(self.reader):
            with self.assertRaises(AccessError):
                record.message_notify(body="Pay", partner_ids=to)
        for record in self.bill, self.quotation:
            for mode in "comment", "mass_mail":
                with (
                    self.subTest(record._name, mode=mode),
                    self.assertRaises(AccessError),
                ):
                    self._compose(self.reader, record, mode).action_send_mail()
        self.authenticate(self.reader.login, PASSWORD)
        post = {"body": "Pay", "partner_ids": to}
        with mute_logger("odoo.http"), self.assertRaises(JsonRpcException):
            self.make_jsonrpc_request(
                "/mail/message/post",
                {"thread_model": own._name, "thread_id": own.id, "post_data": post},
            )

    def test_a_reader_does_what_they_were_given_to_do(self):
        for record in self.bill, self.quotation:
            todo = record.activity_schedule(summary="Ask", user_id=self.reader.id)
            self.assertTrue(todo.with_user(self.reader).action_feedback("Asked"))

    def test_accountants_and_salespersons_post_on_invoices_as_ever(self):
        bill = self._invoice(100, invoice_user_id=self.both.id)
        for user in self.clerk, self.both, self.salesman, self.officer:
            if user == self.salesman:
                bill.invoice_user_id = user
            with self.subTest(user.login):
                self.assertTrue(bill.with_user(user).message_post(body="Note"))
