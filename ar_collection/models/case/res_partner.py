from odoo import api, fields, models

from odoo.addons.trade_credit_base.windows import form_of, shipped_for

from ...groups import MANAGER, USER, require


class ResPartner(models.Model):
    """A customer, as collection sees it."""

    _inherit = "res.partner"

    collection_procedure_id = fields.Many2one(
        "collection.procedure",
        company_dependent=True,
        tracking=True,
        help="Leave empty for that of the customer's tags, or the company's.",
    )

    collection_case_count = fields.Integer(
        "Collection Cases",
        compute="_compute_collection_case_count",
        groups="base.group_user",
        help="Those that the user may read: a salesperson the own ones.",
    )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        if any(vals.get("collection_procedure_id") for vals in vals_list):
            self._check_may_choose_procedure()
        return super().create(vals_list)

    def write(self, vals):
        if "collection_procedure_id" in vals:
            self._check_may_choose_procedure()
        return super().write(vals)

    def _check_may_choose_procedure(self):
        if not self.env.su:
            why = self.env._(
                "Only collection managers choose a customer's procedure. "
                "Ask one of them."
            )
            require(self.env, MANAGER, why)

    # === WHO READS === #

    @api.model
    def _trade_givers(self):
        return [*super()._trade_givers(), USER]

    def _trade_confidential(self):
        found = super()._trade_confidential()
        for model in ("collection.item", "collection.case"):
            theirs = [("partner_id", "in", (self - found).ids)]
            records = self.env[model].sudo()
            groups = records._read_group(theirs, ["partner_id"])
            found |= self.browse(partner.id for (partner,) in groups)
        return found

    # === COMPUTE METHODS === #

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
