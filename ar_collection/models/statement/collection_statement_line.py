from odoo import fields, models


class CollectionStatementLine(models.Model):
    """An open item of a statement as it stood on the day. Credits are negative."""

    _name = "collection.statement.line"
    _description = "Line of a Statement"
    _inherit = ["collection.ledger.record"]
    _order = "statement_id, id"  # as they fell due, or were paid
    _rec_name = "number"

    statement_id = fields.Many2one(
        "collection.statement", required=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(related="statement_id.partner_id")
    # An item without a claim behind it any more closes; the line keeps what it said
    item_id = fields.Many2one("collection.item", index="btree_not_null")
    kind = fields.Selection(
        [
            ("invoice", "Invoice"),
            ("refund", "Credit note"),
            ("payment", "Payment"),
            ("other", "Other entry"),
        ],
        required=True,
    )
    number = fields.Char()
    date = fields.Date()
    date_due = fields.Date(help="Empty for payments and other credits.")
    days_late = fields.Integer(
        aggregator="max", help="On the statement's day; before it is due if negative."
    )
    amount_currency = fields.Monetary(
        "Amount", currency_field="document_currency_id", aggregator=None
    )
    residual_currency = fields.Monetary(
        "Open in Its Currency",
        currency_field="document_currency_id",
        aggregator=None,
    )
    residual = fields.Monetary("Open", help="In company currency.")
    document_currency_id = fields.Many2one(
        "res.currency", "Document's Currency", required=True
    )

    # === BUSINESS METHODS === #

    def _cells(self):
        """:return: the values of a row of the spreadsheet"""
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        return [
            kinds[self.kind],
            self.number or "",
            self.date,
            self.date_due or "",
            max(0, self.days_late) if self.date_due else "",
            self.amount_currency,
            self.residual_currency,
            self.document_currency_id.name,
            self.residual,
        ]
