from odoo import fields, models


class CollectionBenchmark(models.Model):
    """STUB"""

    _name = "collection.benchmark"
    _description = "Benchmark"

    company_id = fields.Many2one("res.company", required=True, index=True)
