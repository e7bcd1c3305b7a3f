from http import HTTPStatus
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from ..common import CollectionCommon

QUIET = "odoo.http", "odoo.addons.base.models"
FORMATS = "html", "text", "pdf"
PASSWORD = "a long password 1"


@tagged("post_install", "-at_install")
class TestReportDoors(CollectionCommon, HttpCase):
    """The address of a report gives nobody what they may not read or export."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        other = cls.env["res.company"].create({"name": "Other"})
        cls.user = cls._user("desk", "ar_collection.collection_group_user")
        cls.heir = cls._user("heir", "ar_collection.collection_group_user")
        cls.stranger = new_test_user(
            cls.env,
            "stranger",
            groups="ar_collection.collection_group_manager",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        cls.portal = new_test_user(cls.env, "buyer", groups="base.group_portal")
        cls.stages["notice2"].letter_kind = "notice2"
        cls._invoice(100, late=8)
        cls._invoice(50, late=8, customer=cls._customer("Mill"))
        actions = cls._run()
        cls.cases = actions.case_id
        cls.cases.user_id = cls.collector
        handovers = cls.env["collection.handover"].with_user(cls.collector)
        cls.records = {
            "case": cls.cases,
            "letter": cls.env["collection.letter"].sudo()._build(actions),
            "statement": cls.env["collection.statement"]
            .sudo()
            ._make(cls.company, cls.today),
            "handover": handovers._prepare(cls.company, cls.salesman, cls.heir).sudo(),
        }
        for user in cls.user, cls.collector, cls.stranger, cls.portal, cls.salesman:
            user.password = PASSWORD

    def setUp(self):
        super().setUp()
        quiet = mute_logger(*QUIET)
        quiet.__enter__()  # noqa: PLC2801
        self.addCleanup(quiet.__exit__)
        reports = type(self.env["ir.actions.report"])
        self.startPatcher(
            patch.object(
                reports, "_collection_pdf", lambda *_args, **_kwargs: b"%PDF-1.4"
            )
        )

    def _get(self, kind, how, records):
        ids = ",".join(map(str, records.ids))
        return self.url_open(f"/report/{how}/ar_collection.{kind}_report/{ids}")

    def test_who_may_not_read_a_record_prints_it_in_no_format(self):
        for user in self.portal, self.salesman, self.stranger:
            self.authenticate(user.login, PASSWORD)
            for kind, records in self.records.items():
                self.assertTrue(records, kind)
                if user == self.salesman and kind == "letter":
                    continue  # those of the own customers
                for how in FORMATS:
                    for chosen in records[:1], records:
                        with self.subTest(user.login, kind=kind, how=how):
                            answer = self._get(kind, how, chosen)
                            self.assertEqual(answer.status_code, HTTPStatus.FORBIDDEN)
                            self.assertNotIn("Mill", answer.text)

    def test_one_record_that_may_be_read_brings_no_other_with_it(self):
        statements = self.records["statement"]
        own, foreign = statements[:1], statements[1:2]
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE collection_statement SET company_id = %s WHERE id = %s",
            [self.stranger.company_id.id, own.id],
        )
        self.env.invalidate_all()
        self.authenticate(self.stranger.login, PASSWORD)
        self.assertEqual(self._get("statement", "html", own).status_code, HTTPStatus.OK)
        both = self._get("statement", "html", own + foreign)
        self.assertEqual(both.status_code, HTTPStatus.FORBIDDEN)

    def test_who_may_read_a_record_prints_it(self):
        self.authenticate(self.collector.login, PASSWORD)
        for kind, records in self.records.items():
            with self.subTest(kind=kind):
                answer = self._get(kind, "html", records)
                self.assertEqual(answer.status_code, HTTPStatus.OK)
                self.assertIn("Mill", answer.text)

    def test_a_case_is_printed_by_those_who_may_export_it(self):
        self.authenticate(self.user.login, PASSWORD)
        for how in FORMATS:
            with self.subTest(how=how):
                answer = self._get("case", how, self.cases)
                self.assertEqual(answer.status_code, HTTPStatus.FORBIDDEN)
        self.assertEqual(
            self._get("letter", "html", self.records["letter"]).status_code,
            HTTPStatus.OK,
        )

    def test_a_report_that_somebody_made_of_a_template_opens_no_door(self):
        report = self.env.ref("ar_collection.collection_case_report").sudo().copy()
        for own in report, self.env.ref("ar_collection.collection_case_report"):
            with self.assertRaises(AccessError):
                own.with_user(self.portal)._render_qweb_html(own.id, self.cases.ids)
