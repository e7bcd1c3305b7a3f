from odoo import models


class CollectionDemo(models.AbstractModel):
    """Salespersons' accounts are drawn up while the demo's weeks go by."""

    _inherit = "collection.demo"

    def _end_day(self, company, day):
        self.env["collection.assessment"]._cron_open()
        return super()._end_day(company, day)
