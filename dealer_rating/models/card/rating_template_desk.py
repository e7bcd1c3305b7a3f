from odoo import fields, models


class RatingScorecardTemplate(models.Model):
    """A template, as its form locks it."""

    _inherit = "rating.scorecard.template"

    is_used = fields.Boolean(
        "Locked",
        compute="_compute_is_used",
        help="Cards were scored with it: they keep what they were scored with.",
    )

    def _compute_is_used(self):
        cards = self.env["rating.scorecard"].sudo()
        found = cards._read_group([("template_id", "in", self.ids)], ["template_id"])
        used = {template.id for (template,) in found}
        for template in self:
            template.is_used = template._origin.id in used


class RatingIndicator(models.Model):
    """An indicator, as its form locks it."""

    _inherit = "rating.indicator"

    is_used = fields.Boolean(related="template_id.is_used")
