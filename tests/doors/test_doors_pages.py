"""Doors that are no form: pages of customers, addresses of documents, files that are
imported, and what a page says that failed. All over real HTTP.
"""

import re
from contextlib import contextmanager
from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.ar_collection.tests.common import CollectionCommon
from odoo.addons.credit_control.tests.common import CreditCommon

PASSWORD = "a long password 1"
QUIET = "odoo.http", "odoo.addons.base.models", "odoo.service.model", "odoo.sql_db"
RAW = "could not serialize access due to concurrent update"
# What no page says: words of Python, of PostgreSQL, or a statement
WORDS = re.compile(r"Traceback|psycopg2|could not serialize|SELECT |UPDATE |Error\(")
FAR = 10**14  # an id beyond what the database counts


class Met(SerializationFailure):
    """A conflict as PostgreSQL tells it, with its code."""

    pgcode = "40001"


class Quiet:
    """Refusals over HTTP, which are logged."""

    def setUp(self):
        super().setUp()
        quiet = mute_logger(*QUIET)
        quiet.__enter__()  # noqa: PLC2801
        self.addCleanup(quiet.__exit__)


@tagged("post_install", "-at_install")
class TestPages(Quiet, CollectionCommon, HttpCase):
    """A customer with an order, an invoice, a letter and a case, and another one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        mill = cls._customer("Old Mill")
        cls.buyer, cls.rival = (
            new_test_user(cls.env, login, groups="base.group_portal", password=PASSWORD)
            for login in ("page_buyer", "page_rival")
        )
        cls.buyer.partner_id.parent_id = cls.shop
        cls.rival.partner_id.parent_id = mill
        cls.collector.password = PASSWORD
        cls.stages["notice2"].letter_kind = "notice2"
        cls.bill = cls._invoice(100, late=8)
        action = cls._run()
        cls.case = action.case_id
        letters = cls.env["collection.letter"].sudo()._build(action)
        letters.attachment_id = cls.env["ir.attachment"].create(
            {"name": "L", "raw": b"Corner Shop", "mimetype": "text/plain"}
        )
        statement = cls.env["collection.statement"].sudo()._make(cls.company, cls.today)
        cls.order = (
            cls.env["sale.order"]
            .sudo()
            .create(
                {
                    "partner_id": cls.shop.id,
                    "company_id": cls.company.id,
                    "order_line": [
                        Command.create({"name": "x", "display_type": "line_note"})
                    ],
                }
            )
        )
        cls.order.state = "sent"
        for document in cls.order, cls.bill:
            document._portal_ensure_token()
        cls.documents = [
            f"/my/orders/{cls.order.id}",
            f"/my/orders/{cls.order.id}?access_token=guessed",
            f"/my/invoices/{cls.bill.id}",
            f"/my/invoices/{cls.bill.id}?report_type=pdf&access_token=guessed",
        ]
        cls.records = [
            *cls._addresses("collection.case", cls.case, "case"),
            *cls._addresses("collection.letter", letters, "letter", "document"),
            *cls._addresses("collection.statement", statement[:1], "statement"),
        ]

    @classmethod
    def _addresses(cls, model, record, report, field="id"):
        """:return: ways to a record that whoever knows its number can try"""
        return [
            f"/odoo/{model}/{record.id}",
            f"/mail/view?model={model}&res_id={record.id}",
            f"/web/content/{model}/{record.id}/{field}",
            f"/web/image/{model}/{record.id}/{field}",
            f"/report/html/ar_collection.collection_{report}_report/{record.id}",
            f"/report/pdf/ar_collection.collection_{report}_report/{record.id}",
        ]

    def _told(self, page):
        """:return: what a page says of the customer"""
        text = self.url_open(page).text
        return [name for name in ("Corner Shop", self.bill.name) if name in text]

    def test_a_customer_opens_nothing_of_another(self):
        self.authenticate(self.rival.login, PASSWORD)
        for page in self.documents + self.records:
            with self.subTest(page):
                self.assertFalse(self._told(page))

    def test_a_customer_opens_the_own_order_and_bill_and_no_case(self):
        self.authenticate(self.buyer.login, PASSWORD)
        self.assertIn(self.bill.name, self.url_open(self.documents[2]).text)
        self.assertIn(self.order.name, self.url_open(self.documents[0]).text)
        for page in self.records:
            with self.subTest(page):
                self.assertFalse(self._told(page))

    def test_nobody_in_particular_opens_anything(self):
        self.authenticate(None, None)
        for page in self.documents + self.records:
            with self.subTest(page):
                self.assertFalse(self._told(page))

    def test_no_thread_is_read_by_who_is_no_part_of_it(self):
        self.case.sudo().message_post(body="They will never pay")
        for user in self.buyer, self.rival:
            self.authenticate(user.login, PASSWORD)
            answer = self.url_open(
                "/mail/thread/messages",
                json={
                    "params": {
                        "thread_model": "collection.case",
                        "thread_id": self.case.id,
                    }
                },
            )
            self.assertNotIn("never pay", answer.text)

    def test_what_does_not_exist_is_said_in_no_words_of_the_database(self):
        self.authenticate(self.collector.login, PASSWORD)
        for number in FAR, 2**31 - 1, "x", -1:
            for page in (
                f"/my/orders/{number}",
                f"/my/invoices/{number}",
                f"/odoo/collection.case/{number}",
                f"/report/html/ar_collection.collection_letter_report/{number}",
                f"/report/pdf/ar_collection.collection_case_report/{number}",
                f"/web/content/collection.letter/{number}/document",
            ):
                with self.subTest(page):
                    self.assertNotRegex(self.url_open(page).text, WORDS)

    @contextmanager
    def _met(self, model, method):
        """Let a method meet another transaction, however often it is tried."""

        def met(*_args, **_kwargs):
            raise Met(RAW)

        kind = self.registry[model]
        pause = patch("odoo.service.model.random.uniform", return_value=0)
        with pause, patch.object(kind, method, met):
            yield

    def test_a_page_that_met_another_transaction_says_to_try_again(self):
        report = "/report/html/ar_collection.collection_letter_report/1"
        for user, page, model, method in (
            (self.collector, report, "ir.actions.report", "_render_qweb_html"),
            (self.buyer, self.documents[0], "sale.order", "_get_portal_return_action"),
        ):
            self.authenticate(user.login, PASSWORD)
            with self.subTest(page), self._met(model, method):
                text = self.url_open(page).text
                self.assertNotRegex(text, WORDS)
                self.assertIn("Try again in a moment", text)


@tagged("post_install", "-at_install")
class TestImport(Quiet, CreditCommon, HttpCase):
    """A file with columns that nobody writes, as the import of any list takes it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._order(1200)
        cls.order.action_confirm()
        cls.decision = cls.env["credit.decision"].search(
            [("order_id", "=", cls.order.id)], limit=1
        )
        for user in cls.salesman, cls.officer, cls.manager:
            user.password = PASSWORD

    def _call(self, model, method, *args):
        return self.make_jsonrpc_request(
            f"/web/dataset/call_kw/{model}/{method}",
            {"model": model, "method": method, "args": [*args], "kwargs": {}},
        )

    def _imported(self, user, model, row):
        """Import a file with one row.

        :param dict row: columns as the file names them, and what stands there
        :return: what the import said
        """
        self.authenticate(user.login, PASSWORD)
        self.env.flush_all()
        wizard = self._call("base_import.import", "create", [{"res_model": model}])[0]
        content = ",".join(row) + "\n" + ",".join(map(str, row.values())) + "\n"
        self.env["base_import.import"].sudo().browse(wizard).write(
            {"file": content.encode(), "file_type": "text/csv", "file_name": "x.csv"}
        )
        self.env.flush_all()
        options = {"has_headers": True, "quoting": '"', "separator": ","}
        said = self._call(
            "base_import.import", "execute_import", [wizard], [*row], [*row], options
        )
        self.env.invalidate_all()
        return " ".join(each["message"] for each in said["messages"])

    def test_what_credit_does_not_cover_is_not_imported_confirmed(self):
        row = {
            "partner_id/.id": self.customer.id,
            "state": "Sales Order",
            "order_line/product_id/.id": self.product.id,
            "order_line/price_unit": 9000,
        }
        known = self.env["sale.order"].search([])
        said = self._imported(self.salesman, "sale.order", row)
        self.assertIn("waits for a credit decision", said)
        self.assertEqual(self.env["sale.order"].search([]), known)
        said = self._imported(
            self.salesman, "sale.order", row | {"order_line/price_unit": 90}
        )
        self.assertFalse(said, "as far as there is room it is")

    def test_columns_that_nobody_writes_are_refused_in_a_sentence(self):
        line = self.order.order_line
        tried = (
            (self.salesman, self.order, {"state": "Sales Order"}),
            (self.salesman, line, {"qty_invoiced": 1}),
            (self.salesman, line, {"is_downpayment": 1}),
            (self.manager, self.decision, {"state": "Released"}),
            (self.manager, self.decision, {"reason": "Fine"}),
            (self.officer, self.file, {"on_hold": 0, "hold_reason": "none"}),
            (self.officer, self.file, {"policy_id/.id": self.policy.id}),
            (self.manager, self.file.limit_ids[:1], {"amount": 90000}),
        )
        for user, record, columns in tried:
            with self.subTest(record._name, columns=columns):
                before = record.sudo().read(
                    [each.partition("/")[0] for each in columns]
                )
                row = {".id": record.id, **columns}
                said = self._imported(user, record._name, row)
                self.assertTrue(said)
                self.assertNotRegex(said, WORDS)
                self.assertNotIn("Unknown error", said)
                after = record.sudo().read([each.partition("/")[0] for each in columns])
                self.assertEqual(after, before)
