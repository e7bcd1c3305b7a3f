from odoo import api, fields, models
from odoo.exceptions import ValidationError


class TradeApprovalTier(models.AbstractModel):
    """An authority to sign up to an amount, in a company.

    Abstract: each addon keeps tiers of its own, so that who sets up the signatures of
    one does not set up those of another.
    """

    _name = "trade.approval.tier"
    _description = "Authority to Sign"
    _inherit = ["trade.rooted", "trade.owned"]

    currency_id = fields.Many2one(related="company_id.currency_id")
    amount_to = fields.Monetary("Up To")
    is_unlimited = fields.Boolean("Any Amount")
    user_ids = fields.Many2many("res.users", string="People", help="They are asked.")
    group_id = fields.Many2one("res.groups", help="Its members may decide as well.")

    _amount = models.Constraint(
        "CHECK (COALESCE(is_unlimited, FALSE) OR amount_to > 0)",
        "Say up to what amount, or tick “Any Amount”.",
    )

    @api.constrains("user_ids", "group_id")
    def _check_somebody(self):
        for tier in self:
            if not (tier.user_ids or tier.group_id):
                raise ValidationError(
                    self.env._("Name the people or the group that may decide.")
                )

    @api.constrains("company_id")
    def _check_company_root(self):
        for tier in self:
            if tier.company_id.parent_id:
                raise ValidationError(
                    self.env._(
                        "Branches decide with their company: choose %(company)s.",
                        company=tier.company_id.root_id.name,
                    )
                )

    def _covers(self, amount):
        """:return: those of these that reach up to an amount, the lowest first"""
        return self.filtered(
            lambda each: (
                each.is_unlimited
                or each.currency_id.compare_amounts(each.amount_to, amount) >= 0
            )
        )

    def _names(self, user):
        """Tell whether one of these gives a user the say."""
        return user in self.user_ids or bool(self.group_id & user.all_group_ids)
