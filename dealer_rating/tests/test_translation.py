import re

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .coach.test_coach import MEASURED
from .common import RatingCommon

CHINESE = re.compile(r"[\u4e00-\u9fff]")


@tagged("post_install", "-at_install")
class TestChinese(RatingCommon):
    """Who works in Chinese reads what lifts a dealer, and what is refused, in it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("zh_CN")
        cls.env = cls.env(context=cls.env.context | {"lang": "zh_CN"})
        cls.shop = cls._dealer("Corner Shop")

    def assertChinese(self, text):
        """Names are as they are; all else is Chinese."""
        names = [self.shop.partner_name, *self._scores().indicator_id.mapped("name")]
        for name in [*names, *self.env["res.currency"].search([]).mapped("name")]:
            text = text.replace(name, "")
        for line in text.splitlines():
            with self.subTest(line=line):
                self.assertRegex(line, CHINESE)
                self.assertNotRegex(line, r"[A-Za-z]{2}")

    def _open(self):
        self.env["rating.scorecard"]._open_cards(self.company, self._end(self.START))

    def _measured(self):
        """Each measure has found something, and nothing of it earned points."""
        self._template(
            "performance",
            (5, 1),
            *(
                self._line(
                    measure,
                    self.finance_department,
                    steps,
                    method="measured",
                    measure=measure,
                )
                for measure, (steps, _found, _told) in MEASURED.items()
            ),
        )
        self._open()
        scores = self._scores(self.shop, self.START, kind="performance").sudo()
        for score in scores:
            _steps, found, _told = MEASURED[score.indicator_id.measure]
            names = "value", "part", "whole", "items"
            score.write(
                dict(zip(names, found, strict=True))
                | {"state": "scored", "is_measured": True, "points": 0}
            )
        self._score_all(5, 0, self.shop, self.START, "conduct")
        return scores

    def test_measured_scores_are_explained(self):
        scores = self._measured()
        self.assertEqual(len(scores), len(MEASURED))
        for score in scores:
            self.assertChinese(score.explanation)

    def test_coach_says_what_lifts_the_dealer(self):
        self._measured()
        self.env.flush_all()
        self.env.invalidate_all()
        words = self.env["rating.coach"]
        ways = words._ways(
            words._advise(self.env["rating.dealer"].browse(self.shop.id))
        )
        self.assertEqual([grade for grade, _sentences in ways], ["AA"] * 3)
        for _grade, [sentence] in ways:
            self.assertChinese(sentence)

    def test_quarter_says_how_its_grade_came_about(self):
        self._give({self.shop: "BA"})
        quarter = self._quarter(self.shop)
        self.assertIn("等级 BA", quarter.total_words)
        self.assertChinese(quarter.total_words.replace("BA", ""))
        self.assertChinese(quarter.performance_words)
        self.assertChinese(quarter.conduct_words)

    def test_refusals_are_told(self):
        self._open()
        [paid, *_later] = self._scores(self.shop, self.START, "paid")
        with self.assertRaises(UserError) as refused:
            paid.with_user(self.finance).entry = "?"
        self.assertChinese(str(refused.exception))
        department = paid.department_id.name
        with self.assertRaises(AccessError) as refused:
            paid.with_user(self.marketing).entry = "3"
        self.assertChinese(str(refused.exception).replace(department, ""))
        quarter = self._quarter(self.shop).with_user(self.manager)
        with self.assertRaises(UserError) as refused:
            quarter.action_confirm()
        self.assertChinese(str(refused.exception))
