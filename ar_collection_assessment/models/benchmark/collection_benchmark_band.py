from odoo import api, fields, models


class CollectionBenchmarkBand(models.Model):
    """A rate for figures from so much over, or under, the benchmark on.

    A band ends where the next one starts.
    """

    _name = "collection.benchmark.band"
    _description = "Band of a Benchmark"
    _inherit = ["trade.owned"]
    _owner = "benchmark_id.company_id"
    _order = "benchmark_id, is_lowest desc, start, id"
    _rec_name = "rate"

    benchmark_id = fields.Many2one(
        "collection.benchmark", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="benchmark_id.company_id", store=True, index=True
    )
    is_lowest = fields.Boolean(
        "Lowest", help="For everything under the start of the next band."
    )
    start = fields.Float(
        "From",
        digits=(16, 4),
        help="Over the benchmark, or under it if negative: days for the average "
        "collection period, a share for all others.",
    )
    rate = fields.Float(
        required=True,
        digits=(16, 6),
        help="Reward, or penalty if negative, as a share of the receivables.",
    )
    start_text = fields.Char("Begins", compute="_compute_start_text")

    @api.depends("start", "is_lowest", "benchmark_id.code")
    @api.depends_context("lang")
    def _compute_start_text(self):
        for band in self:
            code = band.benchmark_id.code
            band.start_text = (
                self.env._("lowest")
                if band.is_lowest
                else band.benchmark_id._value_text(code, band.start, sign=True)
            )
