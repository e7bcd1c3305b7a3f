from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.trade_credit_base.tests.owned_common import OwnedLaws

from .common import CreditCommon


@tagged("post_install", "-at_install")
class TestOwned(OwnedLaws, CreditCommon):
    """Two companies, and the standard policy that both may use."""

    addon = "credit_control"
    groups = "credit_control.credit_group_manager"

    @classmethod
    def _pairs(cls):
        policies = cls.env["credit.policy"].sudo()
        there = {
            "name": "Theirs",
            "company_id": cls.other.id,
            "rule_ids": [cls._rule("no_limit")],
        }
        theirs = policies.create(there)
        file = {"partner_id": cls._customer("Elm").id, "company_id": cls.other.id}
        return {
            "credit.policy": (cls.policy.sudo(), theirs),
            "credit.rule": (cls.policy.sudo().rule_ids[0], theirs.rule_ids),
            "credit.file": (
                cls.file.sudo(),
                cls.env["credit.file"].sudo().create(file),
            ),
        }

    @classmethod
    def _shared(cls):
        standard = cls.env.ref("credit_control.credit_policy_standard").sudo()
        return {standard: {"sequence": 77}, standard.rule_ids[0]: {"sequence": 77}}

    def _values(self, mine):
        if mine._name != "credit.file":
            return super()._values(mine)
        ash = self._customer("Ash")
        return {"partner_id": ash.id, "company_id": self.company.id}

    def test_a_shared_policy_gets_no_rule_through_its_form(self):
        policy, rule = self._shared()
        theirs = self.pairs["credit.rule"][1]
        for record, command in (
            (policy, Command.create({"kind": "hold"})),
            (policy, Command.update(rule.id, {"threshold": 5})),
            (policy, Command.delete(rule.id)),
            (self.policy, Command.link(rule.id)),
            (self.policy, Command.link(theirs.id)),
            (self.policy, Command.update(theirs.id, {"threshold": 5})),
        ):
            with self.subTest(command=command), self.assertRaises(AccessError):
                self._call(self.boss, record, "write", {"rule_ids": [command]})

    def test_a_new_policy_is_for_the_own_company(self):
        policies = self.env["credit.policy"]
        own = policies.with_user(self.boss).create({"name": "Own"})
        self.assertEqual(own.company_id, self.company)
        both = policies.with_user(self.head).create({"name": "For Both"})
        self.assertFalse(both.company_id)

    def test_a_branch_is_no_company_of_its_own_here(self):
        self.env["res.company"].sudo().create(
            {"name": "Branch", "parent_id": self.company.id}
        )
        policy = next(iter(self._shared()))
        policy.with_user(self.head).name = "For All"
        self.assertEqual(policy.name, "For All")
