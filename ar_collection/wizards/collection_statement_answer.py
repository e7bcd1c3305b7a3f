from odoo import fields, models


class CollectionStatementAnswer(models.TransientModel):
    """Answer of the customer to a statement, and its proof."""

    _name = "collection.statement.answer"
    _description = "Answer to a Statement"

    statement_id = fields.Many2one(
        "collection.statement", required=True, readonly=True, ondelete="cascade"
    )
    answer = fields.Selection(
        [
            ("acknowledged", "The balance is acknowledged"),
            ("contested", "The balance is contested"),
        ],
        required=True,
        default="acknowledged",
    )
    day = fields.Date(
        "Answered On",
        required=True,
        default=lambda self: self.env.company._trade_day(),
        help="The limitation period of the items begins anew on the day on which the "
        "customer acknowledged them.",
    )
    reason = fields.Text(help="Contested points, in the customer's words.")
    proof_ids = fields.Many2many(
        "ir.attachment",
        help="The signed copy, or the customer's letter. It cannot be changed "
        "afterwards.",
    )

    def action_record(self):
        """Record the answer: it cannot be changed afterwards."""
        self.ensure_one()
        if self.answer == "acknowledged":
            self.statement_id._acknowledge(self.day, self.proof_ids)
        else:
            self.statement_id._contest(self.day, self.reason, self.proof_ids)
        return {"type": "ir.actions.act_window_close"}
