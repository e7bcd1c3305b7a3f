from odoo import api, fields, models

from odoo.addons.trade_credit_base.windows import form_of, shipped_for


class ResPartner(models.Model):
    """A customer, as collection sees it."""

    _inherit = "res.partner"

    collection_procedure_id = fields.Many2one(
        "collection.procedure",
        company_dependent=True,
        help="Leave empty for that of the customer's tags, or the company's.",
    )

    collection_case_count = fields.Integer(
        "Collection Cases",
        compute="_compute_collection_case_count",
        groups="base.group_user",
        help="Those that the user may read: a salesperson the own ones.",
    )

    @api.depends("commercial_partner_id")
    @api.depends_context("uid")
    def _compute_collection_case_count(self):
        whose = [("partner_id", "in", self.commercial_partner_id.ids)]
        cases = self.env["collection.case"]
        counts = dict(cases._read_group(whose, ["partner_id"], ["__count"]))
        for partner in self:
            partner.collection_case_count = counts.get(partner.commercial_partner_id, 0)

    def action_open_collection_cases(self):
        """Return the action that shows the customer's cases: the form if it is one.

        :rtype: dict
        """
        self.ensure_one()
        domain = [("partner_id", "=", self.commercial_partner_id.id)]
        cases = self.env["collection.case"].search(domain)
        if len(cases) == 1:
            return form_of(cases)
        return shipped_for(self.env, "ar_collection.collection_case_action", domain)
