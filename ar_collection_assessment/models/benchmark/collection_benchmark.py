from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools.misc import formatLang

from ...core.assessment import DIGITS, Band, Scale

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
    """Benchmark that finance holds one of the seven figures against, with its rates.

    Whether high or low is better is not said anywhere: the rates of the bands say it.
    """

    _name = "collection.benchmark"
    _description = "Benchmark"
    _inherit = ["trade.rooted", "trade.owned", "trade.card"]
    _order = "company_id, sequence, id"
    _rec_name = "code"

    code = fields.Selection(CODES, "Figure", required=True)
    sequence = fields.Integer(compute="_compute_sequence", store=True, precompute=True)
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

    benchmark_text = fields.Char("Held Against", compute="_compute_texts")
    bands_text = fields.Char("Rates", compute="_compute_texts")

    _code_unique = models.UniqueIndex(
        "(company_id, code) WHERE active IS TRUE",
        "A figure has one benchmark in a company. Change that one.",
    )

    # === COMPUTE METHODS === #

    @api.depends("code")
    def _compute_sequence(self):
        places = [code for code, _name in CODES]
        for benchmark in self:
            known = benchmark.code in places
            benchmark.sequence = places.index(benchmark.code) if known else 0

    @api.depends("code", "benchmark", "band_ids.start", "band_ids.rate")
    @api.depends_context("lang")
    def _compute_texts(self):
        for benchmark in self:
            code = benchmark.code
            benchmark.benchmark_text = self._value_text(code, benchmark.benchmark)
            bands = benchmark.band_ids
            benchmark.bands_text = " · ".join(
                f"{band.start_text}: {self._value_text('rate', band.rate, True)}"
                for band in bands.sorted(lambda each: (not each.is_lowest, each.start))
            )

    # === CONSTRAINTS === #

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

    @api.model
    def _value_text(self, code, value, sign=False):
        """Return a number as a person reads it.

        :param str code: a figure's, or ``rate``
        :param float value: days for the collection period, else a share
        :param bool sign: with a plus where it is one
        :rtype: str
        """
        days = code == DAYS
        number = formatLang(self.env, value if days else 100 * value, 1 if days else 2)
        if sign and value > 0:
            number = f"+{number}"
        if days:
            return self.env._("%(number)s days", number=number)
        return self.env._("%(number)s %%", number=number)
