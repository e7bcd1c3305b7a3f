from odoo import fields, models


class CollectionStage(models.Model):
    """What is done on a day relative to the due date, and on what conditions."""

    _name = "collection.stage"
    _description = "Collection Stage"
    _inherit = ["trade.owned"]
    _owner = "procedure_id.company_id"
    _order = "procedure_id, day, sequence, id"

    procedure_id = fields.Many2one(
        "collection.procedure", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="procedure_id.company_id", store=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    sequence = fields.Integer(default=10)
    day = fields.Integer(
        required=True, help="Days after the due date; before it if negative."
    )
    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="A short name that stays the same.")
    letter_kind = fields.Selection(
        [
            ("reminder", "Reminder"),
            ("notice", "Collection notice"),
            ("notice2", "Second collection notice"),
            ("warning", "Warning letter"),
            ("measures", "Notice of protective measures"),
        ],
        "Letter",
    )
    region = fields.Selection(
        [("any", "Any"), ("same", "The salesperson's"), ("other", "Another one")],
        default="any",
        required=True,
        help="A customer in the state or province of its salesperson is in the same "
        "region.",
    )
    amount_from = fields.Monetary(help="What the customer owes overdue, at least.")
    amount_to = fields.Monetary(
        help="What the customer owes overdue is less than this; 0 for any."
    )
    category_ids = fields.Many2many(
        "res.partner.category",
        "collection_stage_tags",
        "stage_id",
        "category_id",
        string="Customer Tags",
    )
    company_level = fields.Boolean(
        help="Only for cases that the company's collector has taken over."
    )
    holdout_share = fields.Float(
        "Held Out (%)",
        help="Of the customers who reach this stage, so many are left alone, drawn by "
        "lot: what becomes of them shows what the stage brings. 0 for none.",
    )
    effect_ids = fields.One2many(
        "collection.stage.effect", "stage_id", "Effects", copy=True
    )

    _share = models.Constraint(
        "CHECK (COALESCE(holdout_share, 0) BETWEEN 0 AND 100)",
        "What is held out is between 0 and 100 %.",
    )
    _code_unique = models.UniqueIndex(
        "(procedure_id, code)", "A procedure has each stage once."
    )

    letter_days = fields.Integer(
        "Days to Pay",
        default=7,
        help="The letter asks for the payment within so many days, at most up to the "
        "day before the next stage with a letter.",
    )
