from odoo import api, fields, models


class CollectionStageEffect(models.Model):
    """One thing that a stage does."""

    _name = "collection.stage.effect"
    _description = "Effect of a Stage"
    _inherit = ["trade.owned", "trade.card"]
    _owner = "stage_id.procedure_id.company_id"
    _order = "stage_id, sequence, id"
    _rec_name = "code"

    stage_id = fields.Many2one(
        "collection.stage", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    code = fields.Selection("_select_code", required=True, string="Effect")
    activity_type_id = fields.Many2one("mail.activity.type")
    mail_template_id = fields.Many2one(
        "mail.template", domain="[('model', '=', 'collection.action')]"
    )
    responsible = fields.Selection(
        [
            ("owner", "Owner of the case"),
            ("salesperson", "Salesperson"),
            ("collector", "Company's collector"),
            ("user", "A person"),
        ],
        default="owner",
        required=True,
    )
    user_id = fields.Many2one("res.users")
    days = fields.Integer(default=1, help="The activity is due so many days later.")

    @api.constrains("code", "stage_id")
    def _check_entry(self):
        self.stage_id._check_entry()

    @api.model
    def _select_code(self):
        return self.env["collection.effect"]._effects()
