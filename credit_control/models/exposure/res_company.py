from odoo import api, fields, models
from odoo.tools import SQL, ormcache


class ResCompany(models.Model):
    """Whether what we owe a customer who is a supplier, too, is set off."""

    _inherit = "res.company"

    credit_set_off = fields.Boolean(
        "Set Off What We Owe",
        help="What we owe a customer who is a supplier, too, raises the credit "
        "available to them. Otherwise it is shown on the credit file only.",
    )

    @api.model
    @ormcache()
    def _credit_sets_off(self):
        """Tell whether any company sets off what it owes."""
        rows = SQL("SELECT FROM res_company WHERE credit_set_off LIMIT 1")
        return bool(self.env.execute_query(rows))

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        if any(vals.get("credit_set_off") for vals in vals_list):
            self._trade_forget_cached()
        return companies

    def write(self, vals):
        done = super().write(vals)
        if "credit_set_off" in vals:
            self._trade_forget_cached()
        return done

    def _trade_accounts_named(self):
        """What is owed is another amount now."""
        self.env["credit.decision"]._retake_soon()
        return super()._trade_accounts_named()
