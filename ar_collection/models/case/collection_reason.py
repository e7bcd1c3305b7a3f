from odoo import fields, models


class CollectionReason(models.Model):
    """Why a customer does not pay, in a word that can be counted.

    Shipped ones belong to every company; a manager adds others, for one or for all.
    """

    _name = "collection.reason"
    _description = "Reason"
    _inherit = ["trade.owned", "trade.card"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    kind = fields.Selection(
        [
            ("late", "Why it is late"),
            ("dispute", "Why it is disputed"),
            ("both", "Either"),
        ],
        default="both",
        required=True,
        help="Where it can be chosen: for a call, a visit or a note, or for a dispute.",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        default=lambda self: self._default_owner(),
        help="Leave empty for a reason of every company.",
    )
