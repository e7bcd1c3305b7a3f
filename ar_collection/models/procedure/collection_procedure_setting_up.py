from odoo import api, models


class CollectionProcedure(models.Model):
    """How a company that came later gets what the first one began with."""

    _inherit = "collection.procedure"

    @api.model
    def action_set_up_company(self):
        """Give the current company what it lacks of the standard procedure and the
        benchmarks, as they are now in the company that has them, and show procedures.

        What it has already, archived or not, stays as it is.

        :raises AccessError: if the user is no collection manager
        """
        self.check_access("create")
        company = self.env.company.root_id
        every = self.sudo().with_context(active_test=False)
        standard = every.env.ref("ar_collection.procedure_standard", False)
        if standard and standard.company_id != company:
            if not every.search_count([("company_id", "=", company.id)], limit=1):
                standard.copy(
                    {"company_id": company.id, "is_default": True, "active": True}
                )
            every._set_up_benchmarks(standard.company_id, company)
        return self.env["ir.actions.act_window"]._for_xml_id(
            "ar_collection.collection_procedure_action"
        )

    def _set_up_benchmarks(self, source, company):
        """Copy the benchmarks of figures that a company holds against nothing."""
        benchmarks = self.env["collection.benchmark"]
        known = benchmarks.search([("company_id", "=", company.id)]).mapped("code")
        for benchmark in benchmarks.search(
            [("company_id", "=", source.id), ("active", "=", True)]
        ):
            if benchmark.code not in known:
                benchmark.copy({"company_id": company.id})
