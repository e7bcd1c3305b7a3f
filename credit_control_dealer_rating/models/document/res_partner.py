from odoo import api, fields, models

from odoo.addons.credit_control.groups import USER
from odoo.addons.trade_credit_base.models.shown.trade_shown import shown


class ResPartner(models.Model):
    """A customer with the limit that its grade gives, beside the one in force."""

    _inherit = "res.partner"

    credit_given_limit = fields.Monetary(
        "Limit of the Grade",
        currency_field="credit_currency_id",
        aggregator=None,
        groups=USER,
        help="What the last computation from a rating came to.",
        **shown("credit_given_limit", "_compute_credit_given_limit"),
    )

    @api.depends("commercial_partner_id")
    @api.depends_context("company")
    def _compute_credit_given_limit(self):
        self._compute_shown(("credit_given_limit",))

    def _shown_sql(self, name, alias):
        if name != "credit_given_limit":
            return super()._shown_sql(name, alias)
        return self._credit_of_file_sql(
            alias, self.env["credit.limit.proposal"]._given_sql()
        )
