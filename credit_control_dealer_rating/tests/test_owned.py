from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.trade_credit_base.tests.owned_common import OwnedLaws

from .common import RatedCommon


@tagged("post_install", "-at_install")
class TestOwned(OwnedLaws, RatedCommon):
    """Two companies, the standard policy's terms and a level that both may use."""

    addon = "credit_control_dealer_rating"
    groups = "credit_control.credit_group_manager"

    @classmethod
    def _pairs(cls):
        levels = cls.env["credit.service.level"].sudo()
        cls.standard = cls.env.ref("credit_control.credit_policy_standard").sudo()
        terms = {"grade_id": cls._grade("AB").id, "creditworthy": False}
        theirs = cls.standard.create(
            {
                "name": "Theirs",
                "company_id": cls.other.id,
                "grade_terms_ids": [Command.create(terms)],
            }
        )
        own = {"name": "Ours", "company_id": cls.company.id}
        there = {"name": "Theirs", "company_id": cls.other.id}
        # Room for what is moved or made there
        worst = cls._grade("CB") + cls._grade("CC")
        cls.standard.grade_terms_ids.filtered(lambda t: t.grade_id in worst).unlink()
        cls._terms("CB").sudo().unlink()
        return {
            "credit.grade.terms": (cls._terms("CC").sudo(), theirs.grade_terms_ids),
            "credit.service.level": (levels.create(own), levels.create(there)),
        }

    @classmethod
    def _shared(cls):
        terms = cls.standard.grade_terms_ids
        return {
            terms.filtered(lambda t: t.grade_id.name == "AB"): {"deposit": 7},
            cls.env.ref("credit_control_dealer_rating.service_level_basic").sudo(): {
                "sequence": 77
            },
        }

    def _values(self, mine):
        values = super()._values(mine)
        if mine._name == "credit.grade.terms":
            values["grade_id"] = self._grade("CB").id
        return values

    def test_a_shared_policy_gets_no_terms_through_its_form(self):
        terms = self.standard.grade_terms_ids[0]
        for command in (
            Command.update(terms.id, {"rate": 5}),
            Command.delete(terms.id),
        ):
            with self.subTest(command=command), self.assertRaises(AccessError):
                vals = {"grade_terms_ids": [command]}
                self._call(self.boss, self.standard, "write", vals)
