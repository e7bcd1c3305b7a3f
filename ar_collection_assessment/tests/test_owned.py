from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.ar_collection.tests.common import CollectionCommon
from odoo.addons.trade_credit_base.tests.owned_common import OwnedLaws

BANDS = [
    Command.create({"is_lowest": True, "rate": 0}),
    Command.create({"start": 5, "rate": 0.1}),
]


@tagged("post_install", "-at_install")
class TestOwned(OwnedLaws, CollectionCommon):
    """Two companies with a benchmark and an objection each."""

    addon = "ar_collection_assessment"
    groups = "ar_collection.collection_group_manager"

    @classmethod
    def _pairs(cls):
        # Nothing that can be there only once stands in the way
        pairs = [
            cls._of_company(cls.company, "collection_rate"),
            cls._of_company(cls.other, "overdue_ratio"),
        ]
        return {mine._name: (mine, theirs) for mine, theirs in zip(*pairs, strict=True)}

    @classmethod
    def _of_company(cls, company, code):
        """:return: a record of each model, all of that company"""
        env = cls.env(su=True)
        own = {"company_id": company.id}
        benchmarks = env["collection.benchmark"]
        benchmarks.search([("company_id", "=", company.id)]).unlink()
        benchmark = benchmarks.create(
            {"code": code, "benchmark": 1, "band_ids": BANDS} | own
        )
        customer = cls._customer(f"Customer of {company.name}")
        objection = {"partner_id": customer.id, "reason": "Never pays"}
        return [
            benchmark,
            benchmark.band_ids[1],
            env["collection.objection"].create(objection | own),
        ]
