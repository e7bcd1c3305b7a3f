from odoo import fields, models


class CollectionLetterLine(models.Model):
    """An open item as a letter lists it. What the ledger says later changes nothing."""

    _name = "collection.letter.line"
    _description = "Item of a Letter"
    _inherit = ["trade.record"]
    _order = "letter_id, date_due, number, id"
    _rec_name = "number"
    _log_access = False  # the letter says when and by whom; these are many

    letter_id = fields.Many2one(
        "collection.letter", required=True, index=True, ondelete="restrict"
    )
    item_id = fields.Many2one(
        "collection.item", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one("res.company", required=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    document_currency_id = fields.Many2one("res.currency", required=True)
    number = fields.Char()
    date = fields.Date()
    date_due = fields.Date()
    days_late = fields.Integer(
        aggregator="max", help="On the letter's date; not due yet if negative."
    )
    amount_currency = fields.Monetary(
        "Invoiced",
        currency_field="document_currency_id",
        aggregator=None,
        help="In the document's currency.",
    )
    residual = fields.Monetary(
        "Open Amount (company currency)",
        help="With unallocated payments and credit notes taken off the oldest items "
        "first.",
    )
    residual_currency = fields.Monetary(
        "Open Amount",
        currency_field="document_currency_id",
        aggregator=None,
        help="In the document's currency.",
    )
    is_due = fields.Boolean("Takes a Step", help="The item took a step of its stages.")
    earlier_id = fields.Many2one(
        "collection.letter",
        "Asked For With",
        index="btree_not_null",
        ondelete="restrict",
        help="The earlier letter that asked for the item: it is open still, and this "
        "letter only names that one.",
    )
    is_on_hold = fields.Boolean(
        "On Hold",
        help="A promise to pay or a valid dispute stops this item: the letter lists it "
        "and does not ask for it.",
    )
    is_claimed = fields.Boolean(
        "Asked For",
        help="Items that reached the letter's own stage with it. Items that took an "
        "earlier step are listed, and not asked for.",
    )
