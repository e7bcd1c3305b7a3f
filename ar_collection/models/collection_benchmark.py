from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..core.assessment import DIGITS, Band, Scale

# The method's figures in its order; the keys are those of core.assessment.FORMULAS
CODES = [
    ("collection_period", "1. Average collection period"),
    ("collection_rate", "2. Collection rate"),
    ("receivables_share", "3. Share of the receivables"),
    ("bad_debts_to_receivables", "4. Bad debts to receivables"),
    ("bad_debts_to_sales", "5. Bad debts to sales"),
    ("discounts_taken", "6. Cash discounts taken"),
    ("overdue_ratio", "7. Overdue ratio"),
]
DAYS = "collection_period"  # the one figure that is no share


class CollectionBenchmark(models.Model):
    """What finance holds one of the seven figures against, and what it then gives.

    Whether high or low is better is not said anywhere: the rates of the bands say it.
    """

    _name = "collection.benchmark"
    _description = "Benchmark"
    _order = "company_id, code, id"
    _rec_name = "code"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company.root_id,
        domain="[('parent_id', '=', False)]",
    )
    code = fields.Selection(CODES, "Figure", required=True)
    active = fields.Boolean(
        default=True, help="A figure whose benchmark is archived is not assessed."
    )
    benchmark = fields.Float(
        required=True,
        digits=(16, 4),
        help="Days for the average collection period, a share for all others.",
    )
    band_ids = fields.One2many(
        "collection.benchmark.band", "benchmark_id", "Bands", copy=True
    )

    _code_unique = models.UniqueIndex(
        "(company_id, code) WHERE active IS TRUE",
        "A figure has one benchmark in a company. Change that one.",
    )

    @api.constrains("band_ids", "active")
    def _check_bands(self):
        for benchmark in self.filtered("active"):
            lowest = benchmark.band_ids.filtered("is_lowest")
            starts = (benchmark.band_ids - lowest).mapped("start")
            if len(lowest) != 1 or len(set(starts)) != len(starts):
                raise ValidationError(
                    self.env._(
                        "%(figure)s needs one band marked as the lowest, and each "
                        "other band a start of its own.",
                        figure=benchmark.display_name,
                    )
                )

    # === BUSINESS METHODS === #

    @api.model
    def _scales(self, company):
        """Return what the figures of a company are held against.

        :param company: a root company
        :rtype: dict[str, Scale]
        """
        own = self.sudo().search([("company_id", "=", company.id)])
        return {benchmark.code: benchmark._scale() for benchmark in own}

    def _scale(self):
        """:rtype: Scale"""
        self.ensure_one()
        lowest = self.band_ids.filtered("is_lowest")
        others = (self.band_ids - lowest).sorted("start")
        bands = [Band(None, lowest.rate)]
        bands += [Band(round(band.start, DIGITS), band.rate) for band in others]
        return Scale(self.benchmark, tuple(bands))
