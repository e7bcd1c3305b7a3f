from odoo import fields, models

from odoo.addons.trade_credit_base.windows import shipped

from .res_partner import ABC


class RatingAbcLine(models.Model):
    """Place of one customer in a classification. Written by it alone, in SQL."""

    _name = "rating.abc.line"
    _description = "Customer in an ABC Classification"
    _inherit = ["trade.card"]
    _rec_name = "partner_id"
    _order = "abc_id desc, rank, id"

    abc_id = fields.Many2one(
        "rating.abc", "Classification", required=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(related="abc_id.date")
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, index=True, ondelete="restrict"
    )
    user_id = fields.Many2one(related="partner_id.user_id")
    rank = fields.Integer(aggregator="min", help="Equal sales share a rank.")
    mean = fields.Monetary(
        "Sales a Month", help="Net of credit notes, without tax, on average."
    )
    share = fields.Float(
        digits=(7, 6), help="Of the sales of all. A negative mean takes nothing off."
    )
    cumulated = fields.Float(
        "Cumulated Share",
        digits=(7, 6),
        aggregator="max",
        help="Of the sales of all: this customer, those who buy as much, and all who "
        "buy more.",
    )
    abc_class = fields.Selection(ABC, "Class", required=True)
    previous_class = fields.Selection(ABC)
    move = fields.Selection(
        [("new", "New"), ("up", "Up"), ("same", "As before"), ("down", "Down")],
        "Change",
    )

    _customer_unique = models.UniqueIndex(
        "(abc_id, partner_id)", "A customer is in a classification once."
    )

    def action_open_invoices(self):
        """Open the invoices and credit notes that the mean was computed from."""
        self.ensure_one()
        return shipped(
            self.env,
            "account.action_move_out_invoice_type",
            name=self.env._("Sales to %(name)s", name=self.partner_id.name),
            domain=self.abc_id._counted_domain(self.partner_id),
            context={"default_move_type": "out_invoice", "create": False},
        )
