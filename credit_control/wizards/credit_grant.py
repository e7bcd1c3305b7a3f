from odoo import api, fields, models


class CreditGrant(models.TransientModel):
    """The dialog in which a limit is granted."""

    _name = "credit.grant"
    _description = "Grant a Limit"

    file_ids = fields.Many2many(
        "credit.file", string="Credit Files", required=True, readonly=True
    )
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    kind = fields.Selection(
        [("permanent", "Permanent"), ("temporary", "Temporary"), ("base", "Base")],
        required=True,
        default="permanent",
    )
    amount = fields.Monetary(required=True)
    date_from = fields.Date("From", required=True, default=fields.Date.context_today)
    date_to = fields.Date("Until")
    reason = fields.Char(required=True)

    @api.depends("file_ids")
    def _compute_currency_id(self):
        for wizard in self:
            wizard.currency_id = wizard.file_ids.currency_id[:1]

    def action_grant(self):
        self.ensure_one()
        self.file_ids._grant(
            self.amount,
            self.kind,
            self.date_from,
            self.date_to if self.kind == "temporary" else None,
            self.reason,
        )
        return {"type": "ir.actions.act_window_close"}


class CreditStop(models.TransientModel):
    """The dialog in which supply is stopped by hand."""

    _name = "credit.stop"
    _description = "Stop Supply"

    file_ids = fields.Many2many(
        "credit.file", string="Credit Files", required=True, readonly=True
    )
    company_id = fields.Many2one("res.company", compute="_compute_company_id")
    credit_mode = fields.Selection(related="company_id.credit_mode")
    mode_words = fields.Char(related="company_id.credit_mode_words")
    reason = fields.Char(required=True)

    @api.depends("file_ids")
    def _compute_company_id(self):
        """Find the one whose mode is to be told: files of several have several."""
        for wizard in self:
            companies = wizard.file_ids.company_id
            wizard.company_id = companies if len(companies) == 1 else False

    def action_stop(self):
        self.ensure_one()
        self.file_ids.action_put_on_hold(self.reason)
        return {"type": "ir.actions.act_window_close"}
