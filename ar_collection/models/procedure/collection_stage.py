from odoo import api, fields, models
from odoo.tools import SQL


class CollectionStage(models.Model):
    """A step on a day relative to the due date, and its conditions."""

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
    amount_from = fields.Monetary(help="Overdue amount of the customer, at least.")
    amount_to = fields.Monetary(
        help="Overdue amount of the customer, below this; 0 for any."
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
        help="Share of the customers reaching this stage who are left alone, "
        "chosen by a random draw: what becomes of them shows what the stage "
        "achieves. 0 for none.",
    )
    effect_ids = fields.One2many(
        "collection.stage.effect",
        "stage_id",
        "Effects",
        copy=True,
        groups="ar_collection.collection_group_user",
    )

    _share = models.Constraint(
        "CHECK (COALESCE(holdout_share, 0) BETWEEN 0 AND 100)",
        "The share held out is between 0 and 100 %.",
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

    @api.constrains("letter_kind", "effect_ids", "procedure_id")
    def _check_entry(self):
        every = self.env["collection.procedure"].with_context(active_test=False)
        every.search([("entry_stage_id", "in", self.ids)])._check_entry_stage()

    def _is_measures(self):
        """:return: whether this stage announces or proposes protective measures"""
        effects = self.effect_ids.mapped("code")
        return self.letter_kind == "measures" or "measures" in effects

    # === EFFECTS THAT OTHER ADDONS BRING === #

    @api.model
    def _warnings(self):
        """Return the stages, of all procedures, that warn customers formally."""
        return self.search([("code", "=", "warning")])

    def _add_effect(self, code):
        """Let these stages have an effect, as their last one, where they do not yet.

        :param str code: see ``collection.effect._effects``
        :return: the effects that were added
        """
        new = self.filtered(lambda stage: code not in stage.effect_ids.mapped("code"))
        return self.env["collection.stage.effect"].create(
            [
                {
                    "stage_id": stage.id,
                    "sequence": max(stage.effect_ids.mapped("sequence"), default=0) + 1,
                    "code": code,
                }
                for stage in new
            ]
        )

    @api.model
    def _remove_effect(self, code, outcome):
        """Take an effect off all stages; what it did stays in the record.

        :param str outcome: why what is still to do will not be done
        """
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """UPDATE collection_effect SET stage_effect_id = NULL
                    WHERE code = %(code)s;
                   UPDATE collection_effect SET state = 'failed', outcome = %(outcome)s
                    WHERE code = %(code)s AND state = 'todo';
                   DELETE FROM collection_stage_effect WHERE code = %(code)s""",
                code=code,
                outcome=outcome,
            )
        )
        self.env.invalidate_all()
