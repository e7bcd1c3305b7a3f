from odoo import models


class CollectionRun(models.Model):
    """The daily job, which keeps the figures of months that ended."""

    _inherit = "collection.run"

    def _daily_steps(self):
        figures = self.env["collection.figure"].sudo()
        return [*super()._daily_steps(), figures._close_months]
