from odoo import fields, models


class CollectionBenchmarkBand(models.Model):
    """STUB"""

    _name = "collection.benchmark.band"
    _description = "Band of a Benchmark"

    benchmark_id = fields.Many2one("collection.benchmark", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", required=True, index=True)
