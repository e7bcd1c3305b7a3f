from odoo.tests import tagged

from odoo.addons.ar_collection.tests.common import CollectionCommon
from odoo.addons.trade_credit_base.tests.owned_common import OwnedLaws


@tagged("post_install", "-at_install")
class TestOwned(OwnedLaws, CollectionCommon):
    """Two companies with buckets and a provision each; bounds are nobody's."""

    addon = "ar_collection_figures"
    groups = "ar_collection.collection_group_manager"

    @classmethod
    def _pairs(cls):
        pairs = [cls._of_company(each) for each in (cls.company, cls.other)]
        bounds = cls.env["collection.ageing.bound"].sudo().search([], limit=2)
        pairs = [*zip(*pairs, strict=True), tuple(bounds)]
        return {mine._name: (mine, theirs) for mine, theirs in pairs}

    @classmethod
    def _of_company(cls, company):
        """:return: a record of each model, all of that company"""
        env = cls.env(su=True)
        buckets = env["collection.ageing.bucket"]
        buckets._ensure(company)
        provision = env["collection.provision"].create(
            {"method": "entered", "company_id": company.id}
        )
        return [buckets._of(company)[0], provision, provision.line_ids[0]]
