from odoo import api, fields, models


class CollectionAction(models.Model):
    """What was done, sent or said to one customer on one day. Never deleted."""

    _name = "collection.action"
    _description = "Collection Action"
    _inherit = ["mail.thread", "record.seal.mixin", "trade.record"]
    _order = "date desc, id desc"

    run_id = fields.Many2one("collection.run", index="btree_not_null")
    case_id = fields.Many2one("collection.case", index="btree_not_null")
    partner_id = fields.Many2one("res.partner", "Customer", required=True, index=True)
    company_id = fields.Many2one("res.company", required=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(required=True)
    kind = fields.Selection(
        [
            ("procedure", "Procedure"),
            ("call", "Call"),
            ("visit", "Visit"),
            ("note", "Note"),
        ],
        required=True,
    )
    stage_id = fields.Many2one("collection.stage", "Highest Stage")
    state = fields.Selection(
        [
            ("planned", "Planned"),
            ("sending", "Being sent"),
            ("done", "Done"),
            ("failed", "Failed, tried again"),
            ("settled", "Not needed any more"),
            ("held_out", "Held out"),
        ],
        default="planned",
        required=True,
    )
    amount = fields.Monetary(help="What the items that took a step come to.")
    user_id = fields.Many2one("res.users", "Owner")
    failure = fields.Text()
    line_ids = fields.One2many("collection.action.line", "action_id", "Items")
    effect_ids = fields.One2many("collection.effect", "action_id", "Effects")

    _day_unique = models.UniqueIndex(
        "(partner_id, company_id, date) WHERE kind = 'procedure'",
        "One contact a customer and day.",
    )
    _todo_idx = models.Index("(id) WHERE state IN ('planned', 'sending', 'failed')")

    @api.depends("partner_id", "stage_id", "date")
    def _compute_display_name(self):
        for action in self:
            what = action.stage_id.name or action._fields["kind"].convert_to_export(
                action.kind, action
            )
            action.display_name = f"{action.partner_id.name}: {what}"
