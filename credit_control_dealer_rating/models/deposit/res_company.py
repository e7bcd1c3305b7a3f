from odoo import fields, models


class ResCompany(models.Model):
    """Account that a company keeps its customers' deposits on."""

    _inherit = "res.company"

    credit_deposit_account_id = fields.Many2one(
        "account.account",
        "Account for Deposits",
        ondelete="restrict",
        check_company=True,
        domain="[('account_type', 'like', 'liability_%current')]",
        help="Customers' deposits are booked on this account, with the customer as the "
        "partner.",
    )
