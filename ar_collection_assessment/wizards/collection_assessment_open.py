from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import date_utils

from odoo.addons.ar_collection.groups import FINANCE, require
from odoo.addons.trade_credit_base.windows import shipped_for


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
        default=lambda self: self.env.company._trade_month_end(),
        help="Accounts are drawn up as of the month's last day.",
    )

    def action_open(self):
        """Draw up the accounts of those who have none, and show the month's.

        :raises AccessError: if the user is not of finance, or not in the company
        :raises UserError: if the month is not over
        """
        self.ensure_one()
        why = self.env._("Finance draws up accounts. Ask someone of finance.")
        require(self.env, FINANCE, why)
        self.company_id._collection_check_own()
        month = date_utils.end_of(self.month, "month")
        if month >= self.company_id._trade_day():
            raise UserError(
                self.env._("This month is not over yet. Choose an earlier one.")
            )
        self.env["collection.assessment"].sudo()._open(self.company_id, month)
        drawn_up = [("company_id", "=", self.company_id.id), ("month", "=", month)]
        xml_id = "ar_collection_assessment.collection_assessment_action"
        return shipped_for(self.env, xml_id, drawn_up)
