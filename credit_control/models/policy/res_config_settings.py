from odoo import api, fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    credit_company_id = fields.Many2one(
        related="company_id.root_id", string="Head Company"
    )
    credit_mode = fields.Selection(
        related="credit_company_id.credit_mode", readonly=False
    )
    credit_invoice_mode = fields.Selection(
        related="credit_company_id.credit_invoice_mode", readonly=False
    )
    credit_without_file = fields.Selection(
        related="credit_company_id.credit_without_file", readonly=False
    )
    credit_default_policy_id = fields.Many2one(
        related="credit_company_id.credit_default_policy_id", readonly=False
    )
    credit_auto_confirm = fields.Boolean(
        related="credit_company_id.credit_auto_confirm", readonly=False
    )
    credit_immediate_is_cash = fields.Boolean(
        related="credit_company_id.credit_immediate_is_cash", readonly=False
    )
    credit_tolerance = fields.Float(
        related="credit_company_id.credit_tolerance", readonly=False
    )
    trade_bill_account_ids = fields.Many2many(
        related="credit_company_id.trade_bill_account_ids", readonly=False
    )
    trade_advance_account_ids = fields.Many2many(
        related="credit_company_id.trade_advance_account_ids", readonly=False
    )
    credit_set_off = fields.Boolean(
        related="credit_company_id.credit_set_off", readonly=False
    )
    credit_listing_days = fields.Integer(
        related="credit_company_id.credit_listing_days", readonly=False
    )
    credit_enforce_words = fields.Text(compute="_compute_credit_enforce_words")

    @api.depends("company_id", "credit_mode")
    def _compute_credit_enforce_words(self):
        """Say what enforcing will mean, as soon as it is chosen and not yet saved."""
        for settings in self:
            overview = settings._credit_overview()
            asked = settings.credit_mode == "enforce" and overview.mode != "enforce"
            settings.credit_enforce_words = asked and overview._foreseen()

    def action_credit_show_quoted(self):
        """Open the quotations that would be held."""
        return self._credit_overview().action_open_quoted()

    def action_credit_show_bare(self):
        """Open the credit files on which no limit is in force."""
        return self._credit_overview().action_open_bare()

    def _credit_overview(self):
        return self.env["credit.overview"].browse(self.company_id.root_id.id)
