from odoo import models


class CollectionProcedure(models.Model):
    """The procedure that a company which came later takes, with the benchmarks."""

    _inherit = "collection.procedure"

    def _set_up(self, company):
        """Copy the benchmarks of figures that the company holds against nothing."""
        benchmarks = self.env["collection.benchmark"]
        known = benchmarks.search([("company_id", "=", company.id)]).mapped("code")
        for benchmark in benchmarks.search(
            [("company_id", "=", self.company_id.id), ("active", "=", True)]
        ):
            if benchmark.code not in known:
                benchmark.copy({"company_id": company.id})
        return super()._set_up(company)
