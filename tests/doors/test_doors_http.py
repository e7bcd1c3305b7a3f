"""The doors that a program uses: JSON-2, XML-RPC, the web client's own calls, and the
customer who pays on the portal. All over real HTTP.
"""

import xmlrpc.client
from datetime import datetime, timedelta
from http import HTTPStatus

from odoo.tests import HttpCase, get_db_name, tagged
from odoo.tools import mute_logger

from odoo.addons.credit_control.tests.common import CreditCommon

QUIET = ("odoo.http", "odoo.addons.rpc.controllers.xmlrpc", "odoo.addons.base.models")


@tagged("post_install", "-at_install")
class TestDoorsHttp(CreditCommon, HttpCase):
    """A limit of 1,000, and callers who never see a button."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.password = "a long password 1"
        for user in cls.salesman, cls.officer, cls.manager:
            user.password = cls.password
        cls.keys = {
            user: user.with_user(user)
            .env["res.users.apikeys"]
            ._generate("rpc", "test", datetime.now() + timedelta(days=0.5))
            for user in (cls.salesman, cls.officer, cls.manager)
        }

    def setUp(self):
        super().setUp()
        quiet = mute_logger(*QUIET)
        quiet.__enter__()  # noqa: PLC2801
        self.addCleanup(quiet.__exit__)

    def _json2(self, user, record, method, **params):
        """:return: (HTTP status, what came back)"""
        self.env.flush_all()
        answer = self.url_open(
            f"/json/2/{record._name}/{method}",
            json={"ids": record.ids, **params},
            headers={"Authorization": f"Bearer {self.keys[user]}"},
        )
        self.env.invalidate_all()
        return HTTPStatus(answer.status_code), answer.json()

    def _xmlrpc(self, user, record, method, *args, **kwargs):
        self.env.flush_all()
        try:
            return self.xmlrpc_object.execute_kw(
                get_db_name(),
                user.id,
                self.password,
                record._name,
                method,
                [record.ids, *args],
                kwargs,
            )
        finally:
            self.env.invalidate_all()

    def _held(self, amount=1200):
        order = self._order(amount)
        order.action_confirm()
        self.assertHeld(order, "limit")
        return order

    # === JSON-2 === #

    def test_json2_gets_true_and_finds_the_truth_in_the_state(self):
        for amount, state in (700, "sale"), (1200, "draft"):
            order = self._order(amount)
            status, answer = self._json2(self.salesman, order, "action_confirm")
            self.assertEqual((status, answer), (HTTPStatus.OK, True))
            _status, rows = self._json2(
                self.salesman, order, "read", fields=["state", "credit_hold"]
            )
            self.assertEqual(rows[0]["state"], state)
            self.assertEqual(rows[0]["credit_hold"], state == "draft")

    def test_json2_writes_no_state_that_credit_does_not_cover(self):
        order = self._order(1200)
        status, answer = self._json2(
            self.salesman, order, "write", vals={"state": "sale"}
        )
        self.assertEqual(status, HTTPStatus.UNPROCESSABLE_ENTITY)
        self.assertIn("waits for a credit decision", answer["message"])
        self.assertEqual(order.state, "draft")

    def test_json2_creates_no_confirmed_order_that_credit_does_not_cover(self):
        line = {"product_id": self.product.id, "price_unit": 1200}
        status, answer = self._json2(
            self.salesman,
            self.env["sale.order"],
            "create",
            vals_list=[
                {
                    "partner_id": self.customer.id,
                    "state": "sale",
                    "order_line": [(0, 0, line)],
                }
            ],
        )
        self.assertEqual(status, HTTPStatus.UNPROCESSABLE_ENTITY)
        self.assertIn("waits for a credit decision", answer["message"])

    def test_json2_raises_no_line_beyond_credit(self):
        order = self._order(900)
        order.action_confirm()
        status, answer = self._json2(
            self.salesman, order.order_line, "write", vals={"price_unit": 9000}
        )
        self.assertEqual(status, HTTPStatus.UNPROCESSABLE_ENTITY)
        self.assertIn("Ask for Release", answer["message"])
        self.assertEqual(order.amount_total, 900)

    def test_json2_context_is_no_permission(self):
        order = self._order(1200)
        context = {"bypass_risk": True, "skip_credit": True, "force": True}
        self._json2(self.salesman, order, "action_confirm", context=context)
        self.assertHeld(order, "limit")

    def test_json2_lets_nobody_release_who_may_not(self):
        order = self._held()
        for user in self.salesman, self.officer:
            status, _answer = self._json2(
                user, self._decision(order), "action_release", reason="x"
            )
            self.assertEqual(status, HTTPStatus.FORBIDDEN)
        self.assertHeld(order, "limit")

    def test_json2_releases_for_who_may(self):
        order = self._held()
        status, answer = self._json2(
            self.manager,
            self._decision(order),
            "action_release",
            amount=1500,
            until=str(self.today + timedelta(days=30)),
            reason="guarantee came",
        )
        self.assertEqual((status, answer), (HTTPStatus.OK, True))
        self.assertConfirmed(order, "released")
        self.assertEqual(
            self._decision(order).released_until, self.today + timedelta(days=30)
        )

    def test_json2_reaches_no_private_method(self):
        order = self._held()
        decision = self._decision(order)
        for record, method in (
            (decision, "_set_released"),
            (decision, "_close"),
            (self.file, "_grant"),
            (order, "_action_confirm"),
        ):
            status, _answer = self._json2(self.manager, record, method)
            self.assertEqual(status, HTTPStatus.FORBIDDEN, method)
        self.assertHeld(order, "limit")

    def test_json2_writes_no_decision(self):
        order = self._held()
        decision = self._decision(order)
        for user in self.salesman, self.manager:
            status, _answer = self._json2(
                user, decision, "write", vals={"state": "passed"}
            )
            self.assertEqual(status, HTTPStatus.FORBIDDEN)

    # === XML-RPC === #

    def test_xmlrpc_gets_true_and_finds_the_truth_in_the_state(self):
        for amount, state in (700, "sale"), (1200, "draft"):
            order = self._order(amount)
            self.assertIs(self._xmlrpc(self.salesman, order, "action_confirm"), True)
            self.assertEqual(order.state, state)

    def test_xmlrpc_reads_all_of_a_held_order(self):
        order = self._held()
        fields = list(order.with_user(self.salesman).fields_get())
        row = self._xmlrpc(self.salesman, order, "read", fields)[0]
        self.assertIn("1,200.00", row["credit_reasons"])

    def test_xmlrpc_forges_nothing(self):
        order = self._held()
        decision = self._decision(order)
        attempts = [
            (order, "write", {"state": "sale"}),
            (order, "write", {"credit_decision_ids": [(1, decision.id, {})]}),
            (decision, "write", {"state": "released"}),
            (decision, "action_release", 1e6, False, "x"),
            (decision, "_set_released"),
            (self.file, "_grant", 1e6),
            (self.file, "write", {"stops": {}}),
        ]
        for record, method, *args in attempts:
            with self.subTest(method=method, args=args):
                with self.assertRaises(xmlrpc.client.Fault):
                    self._xmlrpc(self.salesman, record, method, *args)
        self.assertHeld(order, "limit")

    # === THE WEB CLIENT === #

    def test_web_client_confirms_and_reloads(self):
        order = self._held()
        self.authenticate("salesman", self.password)
        answer = self.make_jsonrpc_request(
            "/web/dataset/call_button/sale.order/action_confirm",
            {
                "model": "sale.order",
                "method": "action_confirm",
                "args": [order.ids],
                "kwargs": {},
            },
        )
        self.assertFalse(answer)  # no action: the form is read again
        specification = {"state": {}, "credit_hold": {}, "credit_cures": {}}
        row = self.make_jsonrpc_request(
            "/web/dataset/call_kw/sale.order/web_read",
            {
                "model": "sale.order",
                "method": "web_read",
                "args": [order.ids, specification],
                "kwargs": {},
            },
        )[0]
        self.assertEqual((row["state"], row["credit_hold"]), ("draft", True))
        self.assertIn("1,000.00", row["credit_cures"])

    # === THE CUSTOMER PAYS === #

    def _pay_on_the_portal(self, order, amount):
        """What the payment page does with the demo provider."""
        demo = self.env.ref("payment.payment_provider_demo").sudo()
        provider = demo.copy({"company_id": self.company.id, "state": "test"})
        method = self.env.ref("payment_demo.payment_method_demo")
        journal = self.company_data["default_journal_bank"]
        provider.write(
            {"payment_method_ids": [(4, method.id)], "journal_id": journal.id}
        )
        token = order.sudo()._portal_ensure_token()
        self.env.flush_all()
        page = f"/my/orders/{order.id}?access_token={token}"
        self.assertEqual(self.url_open(page).status_code, HTTPStatus.OK)
        values = self.make_jsonrpc_request(
            f"/my/orders/{order.id}/transaction",
            {
                "access_token": token,
                "amount": amount,
                "flow": "direct",
                "landing_route": page,
                "payment_method_id": method.id,
                "provider_id": provider.id,
                "token_id": None,
                "tokenization_requested": False,
            },
        )
        self.make_jsonrpc_request(
            "/payment/demo/simulate_payment",
            {
                "reference": values["reference"],
                "payment_details": "1234",
                "simulated_state": "done",
            },
        )
        status = self.make_jsonrpc_request("/payment/status/poll", {})
        self.env.invalidate_all()
        self.assertEqual(status["state"], "done")
        return (
            self.env["payment.transaction"]
            .sudo()
            .search([("reference", "=", values["reference"])])
        )

    def test_order_paid_on_the_portal_is_confirmed_whatever_the_limit(self):
        order = self._order(5000, require_payment=True, require_signature=False)
        order.action_quotation_sent()
        self._pay_on_the_portal(order, 5000)
        self.assertConfirmed(order)
        self.assertEqual(self._decision(order).cash, "prepaid")

    def test_payment_of_a_held_order_on_the_portal_is_kept(self):
        self.file._stop_supply("manual", "fraud")
        order = self._order(5000, require_payment=True, require_signature=False)
        order.action_quotation_sent()
        transaction = self._pay_on_the_portal(order, 5000)
        self.assertHeld(order, "hold")
        self.assertTrue(transaction.is_post_processed)
        self.assertEqual(transaction.payment_id.amount, 5000)
        self.assertIn(transaction.payment_id.state, ("in_process", "paid"))
        page = self.url_open(order.get_portal_url()).text
        self.assertIn("We have received your order", page)
        self.assertNotIn("fraud", page)
