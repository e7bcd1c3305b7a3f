from odoo import fields, models


class RatingTrialIndicator(models.Model):
    """Outcome of one indicator's scores in a trial."""

    _name = "rating.trial.indicator"
    _description = "Indicator in a Trial"
    _order = "trial_id, kind desc, sequence, id"

    trial_id = fields.Many2one(
        "rating.trial", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="trial_id.company_id", store=True)
    indicator_id = fields.Many2one(
        "rating.indicator", required=True, ondelete="cascade"
    )
    name = fields.Char(related="indicator_id.name")
    kind = fields.Selection(related="indicator_id.kind", store=True)
    sequence = fields.Integer(related="indicator_id.sequence", store=True)
    steps_count = fields.Integer(
        "By Steps", help="What was counted or measured, put through the new steps."
    )
    scaled_count = fields.Integer(
        "Scaled", help="Points that were given, scaled to the new most points."
    )
    waived_count = fields.Integer("Waived", help="Earns the least again.")
    nothing_count = fields.Integer(
        "Nothing", help="Nothing was measured: what the template gives for that."
    )
    open_count = fields.Integer(
        "Unknown", help="The cards have no value for it: it would have to be scored."
    )
    before = fields.Float("Points Before", digits=(16, 2), aggregator=None)
    after = fields.Float("Points After", digits=(16, 2), aggregator=None)
