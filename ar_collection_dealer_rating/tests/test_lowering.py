from odoo.tests import tagged

from odoo.addons.ar_collection.tests.common import CollectionCommon
from odoo.addons.trade_credit_base.sentences import worded

from .. import _leave
from ..models.collection_effect import LOWER


@tagged("post_install", "-at_install")
class TestLowering(CollectionCommon):
    """A warning lowers the grade by one step: once a case, and with its reason."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stages["warning"]._add_effect(LOWER)
        cls.chain = cls._customer("Chain")  # no dealer
        cls.grades = cls.env["dealer.grade"].sudo()._by_letters()
        values = {"partner_id": cls.shop.id, "company_id": cls.company.id}
        cls.dealer = cls.env["rating.dealer"].sudo().create(values)
        cls.dealer.grade_id = cls.grades["BB"]

    def _warn(self, day=0, late=15):
        """Let an invoice reach the warning, and do what that stage does."""
        invoice = self._invoice(100, late=late)
        actions = self._run(day)
        self._perform()
        return invoice, actions.filtered(lambda each: each.partner_id == self.shop)

    def test_a_warning_lowers_the_grade_and_says_why(self):
        self._invoice(100, late=15, customer=self.chain)
        _invoice, action = self._warn()
        self.assertEqual(action.stage_id.code, "warning")
        self.assertEqual(action.state, "done")
        self.assertEqual(self.dealer.grade_id, self.grades["AC"])
        fall = self.dealer.grading_ids.sorted("id")[-1]
        self.assertEqual((fall.source, fall.origin), ("downgrade", "collection"))
        self.assertEqual(fall.reason, worded(self.env, action._why()))
        self.assertIn("15 days late", fall.reason)

    def test_stages_before_the_warning_lower_nothing(self):
        self._warn(late=8)
        self.assertEqual(self.dealer.grade_id, self.grades["BB"])

    def test_a_second_warning_in_the_same_case_lowers_nothing_more(self):
        self._warn()
        self._warn(7, late=8)
        self.assertEqual(self.dealer.grade_id, self.grades["AC"])
        effects = self.env["collection.effect"].search([("code", "=", LOWER)])
        effects._effect_lower_grade()
        self.assertEqual(self.dealer.grade_id, self.grades["AC"])

    def test_a_new_case_lowers_again(self):
        invoice, _action = self._warn()
        self._pay(invoice)
        self._run(1)
        self._warn(2, late=13)
        self.assertEqual(self.dealer.grade_id, self.grades["CA"])

    def test_a_dealer_without_a_grade_falls_from_its_first_one(self):
        self.dealer.grade_id = False
        self._warn()
        self.assertFalse(self.dealer.grade_id)
        self.assertEqual(self.dealer.grading_ids.steps, 1)

    def test_installing_and_leaving(self):
        shipped = self.env.ref("ar_collection.stage_warning").sudo()
        self.assertIn(LOWER, shipped.effect_ids.mapped("code"))
        self.assertFalse(shipped._add_effect(LOWER))
        self._invoice(100, late=15)
        effect = self._run()._effects_to_do().filtered(lambda e: e.code == LOWER)
        _leave(self.env(su=True))
        stages = self.env["collection.stage.effect"].search([("code", "=", LOWER)])
        self.assertFalse(stages)
        self.assertEqual(effect.state, "failed")
