import io
from datetime import date, timedelta

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools.pdf import PdfFileReader

from odoo.addons.trade_credit_base.tests.job.job_common import run_job

from ...core import assessment as core
from .assessment_common import LAST, AssessmentCommon

# Who may do what (create, read, write, delete)
LOOK, SETTINGS = {"all": "r"}, {"all": "r", "manager": "crwd"}  # own ones, to look
RIGHTS = {
    "collection.assessment": LOOK,
    "collection.assessment.line": LOOK,
    "collection.assessment.item": LOOK,
    "collection.objection": {"all": "cr", "seller": ""},
    "collection.benchmark": SETTINGS,
    "collection.benchmark.band": SETTINGS,
    "collection.assessment.open": {"all": "", "finance": "crwd", "manager": "crwd"},
}
TODO = "mail.mail_activity_data_todo"
OPERATIONS = {"create": "c", "read": "r", "write": "w", "unlink": "d"}


@tagged("post_install", "-at_install")
class TestAssessmentStates(AssessmentCommon):
    """Draft, agreed by finance, closed by a manager."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.salesman.group_ids += cls.env.ref("ar_collection.collection_group_user")
        cls.invoice = cls._sold(100, date(2024, 3, 1), date(2024, 3, 15))
        cls.account = cls.accounts._open(cls.company, LAST)

    def _as(self, user):
        return self.account.with_user(user)

    def test_only_a_draft_follows_the_books(self):
        self._sold(50, date(2024, 3, 2), date(2024, 3, 15))
        self._as(self.finance).action_compute()
        self.assertEqual(self.account.receivables, 150)
        self._as(self.finance).action_agree()
        self._sold(25, date(2024, 3, 2), date(2024, 3, 15))
        with self.assertRaises(UserError):
            self._as(self.finance).action_compute()
        self.assertEqual(self.account.receivables, 150)
        self._as(self.boss).action_back_to_draft()
        self._as(self.finance).action_compute()
        self.assertEqual(self.account.receivables, 175)

    def test_finance_agrees_and_a_manager_closes(self):
        for user in self.salesman, self.collector:
            with self.subTest(user.login), self.assertRaises(AccessError):
                self._as(user).action_agree()
        with self.assertRaises(UserError):
            self._as(self.boss).action_close()
        self._as(self.finance).action_agree()
        with self.assertRaises(AccessError):
            self._as(self.finance).action_close()
        self._as(self.boss).action_close()
        with self.assertRaises(UserError):
            self._as(self.boss).action_back_to_draft()
        self.assertRecordValues(
            self.account,
            [
                {
                    "state": "closed",
                    "agreed_by_id": self.finance.id,
                    "closed_by_id": self.boss.id,
                    "closed_on": self.today,
                }
            ],
        )

    def test_nobody_closes_what_they_agreed(self):
        self._as(self.boss).action_agree()
        with self.assertRaises(AccessError) as refusal:
            self._as(self.boss).action_close()
        self.assertIn("a colleague closes it", str(refusal.exception))
        # Nor after a round by the draft, but a colleague's agreement lets them
        self._as(self.boss).action_back_to_draft()
        self._as(self.finance).action_agree()
        self._as(self.boss).action_close()
        self.assertEqual(self.account.state, "closed")

    def test_nobody_passes_the_own_account(self):
        self.salesman.group_ids += self.env.ref(
            "ar_collection.collection_group_manager"
        )
        with self.assertRaises(AccessError):
            self._as(self.salesman).action_agree()
        self._as(self.finance).action_agree()
        with self.assertRaises(AccessError):
            self._as(self.salesman).action_close()

    def test_nobody_writes_or_deletes_an_account(self):
        self._disputed(self.invoice)
        self._as(self.finance).action_compute()
        for record in self.account, self.account.line_ids, self.account.item_ids:
            mine = record.with_user(self.boss)
            self.assertTrue(record)
            with self.subTest(record._name), self.assertRaises(AccessError):
                mine.write({"amount": 1})
            with self.subTest(record._name), self.assertRaises(AccessError):
                mine.create({"company_id": self.company.id})
            with self.subTest(record._name), self.assertRaises(UserError):
                record.sudo().unlink()

    def test_a_salesperson_sees_the_own_account_and_finance_all(self):
        rival = self._user("rival", "ar_collection.collection_group_user")
        # A salesperson needs no group for it
        self.salesman.group_ids = self.env.ref("base.group_user")
        opened = Form(self.account.with_user(self.salesman))
        self.assertEqual(opened.user_id, self.salesman)
        for user, count in (
            (self.salesman, 1),
            (rival, 0),
            (self.collector, 0),
            (self.finance, 1),
            (self.boss, 1),
        ):
            with self.subTest(user.login):
                for model in self.account, self.account.line_ids:
                    seen = model.with_user(user).search([("id", "in", model.ids)])
                    self.assertEqual(len(seen), count)

    def test_accounts_and_objections_wait_for_who_agrees_closes_and_decides(self):
        def told(record):
            ours = [("trade_wait", "!=", False)]
            found = record.sudo().activity_search([TODO], additional_domain=ours)
            return set(found.mapped("user_id.login"))

        def follow(record):
            record.sudo()._follow_all_waits(self.company)
            return told(record)

        self.company.trade_wait_days = 36500
        self.assertIn("finance", follow(self.account))
        self.account.with_user(self.finance).action_agree()
        self.assertIn("boss", follow(self.account))
        self.account.sudo().agreed_by_id = self.boss
        self.assertNotIn("boss", follow(self.account), "they agreed it")
        self.account.sudo().agreed_by_id = self.finance
        self.assertNotIn("finance", told(self.account))
        self.account.with_user(self.boss).action_close()
        self.assertFalse(follow(self.account))
        mine = self.env["collection.objection"].with_user(self.salesman)
        objection = mine.create(
            {
                "reason": "They never pay.",
                "company_id": self.company.id,
                "partner_id": self.shop.id,
            }
        )
        self.assertIn("boss", told(objection))
        objection.with_user(self.boss).action_overrule()
        self.assertFalse(told(objection))

    def test_objections_are_entered_in_ones_own_name_and_decided_by_another(self):
        mine = self.env["collection.objection"].with_user(self.salesman)
        reason = {"reason": "They never pay.", "company_id": self.company.id}
        for forged in (
            {"state": "overruled"},
            {"user_id": self.collector.id},
            {"entered_on": date(2024, 1, 1)},
        ):
            with self.subTest(forged), self.assertRaises(AccessError):
                mine.create({**reason, "partner_id": self.shop.id, **forged})
        objection = mine.create({**reason, "partner_id": self.shop.id})
        self.assertRecordValues(
            objection,
            [
                {
                    "user_id": self.salesman.id,
                    "entered_on": self.today,
                    "state": "open",
                    "whole_customer": True,
                }
            ],
        )
        with self.assertRaises(AccessError):
            objection.write({"reason": "Never mind."})
        with self.assertRaises(AccessError):
            objection.with_user(self.finance).action_overrule()
        self.salesman.group_ids += self.env.ref(
            "ar_collection.collection_group_manager"
        )
        with self.assertRaises(AccessError):
            objection.action_overrule()
        objection.with_user(self.boss).action_overrule()
        self.assertEqual(objection.sudo().decided_by_id, self.boss)
        objection.with_user(self.boss).action_accept()
        self.assertEqual(objection.state, "overruled", "decided once")

    def test_what_somebody_keeps_as_a_default_is_on_no_objection(self):
        defaults = self.env["ir.default"].with_user(self.salesman)
        defaults.set("collection.objection", "state", "accepted", user_id=True)
        mine = self.env["collection.objection"].with_user(self.salesman)
        made = mine.create({"partner_id": self.shop.id, "reason": "Never pays"})
        self.assertEqual(made.state, "open")

    def test_every_figure_leads_to_what_it_is_computed_from(self):
        self._benchmarks(**{code: (0, (None, 0)) for code in core.FORMULAS})
        self._lost(7, date(2024, 1, 1))
        late = self._sold(30, date(2024, 2, 1), date(2024, 2, 15))
        self._paid(late, date(2024, 3, 2))
        self._sold(40, date(2024, 3, 1), date(2024, 4, 30))
        self._as(self.finance).action_compute()
        found = {}
        for line in self.account.line_ids:
            action = line.action_open_base()
            records = self.env[action["res_model"]].search(action["domain"])
            found[line.code] = records
        self.assertEqual(sum(found["receivables_share"].mapped("balance")), 140)
        self.assertEqual(found["collection_period"], found["receivables_share"])
        self.assertEqual(sum(found["overdue_ratio"].mapped("balance")), 100)
        self.assertEqual(sum(found["collection_rate"].mapped("balance")), 130)
        self.assertFalse(found["discounts_taken"])
        self.assertEqual(found["bad_debts_to_sales"].written_off, 7)

    def test_finance_draws_up_a_month_that_is_over(self):
        wizard = self.env["collection.assessment.open"]
        mine = wizard.with_user(self.finance)
        action = mine.create({"month": date(2024, 2, 9)}).action_open()
        self.assertFalse(self.accounts.search(action["domain"]))
        self._sold(10, date(2024, 2, 1), date(2024, 2, 15))
        action = mine.create({"month": date(2024, 2, 9)}).action_open()
        self.assertRecordValues(
            self.accounts.search(action["domain"]), [{"month": date(2024, 2, 29)}]
        )
        with self.assertRaises(UserError):
            mine.create({"month": self.today}).action_open()
        with self.assertRaises(AccessError):
            wizard.with_user(self.collector).create({"month": LAST})

    def test_the_daily_job_draws_up_last_month_once(self):
        first = self.today.replace(day=1)
        last = first - timedelta(1)
        self._sold(100, last, last)
        job = self.env.ref("ar_collection_assessment.job_assessment")
        for outcome in "Accounts drawn up: 1", "There was nothing to do.":
            self.assertEqual(run_job(self, job).outcome, outcome)
        own = [("company_id", "=", self.company.id), ("month", "=", last)]
        self.assertEqual(self.accounts.search(own).user_id, self.salesman)

    def test_accounts_print_one_at_a_time_and_joined(self):
        february = self.accounts._open(self.company, date(2024, 2, 29))
        self._sold(10, date(2024, 2, 1), date(2024, 2, 15))
        february = self.accounts._open(self.company, date(2024, 2, 29))
        report = self.env.ref("ar_collection_assessment.collection_assessment_report")
        report = report.with_context(force_report_rendering=True)
        both = (self.account + february).with_user(self.finance)
        content, _kind = report.with_user(self.finance)._render_qweb_pdf(
            report, both.ids
        )
        self.assertEqual(len(PdfFileReader(io.BytesIO(content)).pages), 2)
        for render in "_render_qweb_pdf", "_render_qweb_html", "_render_qweb_text":
            with self.subTest(render), self.assertRaises(AccessError):
                getattr(report.with_user(self.collector), render)(report, both.ids)

    def test_nobody_has_more_rights_than_he_needs(self):
        people = {
            "user": self.salesman,
            "collector": self.collector,
            "finance": self.finance,
            "manager": self.boss,
            "seller": self._user("seller", "base.group_user"),
        }
        for model, rights in RIGHTS.items():
            for kind, user in people.items():
                with self.subTest(model=model, who=kind):
                    records = self.env[model].with_user(user)
                    granted = {
                        letter
                        for operation, letter in OPERATIONS.items()
                        if records.has_access(operation)
                    }
                    expected = rights.get(kind, rights["all"])
                    self.assertEqual(granted, set(expected))

    def test_another_company_sees_nothing_of_this_one(self):
        other = self.env["res.company"].create({"name": "Other"})
        stranger = self._user("stranger", "ar_collection.collection_group_manager")
        stranger.write({"company_ids": [Command.set(other.ids)], "company_id": other})
        self._disputed(self.invoice)
        self._as(self.finance).action_compute()
        for record in (
            self.account,
            self.account.line_ids,
            self.account.item_ids,
            self._objected(LAST, partner_id=self.shop.id),
            self.env["collection.benchmark"].search(
                [("company_id", "=", self.company.id)]
            ),
        ):
            self.assertTrue(record)
            with self.subTest(record._name), self.assertRaises(AccessError):
                record.with_user(stranger).read(["company_id"])
