from odoo import api, fields, models


class RatingStep(models.Model):
    """From this value on, an indicator earns so many points."""

    _name = "rating.step"
    _description = "Step of an Indicator"
    _inherit = ["trade.owned"]
    _owner = "indicator_id.template_id.company_id"
    _order = "indicator_id, at_least, id"
    _rec_name = "at_least"

    indicator_id = fields.Many2one(
        "rating.indicator", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="indicator_id.company_id")
    at_least = fields.Float(
        "From",
        required=True,
        digits=(16, 4),
        help="A count, a share (0.95 for 95 %) or a number of days. The last step that "
        "a value reaches counts; below the first, the first counts.",
    )
    points = fields.Float(required=True, digits=(16, 2))

    _at_least_unique = models.UniqueIndex(
        "(indicator_id, at_least)",
        "An indicator cannot earn two numbers of points from the same value on.",
    )

    # === CONSTRAINT METHODS === #

    @api.constrains("points", "indicator_id")
    def _check_points(self):
        """No step is above what its indicator can earn, whichever road it came."""
        self.indicator_id._check_method()

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        steps = super().create(vals_list)
        steps.indicator_id._check_open_to_change()
        return steps

    def write(self, vals):
        self.indicator_id._check_open_to_change()
        done = super().write(vals)
        self.indicator_id._check_open_to_change()  # where it may have moved to
        return done

    def unlink(self):
        self.indicator_id._check_open_to_change()
        return super().unlink()
