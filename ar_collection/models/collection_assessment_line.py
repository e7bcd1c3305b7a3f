from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import formatLang

from .collection_benchmark import CODES, DAYS


class CollectionAssessmentLine(models.Model):
    """One of the seven figures: what it is computed from, its band and its rate."""

    _name = "collection.assessment.line"
    _description = "Figure of an Account"
    _order = "assessment_id, sequence, id"
    _rec_name = "code"

    assessment_id = fields.Many2one(
        "collection.assessment", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    sequence = fields.Integer()
    code = fields.Selection(CODES, "Figure", required=True)
    part = fields.Float(digits=(16, 2), help="What stands over the fraction's line.")
    whole = fields.Float(digits=(16, 2), help="What stands under it.")
    has_value = fields.Boolean(help="Without a base there is no figure: no zero.")
    value = fields.Float(digits=(16, 9), aggregator=None)
    benchmark = fields.Float(digits=(16, 4), aggregator=None)
    band = fields.Integer("Band Number", aggregator=None, help="0 is the lowest.")
    band_from = fields.Float(digits=(16, 4), aggregator=None)
    band_to = fields.Float(digits=(16, 4), aggregator=None)
    is_highest = fields.Boolean("Highest Band")
    rate = fields.Float(digits=(16, 6), aggregator=None)
    amount = fields.Monetary()
    base_text = fields.Char("Base", compute="_compute_texts")
    value_text = fields.Char("Value", compute="_compute_texts")
    benchmark_text = fields.Char("Held Against", compute="_compute_texts")
    band_text = fields.Char("Band", compute="_compute_texts")

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("The figures of an account stay with it."))

    @api.depends("code", "value", "part", "whole", "benchmark", "band", "band_from")
    @api.depends_context("lang")
    def _compute_texts(self):
        for line in self:
            line.base_text = line._base_text()
            line.value_text = line._text(line.value) if line.has_value else ""
            line.benchmark_text = line._text(line.benchmark)
            line.band_text = line._band_text()

    # === BUSINESS METHODS === #

    def _text(self, value):
        """:return: a value of this figure as a person reads it: days or percent"""
        if self.code == DAYS:
            days = formatLang(self.env, value, digits=1)
            return self.env._("%(number)s days", number=days)
        return self.env._("%(number)s %%", number=formatLang(self.env, 100 * value, 2))

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

    def _base_text(self):
        """:return: the fraction in words and numbers"""
        money = {
            name: formatLang(self.env, self[name], currency_obj=self.currency_id)
            for name in ("part", "whole")
        }
        count = {"part": int(self.part), "whole": int(self.whole)}
        if self.code == "collection_period":
            return self.env._(
                "receivables %(part)s / credit sales of 12 months %(whole)s × 360",
                **money,
            )
        if self.code == "collection_rate":
            return self.env._(
                "collected in the month %(part)s / fell due in it %(whole)s", **money
            )
        if self.code == "receivables_share":
            return self.env._("receivables %(part)s / the company's %(whole)s", **money)
        if self.code == "bad_debts_to_receivables":
            return self.env._(
                "written off in 12 months %(part)s / receivables %(whole)s", **money
            )
        if self.code == "bad_debts_to_sales":
            return self.env._(
                "written off in 12 months %(part)s / credit sales %(whole)s", **money
            )
        if self.code == "discounts_taken":
            return self.env._(
                "customers who took a discount %(part)s / were offered one %(whole)s",
                **count,
            )
        return self.env._("overdue %(part)s / receivables %(whole)s", **money)
