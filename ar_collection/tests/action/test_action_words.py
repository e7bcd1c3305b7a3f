from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import CollectionCommon


@tagged("post_install", "-at_install")
class TestActionWords(CollectionCommon):
    """What a job wrote down is read in its reader's language, whoever ran the job."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("zh_CN")
        cls.env["ir.module.module"]._load_module_terms(["ar_collection"], ["zh_CN"])
        cls.stages["measures"].name = "Measures"
        cls.stages["measures"].with_context(lang="zh_CN").name = "保护措施"

    def _add_effect(self, code):
        self.stages["measures"].effect_ids = [
            *[(2, each.id) for each in self.stages["measures"].effect_ids],
            (0, 0, {"code": code}),
        ]

    def _read(self, records, name):
        self.env.invalidate_all()
        texts = (records.with_context(lang=lang)[name] for lang in ("en_US", "zh_CN"))
        return [text.replace("\N{NO-BREAK SPACE}", " ") for text in texts]

    @mute_logger("odoo.addons.ar_collection.models.action.collection_effect")
    def _performed(self, lang):
        self._invoice(1234.5, late=40)
        self._seen_in_time()
        actions = self._run()
        actions.with_context(lang=lang)._perform()
        return actions

    def test_why_a_step_failed(self):
        self._add_effect("mail")
        for lang in "zh_CN", "en_US":
            with self.subTest(lang=lang), self.env.cr.savepoint() as point:
                action = self._performed(lang)
                self.assertEqual(action.state, "failed")
                said = [
                    "No letter is chosen for Measures. Choose one in the procedure.",
                    "“保护措施”没有对应的函件。请在催收程序中选择要寄发的函件。",
                ]
                self.assertEqual(self._read(action.effect_ids, "outcome"), said)
                self.assertEqual(self._read(action, "failure"), said)
                case = action.case_id
                moment = case.timeline_ids.filtered(
                    lambda each, own=action: (
                        each.res_model == own._name and each.res_id == own.id
                    )
                )
                self.assertEqual(self._read(moment, "note"), said)
                point.rollback()

    def test_why_measures_are_proposed(self):
        self._add_effect("measures")
        self._performed("zh_CN")
        measure = self.env["collection.measure"].search([])
        english, chinese = self._read(measure, "reason")
        self.assertEqual(
            english,
            "The procedure reached “Measures”: $ 1,234.50 are overdue, the oldest "
            "item by 40 days.",
        )
        self.assertIn("保护措施", chinese)
        self.assertIn("1,234.50", chinese)
        self.assertNotIn("overdue", chinese)

    def test_why_a_measure_lapsed(self):
        self._add_effect("measures")
        case = self._performed("zh_CN").case_id
        self._pay(case.item_ids.move_id)
        measure = self.env["collection.measure"].search([]).sudo()
        measure.with_context(lang="zh_CN")._lapse()
        english, chinese = self._read(measure, "decision_note")
        self.assertEqual(english, "Nothing of it is owed any more.")
        self.assertEqual(chinese, "其中已无欠款。")
