from odoo import fields, models


class DealerGrade(models.Model):
    """A grade says which level its dealers have."""

    _inherit = "dealer.grade"

    partner_level_id = fields.Many2one(
        "res.partner.grade",
        ondelete="restrict",
        help="Level of the dealers with this grade, where a company lets levels follow "
        "its rating. Empty: they have none.",
    )

    def write(self, vals):
        done = super().write(vals)
        if "partner_level_id" in vals:
            own = [("grade_id", "in", self.ids)]
            self.env["rating.dealer"].sudo().search(own)._lead_levels()
        return done
