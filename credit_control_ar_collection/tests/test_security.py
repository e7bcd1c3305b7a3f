from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .common import SupplyCommon


@tagged("post_install", "-at_install")
class TestSecurity(SupplyCommon):
    """Who resumes supply, and who sees what."""

    def test_only_credit_officers_resume_supply(self):
        self._pay(self._warn())
        self._follow()
        for user in self.salesman, self.collector:
            with self.assertRaises(AccessError):
                self.file.with_user(user).action_resume_collected()
        self.assertTrue(self.file.on_hold)

    def test_a_collector_without_credit_rights_does_not_resume_from_the_case(self):
        invoice = self._warn()
        case = self.file.collection_case_id
        self._pay(invoice)
        self._follow()
        with self.assertRaises(AccessError):
            case.with_user(self.collector).action_resume_supply()
        self.assertTrue(self.file.on_hold)

    def test_a_collector_sees_that_supply_is_stopped_and_no_credit_file(self):
        self._warn()
        case = self.file.collection_case_id.with_user(self.collector)
        self.assertTrue(case.credit_on_hold)
        with self.assertRaises(AccessError):
            case.read(["credit_file_id"])

    def test_nobody_writes_that_everything_was_paid(self):
        self._warn()
        for user in self.officer, self.manager:
            with self.assertRaises(AccessError):
                self.file.with_user(user).collection_paid_on = self.today
        with self.assertRaises(AccessError):
            self.env["credit.file"].with_user(self.manager).create(
                {
                    "partner_id": self._customer("New").id,
                    "company_id": self.company.id,
                    "collection_paid_on": self.today,
                }
            )

    def test_a_context_resumes_nothing(self):
        self._warn()
        keys = {"collection_paid_on": self.today, "force": True, "su": True}
        with self.assertRaises(AccessError):
            self.file.with_user(self.officer).with_context(
                **keys
            ).action_resume_collected()

    def test_the_effect_stops_supply_whatever_rights_collection_has(self):
        self._invoice(100, late=15)
        self._run()
        self.env["collection.action"].with_user(self.collector).sudo().search(
            [("company_id", "=", self.company.id)]
        )._perform()
        self.assertTrue(self.file.on_hold)


@tagged("post_install", "-at_install")
class TestCompanies(SupplyCommon):
    """Each company stops and resumes for itself; branches count in their company."""

    def test_a_warning_of_a_branch_stops_the_file_of_its_company(self):
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id}
        )
        self.env.cr.precommit.run()  # loads the chart of accounts
        self.env.user.company_ids += branch
        self._invoice(100, late=15, company_id=branch.id)
        self._run()
        self._perform()
        self.assertTrue(self.file.on_hold)

    def test_another_company_of_the_same_customer_goes_on(self):
        other = self.setup_other_company()["company"]
        theirs = self.env["credit.file"].create(
            {"partner_id": self.shop.id, "company_id": other.id}
        )
        self._pay(self._warn())
        self.assertTrue(self.file.on_hold)
        self.assertFalse(theirs.on_hold)
        theirs._stop_supply("collection", "Theirs")
        self._follow()
        self.assertTrue(self.file.collection_paid_on)
        self.assertFalse(theirs.collection_paid_on)
        self.assertFalse(theirs.activity_ids)

    def test_users_of_another_company_are_not_asked(self):
        other = self.setup_other_company()["company"]
        stranger = self._user("elsewhere", "credit_control.credit_group_officer")
        stranger.write(
            {"company_ids": [Command.set(other.ids)], "company_id": other.id}
        )
        branch = self.env["res.company"].create(
            {"name": "North", "parent_id": self.company.id}
        )
        north = self._user("north", "credit_control.credit_group_officer")
        north.write({"company_ids": [Command.set(branch.ids)], "company_id": branch.id})
        self._pay(self._warn())
        self._follow()
        self.assertNotIn(stranger, self.file.activity_ids.user_id)
        self.assertIn(north, self.file.activity_ids.user_id, "works in a branch")
