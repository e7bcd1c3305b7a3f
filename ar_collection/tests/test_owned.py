from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.trade_credit_base.tests.owned_common import OwnedLaws

from .common import CollectionCommon


@tagged("post_install", "-at_install")
class TestOwned(OwnedLaws, CollectionCommon):
    """Two companies with the same settings, and the reasons that both use."""

    addon = "ar_collection"
    brought = frozenset({"trade.holiday"})
    groups = "ar_collection.collection_group_manager"

    @classmethod
    def _pairs(cls):
        found = {}
        cls._invoice(100, late=8)
        cls._run()
        # Nothing that can be there only once stands in the way
        pairs = [
            cls._of_company(cls.company, "2024-05-01"),
            cls._of_company(cls.other, "2024-05-02"),
        ]
        for mine, theirs in zip(*pairs, strict=True):
            found[mine._name] = (mine, theirs)
        return found

    @classmethod
    def _of_company(cls, company, day):
        """:return: a record of each model, all of that company"""
        env = cls.env(su=True)
        own = {"company_id": company.id}
        procedure = env["collection.procedure"].create(
            {"name": company.name, "stage_ids": [cls._stage(f"s{company.id}", 40)]}
            | own
        )
        authority = {"kind": "legal_action", "is_unlimited": True}
        authority["user_ids"] = [Command.set(cls.boss.ids)]
        customer = cls._customer(f"Customer of {company.name}")
        case = {"partner_id": customer.id, "opened_on": cls.today}
        return [
            procedure,
            procedure.stage_ids,
            procedure.stage_ids.effect_ids,
            env["collection.measure.authority"].create(authority | own),
            env["collection.reason"].create({"name": "Own"} | own),
            env["trade.holiday"].create({"name": "Rest", "date": day} | own),
            env["collection.case"].create(case | own),
        ]

    @classmethod
    def _shared(cls):
        return {cls.env.ref("ar_collection.reason_cash").sudo(): {"sequence": 77}}

    def test_a_reason_is_for_the_own_company_unless_one_keeps_all(self):
        reasons = self.env["collection.reason"]
        own = reasons.with_user(self.boss).create({"name": "Own"})
        self.assertEqual(own.company_id, self.company)
        both = reasons.with_user(self.head).create({"name": "For Both"})
        self.assertFalse(both.company_id)

    def test_no_stage_comes_over_through_the_form_of_its_procedure(self):
        mine, _theirs = self.pairs["collection.procedure"]
        stage = self.pairs["collection.stage"][1]
        for command in (
            Command.link(stage.id),
            Command.update(stage.id, {"day": 3}),
            Command.delete(stage.id),
        ):
            with self.subTest(command=command), self.assertRaises(AccessError):
                self._call(self.boss, mine, "write", {"stage_ids": [command]})
        self.assertTrue(stage.exists())
