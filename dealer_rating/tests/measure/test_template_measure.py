from datetime import date

from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .measure_common import MeasureCommon

HOW = {
    "measure": "overdue",
    "months": 1,
    "step_ids": [Command.create({"at_least": 0, "points": 4})],
}
# From which share of the norm on a stock earns how many points
STOCK_STEPS = {
    **{0: 0, 0.2: 1, 0.4: 2, 0.6: 3, 0.8: 4, 0.9: 5},
    **{1.1: 4, 1.2: 3, 1.4: 2, 2: 1, 3: 0},
}


@tagged("post_install", "-at_install")
class TestTemplateMeasuring(MeasureCommon):
    """A shipped indicator that was entered is measured when an addon can do it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.templates = cls.env["rating.scorecard.template"]
        cls.shipped = cls.env.ref("dealer_rating.indicator_outlets")
        cls.template = cls.shipped.template_id
        cls.dealer = cls._dealer()

    def _in_use(self):
        return self.templates._of(self.company)["performance"]

    def _line(self, template=None):
        lines = (template or self._in_use()).indicator_ids
        return lines.filtered(lambda each: each.code == "outlets")

    def test_steps_that_were_taken_away_stop_nobodys_rating(self):
        """The value waits unscored; the template cannot be taken into use so."""
        draft = self.template.copy()
        draft.indicator_ids.step_ids.unlink()
        with self.assertRaisesRegex(ValidationError, "needs steps"):
            draft.action_activate()
        measured = self.template.indicator_ids.filtered("measure")
        measured.step_ids.unlink()
        self._invoice(100, date(2024, 2, 1))
        self.env["rating.scorecard"]._rate(self.company, date(2024, 3, 31))
        scores = self.env["rating.score"].search([("indicator_id", "in", measured.ids)])
        self.assertTrue(scores)
        self.assertFalse(any(scores.filtered("is_measured").mapped("points")))

    def test_a_template_without_cards_is_changed(self):
        self.assertEqual(self.templates._let_measure(self.shipped, HOW), self.template)
        self.assertEqual(self._in_use(), self.template)
        self.assertEqual(
            (self.shipped.method, self.shipped.measure, self.shipped.nothing),
            ("measured", "overdue", "open"),
        )

    def test_a_template_with_cards_gets_a_version_for_the_next_ones(self):
        score = self._score("outlets", self.dealer)
        new = self.templates._let_measure(self.shipped, HOW)
        self.assertEqual(self._in_use(), new)
        self.assertEqual((new.previous_id, new.version), (self.template, 2))
        self.assertEqual(self.template.state, "retired")
        self.assertEqual(self._line().method, "measured")
        self.assertEqual(len(new.indicator_ids), len(self.template.indicator_ids))
        self.assertEqual(self.shipped.method, "entered")
        april = self._score("outlets", self.dealer, date(2024, 4, 30))
        self.assertEqual(april.indicator_id, self._line())
        self.assertEqual(score.indicator_id, self.shipped)
        self.assertEqual((score.method, april.method), ("entered", "measured"))

    def test_later_versions_and_drafts_are_found(self):
        self._score("outlets", self.dealer)
        draft = self.templates.browse(self.template.action_new_version()["res_id"])
        changed = self.templates._let_measure(self.shipped, HOW)
        self.assertIn(draft, changed)
        self.assertEqual(self._line(draft).measure, "overdue")
        self.assertIn(self._in_use(), changed)
        self.assertFalse(self.templates._let_measure(self.shipped, HOW))

    def test_what_somebody_made_of_it_stays(self):
        self.shipped.write({"method": "violations", "step_ids": HOW["step_ids"]})
        copy = self.template.copy({"company_id": self.company.id})
        self.assertFalse(self.templates._let_measure(self.shipped, HOW))
        self.assertEqual(self._line(copy).method, "violations")
        self.assertFalse(self.templates._let_measure(self.shipped.browse(), HOW))

    def test_it_is_entered_again_when_the_addon_goes(self):
        self.templates._let_measure(self.shipped, HOW | {"measure": "margin"})
        self._score("outlets", self.dealer)
        # The shipped card measures the margin itself, too
        new = self.templates._stop_measuring("margin")
        self.assertEqual(self._in_use(), new)
        self.assertEqual(
            (self._line().method, self._line().measure), ("entered", False)
        )
        self.assertFalse(self._line().step_ids)
        self.assertEqual(self.shipped.measure, "margin")

    # === THE STOCK === #

    def _stock(self):
        """:return: the shipped indicator, and its steps"""
        stock = self.env.ref("dealer_rating.indicator_stock")
        return stock, {step.at_least: step.points for step in stock.step_ids}

    def test_an_installation_measures_the_stock(self):
        stock, steps = self._stock()
        self.assertEqual(
            (stock.method, stock.measure, stock.months, stock.nothing),
            ("measured", "stock", 1, "open"),
        )
        self.assertEqual(steps, STOCK_STEPS)

    def test_an_indicator_that_was_entered_gets_the_steps_it_is_measured_by(self):
        stock, shipped = self._stock()
        entered = {"method": "entered", "measure": False, "step_ids": [Command.clear()]}
        stock.write(entered)
        steps = [
            Command.create({"at_least": at_least, "points": points})
            for at_least, points in shipped.items()
        ]
        how = {"measure": "stock", "months": 1, "step_ids": steps}
        self.assertEqual(self.templates._let_measure(stock, how), stock.template_id)
        self.assertEqual((stock.method, stock.measure), ("measured", "stock"))
        self.assertEqual(self._stock(), (stock, shipped))
