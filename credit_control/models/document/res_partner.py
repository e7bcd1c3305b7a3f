from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.trade_credit_base.models.shown.trade_shown import shown

from ...groups import USER

SELLERS = f"sales_team.group_sale_salesman,{USER}"

SHOWN = ("credit_file_id", "credit_on_hold", "credit_limit_amount")
COMPARED = {
    "<": lambda found: found < 0,
    "<=": lambda found: found <= 0,
    ">": lambda found: found > 0,
    ">=": lambda found: found >= 0,
}


def _of_file(name):
    return shown(name, "_compute_credit_shown")


class ResPartner(models.Model):
    """A customer as credit sees it in the current company; a contact as its company."""

    _name = "res.partner"
    _inherit = ["res.partner", "credit.told", "trade.shown"]
    _credit_told = ("credit_on_hold",)

    credit_file_id = fields.Many2one(
        "credit.file",
        groups=USER,
        help="In the current company; of the company, for a contact.",
        **_of_file("credit_file_id"),
    )
    credit_on_hold = fields.Boolean(
        "Supply Stopped",
        groups=SELLERS,
        help="By the credit file, or by that of a group above it.",
        **_of_file("credit_on_hold"),
    )
    credit_limit_amount = fields.Monetary(
        "Limit in Force",
        currency_field="credit_currency_id",
        aggregator=None,
        groups=USER,
        **_of_file("credit_limit_amount"),
    )
    credit_available = fields.Monetary(
        "Available",
        currency_field="credit_currency_id",
        compute="_compute_credit_available",
        search="_search_credit_available",
        aggregator=None,
        groups=USER,
        help="The least that the credit file and the groups above it leave available.",
    )
    credit_currency_id = fields.Many2one(
        "res.currency",
        "Currency of the Credit File",
        compute="_compute_credit_file_currency",
        groups=USER,
    )
    credit_hold_words = fields.Text(
        compute="_compute_credit_hold_words", compute_sudo=True, groups=SELLERS
    )

    # === COMPUTE METHODS === #

    @api.depends("commercial_partner_id")
    @api.depends_context("company", "uid")
    def _compute_credit_shown(self):
        self._compute_shown(SHOWN)

    @api.depends("commercial_partner_id")
    @api.depends_context("company")
    def _compute_credit_available(self):
        root = self.env.company.root_id
        available = self.env["credit.file"]._available_to(
            {each: (each.commercial_partner_id._origin, root) for each in self}
        )
        for partner in self:
            partner.credit_available = available.get(partner, False)

    @api.depends_context("company")
    def _compute_credit_file_currency(self):
        self.credit_currency_id = self.env.company.currency_id

    @api.depends("commercial_partner_id", "credit_on_hold")
    @api.depends_context("company", "lang", "uid")
    def _compute_credit_hold_words(self):
        """Say by whose file supply is stopped, as the banner of an order does; why, to
        credit users and the customer's salesperson."""
        self.credit_hold_words = False
        stopped = self.filtered("credit_on_hold")
        is_credit = self.env.user.has_group(USER)
        root = self.env.company.root_id.sudo()
        mode = "" if root.credit_mode == "enforce" else root.credit_mode_words
        for partner in stopped:
            if not is_credit and partner.commercial_partner_id.user_id != self.env.user:
                partner.credit_hold_words = self.env._(
                    "Supply is stopped. Credit control, or the customer's salesperson, "
                    "can say why."
                )
                continue
            said = [
                self.env["credit.wording"]._stopped(file.partner_name, file.hold_reason)
                for file in partner.credit_file_id._upwards()
                if file.on_hold
            ]
            partner.credit_hold_words = "\n".join([*said, mode] if mode else said)

    # === SEARCH METHODS === #

    @api.model
    def _search_credit_available(self, operator, value):
        """Compare what the files of the current company leave available: one statement
        adds up the exposure of all of them."""
        self._check_field_access(self._fields["credit_available"], "read")
        compared = COMPARED.get(operator)
        if not compared or not isinstance(value, (int, float)):
            return NotImplemented
        company = self.env.company.root_id
        files = self.env["credit.file"].sudo().search([("company_id", "=", company.id)])
        currency = company.currency_id
        found = files.filtered(
            lambda file: compared(currency.compare_amounts(file.available, value))
        )
        return Domain("commercial_partner_id", "in", found.partner_id.ids)

    # === BUSINESS METHODS === #

    def _shown_sql(self, name, alias):
        if name not in SHOWN:
            return super()._shown_sql(name, alias)
        if name == "credit_on_hold" and not self._credit_stop_counts():
            return SQL("FALSE")
        File = self.env["credit.file"]
        value = {
            "credit_file_id": lambda: SQL("own.id"),
            "credit_on_hold": File._hold_sql,
            "credit_limit_amount": File._granted_sql,
        }[name]()
        found = self._credit_of_file_sql(alias, value)
        return SQL("COALESCE(%s, FALSE)", found) if name == "credit_on_hold" else found

    def _credit_stop_counts(self):
        """Tell whether a stop is shown to the user in the current company."""
        mode = self.env.company.root_id.sudo().credit_mode
        return mode == "enforce" or self.env.user.has_group(USER)

    def _credit_of_file_sql(self, alias, value):
        """Return an expression on the customer's file in the current company.

        :param str alias: the table of contacts in the statement
        :param SQL value: what is asked of the file, named ``own``
        """
        field = self._fields["commercial_partner_id"]
        return self.env["credit.file"]._of_customer_sql(
            SQL("%s", SQL.identifier(alias, field.name, to_flush=field)),
            SQL("%s", self.env.company.root_id.id),
            value,
        )
