from odoo import api, fields, models


class CollectionAction(models.Model):
    """What an action was about, in a line of the case's timeline."""

    _inherit = "collection.action"

    documents = fields.Char(
        compute="_compute_documents",
        help="Items that took a step; the action's form has those it skipped as well.",
    )

    @api.depends("line_ids.number", "line_ids.state")
    def _compute_documents(self):
        for action in self:
            due = action.line_ids.filtered(lambda line: line.state == "due")
            action.documents = ", ".join(filter(None, due.mapped("number")))
