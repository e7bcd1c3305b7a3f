from odoo import api, fields, models
from odoo.fields import Domain


class CollectionStage(models.Model):
    """Whether a stage comes after the customer was formally warned."""

    _inherit = "collection.stage"

    is_warned = fields.Boolean(
        "Warning or Later",
        compute="_compute_is_warned",
        search="_search_is_warned",
        help="The warning of the procedure, or a stage of a later day.",
    )

    @api.depends("code", "day", "procedure_id")
    def _compute_is_warned(self):
        warned = self.search([("is_warned", "=", True)])
        for stage in self:
            stage.is_warned = stage._origin in warned

    def _search_is_warned(self, operator, value):
        if operator != "in":
            return NotImplemented
        later = [
            Domain("procedure_id", "=", warning.procedure_id.id)
            & Domain("day", ">=", warning.day)
            for warning in self._warnings()
        ]
        return Domain.OR(later) if True in value else ~Domain.OR(later)
