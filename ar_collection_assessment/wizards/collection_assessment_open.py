from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import date_utils

from odoo.addons.ar_collection.groups import FINANCE
from odoo.addons.trade_credit_base.windows import shipped


class CollectionAssessmentOpen(models.TransientModel):
    """Draw up the accounts of a month that has none yet."""

    _name = "collection.assessment.open"
    _description = "Draw Up Accounts"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company.root_id,
        readonly=True,
    )
    month = fields.Date(
        "A Day of the Month",
        required=True,
        default=lambda self: self._default_month(),
        help="Accounts are drawn up as of the month's last day.",
    )

    def _default_month(self):
        today = self.env.company._trade_day()
        return date_utils.subtract(date_utils.start_of(today, "month"), days=1)

    def action_open(self):
        """Draw up the accounts of those who have none, and show the month's.

        :raises AccessError: if the user is not of finance, or not in the company
        :raises UserError: if the month is not over
        """
        self.ensure_one()
        if not self.env.user.has_group(FINANCE):
            raise AccessError(
                self.env._("Finance draws up accounts. Ask someone of finance.")
            )
        self.company_id._collection_check_own()
        month = date_utils.end_of(self.month, "month")
        if month >= self.company_id._trade_day():
            raise UserError(
                self.env._("This month is not over yet. Choose an earlier one.")
            )
        self.env["collection.assessment"].sudo()._open(self.company_id, month)
        return shipped(
            self.env,
            "ar_collection_assessment.collection_assessment_action",
            domain=[("company_id", "=", self.company_id.id), ("month", "=", month)],
            context={},
        )
