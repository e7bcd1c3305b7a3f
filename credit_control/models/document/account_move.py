from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.trade_credit_base.models.shown.trade_shown import shown
from odoo.addons.trade_credit_base.windows import form_of

from ...groups import USER


class AccountMove(models.Model):
    """An invoice leads to the credit file of who owes it."""

    _name = "account.move"
    _inherit = ["account.move", "trade.shown"]

    credit_file_id = fields.Many2one(
        "credit.file",
        groups=USER,
        **shown("credit_file_id", "_compute_credit_file_id"),
    )

    @api.depends("partner_id", "company_id")
    def _compute_credit_file_id(self):
        self._compute_shown(("credit_file_id",))

    def action_open_credit_file(self):
        """Open the credit file of the customer."""
        self.ensure_one()
        return form_of(self.credit_file_id)

    def _shown_sql(self, name, alias):
        if name != "credit_file_id":
            return super()._shown_sql(name, alias)
        table = SQL.identifier(alias)
        customer = SQL(
            "%s.commercial_partner_id",
            table,
            to_flush=self._fields["commercial_partner_id"],
        )
        file = self.env["credit.file"]._of_customer_sql(
            customer, self._root_sql(table), SQL("own.id")
        )
        return SQL(
            "CASE WHEN %s.move_type IN %s THEN %s END",
            table,
            tuple(self.get_sale_types(include_receipts=True)),
            file,
        )
