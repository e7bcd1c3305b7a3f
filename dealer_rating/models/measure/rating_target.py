from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.trade_credit_base.core.given import ABSURD


class RatingTarget(models.Model):
    """Sales target of a dealer and month."""

    _name = "rating.target"
    _description = "Sales Target"
    _inherit = ["trade.owned"]
    _owner = "dealer_id.company_id"
    _branches_write = True
    _order = "date desc, dealer_id, id"
    _rec_name = "dealer_id"

    dealer_id = fields.Many2one(
        "rating.dealer", required=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        related="dealer_id.partner_id", string="Customer", store=True
    )
    user_id = fields.Many2one(related="dealer_id.user_id", store=True)
    company_id = fields.Many2one(related="dealer_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(
        "Month",
        required=True,
        default=lambda self: self._first(fields.Date.context_today(self)),
        help="Any day of the month; its first is kept.",
    )
    amount = fields.Monetary("Target", required=True, help="To be invoiced, untaxed.")

    _month_unique = models.UniqueIndex(
        "(dealer_id, date)", "This dealer has a target for that month already."
    )
    _month_first = models.Constraint(
        "CHECK (EXTRACT(DAY FROM date) = 1)", "A target is for a month: its first day."
    )
    _amount_positive = models.Constraint(
        "CHECK (amount >= 0)", "A sales target cannot be negative."
    )

    @api.constrains("amount")
    def _check_amount(self):
        # Put so that it also refuses what is not a number.
        if not all(0 <= target.amount <= ABSURD for target in self):
            raise ValidationError(
                self.env._(
                    "That target is beyond anything a dealer could buy in a month. "
                    "Check the amount."
                )
            )

    @api.depends("dealer_id", "date")
    def _compute_display_name(self):
        for target in self:
            month = fields.Date.to_string(target.date)[:7] if target.date else ""
            target.display_name = f"{target.dealer_id.partner_name or ''} · {month}"

    @api.onchange("date")
    def _onchange_date(self):
        self.date = self._first(self.date)

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._with_first(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._with_first(vals))

    def _with_first(self, vals):
        self._trade_check_given({"date": vals.get("date")})
        if not vals.get("date"):
            return vals
        return vals | {"date": self._first(fields.Date.to_date(vals["date"]))}

    def _first(self, day):
        return day and day.replace(day=1)
