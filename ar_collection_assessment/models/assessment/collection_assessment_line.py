from odoo import api, fields, models
from odoo.tools.misc import formatLang
from odoo.tools.translate import LazyTranslate

from odoo.addons.trade_credit_base.core.money import YEAR

from ..benchmark.collection_benchmark import CODES, DAYS

_lt = LazyTranslate(__name__)

# What each figure is computed from
BASES = {
    "collection_period": _lt(
        "receivables %(part)s / year's credit sales %(whole)s × 360"
    ),
    "collection_rate": _lt(
        "collected in the month %(part)s / fell due in it %(whole)s"
    ),
    "receivables_share": _lt("receivables %(part)s / the company's %(whole)s"),
    "bad_debts_to_receivables": _lt(
        "written off in a year %(part)s / receivables %(whole)s"
    ),
    "bad_debts_to_sales": _lt(
        "written off in a year %(part)s / year's credit sales %(whole)s"
    ),
    "discounts_taken": _lt(
        "customers who took a discount %(part)s / were offered one %(whole)s"
    ),
    "overdue_ratio": _lt("overdue %(part)s / receivables %(whole)s"),
}


class CollectionAssessmentLine(models.Model):
    """One of the seven figures: what it is computed from, its band and its rate."""

    _name = "collection.assessment.line"
    _description = "Figure of an Account"
    _inherit = ["collection.ledger.record"]
    _order = "assessment_id, sequence, id"
    _rec_name = "code"

    assessment_id = fields.Many2one(
        "collection.assessment", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer()
    code = fields.Selection(CODES, "Figure", required=True)
    part = fields.Float(digits=(16, 2), help="What stands over the fraction's line.")
    whole = fields.Float(digits=(16, 2), help="What stands under it.")
    has_value = fields.Boolean(help="Without a base there is no figure: no zero.")
    value = fields.Float("Exact Value", digits=(16, 9), aggregator=None)
    benchmark = fields.Float("Held Against", digits=(16, 4), aggregator=None)
    band = fields.Integer("Band Number", aggregator=None, help="0 is the lowest.")
    band_from = fields.Float(digits=(16, 4), aggregator=None)
    band_to = fields.Float(digits=(16, 4), aggregator=None)
    is_highest = fields.Boolean("Highest Band")
    rate = fields.Float(digits=(16, 6), aggregator=None)
    amount = fields.Monetary()
    fraction_text = fields.Char("Base", compute="_compute_texts")
    base_text = fields.Char("Base in Words", compute="_compute_texts")
    value_text = fields.Char("Value", compute="_compute_texts")
    benchmark_text = fields.Char("Benchmark", compute="_compute_texts")
    band_text = fields.Char("Band", compute="_compute_texts")

    @api.depends("code", "value", "part", "whole", "benchmark", "band", "band_from")
    @api.depends_context("lang")
    def _compute_texts(self):
        for line in self:
            money = {name: line._money(line[name]) for name in ("part", "whole")}
            line.base_text = line._base_text(money)
            line.fraction_text = line._fraction_text(money)
            line.value_text = line._text(line.value) if line.has_value else ""
            line.benchmark_text = line._text(line.benchmark)
            line.band_text = line._band_text()

    @api.depends("code")
    @api.depends_context("lang")
    def _compute_display_name(self):
        figure = self._fields["code"]
        for line in self:
            line.display_name = figure.convert_to_export(line.code, line)

    # === ACTION METHODS === #

    def action_open_base(self):
        """Show what the figure was computed from, as the books are now.

        :rtype: dict
        """
        self.ensure_one()
        self.check_access("read")
        return self.assessment_id._open_base(self.code, self.display_name)

    # === BUSINESS METHODS === #

    def _text(self, value):
        """:return: a value of this figure as a person reads it"""
        return self.env["collection.benchmark"]._value_text(self.code, value)

    def _band_text(self):
        """:return: the band from where to where, in the figure's own unit"""
        if not self.has_value:
            return self.env._("no base")
        low, high = self._text(self.band_from), self._text(self.band_to)
        if self.is_highest and not self.band:
            return self.env._("any")
        if self.is_highest:
            return self.env._("%(low)s and more", low=low)
        if not self.band:
            return self.env._("under %(high)s", high=high)
        return self.env._("%(low)s to under %(high)s", low=low, high=high)

    def _money(self, amount):
        if self.code == "discounts_taken":
            return str(int(amount))  # customers
        return formatLang(self.env, amount, currency_obj=self.currency_id)

    def _fraction_text(self, money):
        """:return: what the figure is computed from, in numbers"""
        text = "{part} / {whole}".format(**money)
        return f"{text} × {YEAR}" if self.code == DAYS else text

    def _base_text(self, money):
        """:return: the same in words"""
        text = self.env._(BASES[self.code])
        return text % money
