from odoo import api, fields, models

from odoo.addons.credit_control.groups import USER
from odoo.addons.trade_credit_base.lookups import of_customers
from odoo.addons.trade_credit_base.windows import form_of


class CollectionCase(models.Model):
    """A case shows what its customer's credit is, and supply follows it."""

    _inherit = "collection.case"

    credit_file_id = fields.Many2one(
        "credit.file", compute="_compute_credit_file", compute_sudo=True, groups=USER
    )
    credit_on_hold = fields.Boolean(
        "Supply Stopped", compute="_compute_credit_file", compute_sudo=True
    )
    credit_hold_reason = fields.Char(
        "Why Supply Is Stopped", compute="_compute_credit_file", compute_sudo=True
    )
    credit_paid_on = fields.Date(compute="_compute_credit_file", compute_sudo=True)
    credit_mode_words = fields.Char(
        compute="_compute_credit_mode_words",
        compute_sudo=True,
        help="Where credit control holds nothing.",
    )

    # === COMPUTE METHODS === #

    @api.depends("partner_id", "company_id")
    @api.depends_context("lang")
    def _compute_credit_file(self):
        files = of_customers(self.env["credit.file"], self)
        for case in self:
            file = files.get((case.partner_id, case.company_id))
            case.credit_file_id = file
            case.credit_on_hold = file.on_hold if file else False
            case.credit_hold_reason = file.hold_reason if file else False
            case.credit_paid_on = file.collection_paid_on if file else False

    @api.depends("company_id")
    @api.depends_context("lang")
    def _compute_credit_mode_words(self):
        for case in self:
            root = case.company_id.root_id
            holds = root.credit_mode == "enforce"
            case.credit_mode_words = not holds and root.credit_mode_words

    # === ACTION METHODS === #

    def action_open_credit_file(self):
        """Open the customer's credit file."""
        return form_of(self.credit_file_id)

    def action_resume_supply(self):
        """Resume supply that collection stopped; see the credit file's method."""
        self.check_access("read")
        return self.credit_file_id.action_resume_collected()

    # === BUSINESS METHODS === #

    @api.model
    def _follow(self, company, day):
        result = super()._follow(company, day)
        self.env["credit.file"]._collection_follow(company, day)
        return result
