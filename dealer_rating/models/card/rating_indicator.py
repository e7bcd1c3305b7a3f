from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.trade_credit_base.models.guard.trade_record import kept
from odoo.addons.trade_credit_base.windows import form_of

from ...core.score import Step

METHODS = [("entered", "Entered"), ("violations", "Counted"), ("measured", "Measured")]

# Fields that may be worded better at any time: they change no score
WORDS = {"name", "guide", "sequence", "number"}

# A million violations were never counted: it is a number in the wrong column
MOST_COUNTED = 1_000_000


class RatingIndicator(models.Model):
    """One line of a scorecard: who scores it, how, and what it can earn."""

    _name = "rating.indicator"
    _description = "Indicator"
    _inherit = ["trade.owned", "trade.card"]
    _owner = "template_id.company_id"
    _order = "template_id, sequence, id"

    template_id = fields.Many2one(
        "rating.scorecard.template", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="template_id.company_id")
    kind = fields.Selection(related="template_id.kind")
    sequence = fields.Integer(default=10)
    number = fields.Integer("No.", aggregator=None)
    code = fields.Char(
        required=True, help="Stays the same in all versions of the template."
    )
    name = fields.Char(required=True, translate=True)
    guide = fields.Text(translate=True, help="What to look at when scoring.")
    weight = fields.Float(
        "Importance", default=1.0, digits=(16, 2), help="Multiplies the points."
    )
    top = fields.Float("Most Points", default=5.0, digits=(16, 2))
    department_id = fields.Many2one(
        "rating.department", "Scored By", required=True, ondelete="restrict"
    )
    method = fields.Selection(
        METHODS,
        required=True,
        default="entered",
        help="Entered: points are given. Counted: violations or the like, points by "
        "steps. Measured: from the ledger, points by steps; entered where there is "
        "nothing to measure and the department is asked.",
    )
    measure = fields.Selection(selection="_select_measure")
    months = fields.Integer(
        default=1,
        help="A measured value covers so many months up to the end of the card.",
    )
    step_ids = fields.One2many("rating.step", "indicator_id", "Steps", copy=True)
    nothing = fields.Selection(
        [("open", "Ask the department"), ("points", "Give points")],
        "If There Is Nothing To Measure",
        default="open",
        required=True,
        help="Ask the department: measured, else entered. A value that the ledger has "
        "before the card is closed takes the place of the points that were given.",
    )
    nothing_points = fields.Float("Points for Nothing", digits=(16, 2))

    _code_unique = models.UniqueIndex(
        "(template_id, code)", "A template has each indicator once."
    )
    _sane = models.Constraint(
        "CHECK (weight > 0 AND top > 0 AND months > 0)",
        "Importance, most points and months have to be above zero.",
    )

    is_used = fields.Boolean(related="template_id.is_used")

    # === DEFAULTS === #

    def _select_measure(self):
        return self.env["rating.measure"]._measures()

    # === CONSTRAINT METHODS === #

    @api.constrains("method", "measure", "step_ids", "top", "nothing_points")
    def _check_method(self):
        for indicator in self:
            if indicator.method == "measured" and not indicator.measure:
                raise ValidationError(
                    self.env._(
                        "Say what %(indicator)s measures.", indicator=indicator.name
                    )
                )
            if indicator.method != "entered" and not indicator.step_ids:
                raise ValidationError(
                    self.env._(
                        "%(indicator)s needs steps: from which value on it earns how "
                        "many points.",
                        indicator=indicator.name,
                    )
                )
            given = [*indicator.step_ids.mapped("points"), indicator.nothing_points]
            if max(given) > indicator.top:
                raise ValidationError(
                    self.env._(
                        "%(indicator)s cannot earn more than its %(top)s points.",
                        indicator=indicator.name,
                        top=indicator.top,
                    )
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        indicators = super().create(vals_list)
        indicators._check_open_to_change()
        return indicators

    def write(self, vals):
        changes = bool(vals.keys() - WORDS)
        if changes:
            self._check_open_to_change()
        done = super().write(vals)
        if changes:  # it may have moved to a template that is in use
            self._check_open_to_change()
        return done

    @kept
    def _unlink_unused(self):
        self._check_open_to_change()

    def _check_open_to_change(self):
        """:raises UserError: if cards were scored with these indicators"""
        self.template_id._check_unused()

    # === ACTION METHODS === #

    def action_guide(self):
        """Show what to look at when scoring, and what earns how many points."""
        view = self.env.ref("dealer_rating.rating_indicator_view_form_guide")
        return form_of(
            self,
            name=self.name,
            views=[(view.id, "form")],
            target="new",
            context={"create": False, "edit": False},
        )

    # === BUSINESS METHODS === #

    def _is_asked(self):
        """Tell whether a department may have to give points: always, or where the
        books know nothing."""
        return self.method != "measured" or self.nothing == "open"

    def _steps(self):
        """:rtype: list[Step]"""
        self.ensure_one()
        return [Step(each.at_least, each.points) for each in self.step_ids]

    def _check_entry(self, number):
        """Refuse a number that cannot have been meant.

        :raises UserError: if ``number`` is no count or lies outside the points
        """
        self.ensure_one()
        if self.method == "violations":
            if not 0 <= number < MOST_COUNTED or number != int(number):
                raise UserError(
                    self.env._(
                        "%(indicator)s is a count: enter 0, 1, 2 …, not %(number)g.",
                        indicator=self.name,
                        number=number,
                    )
                )
        elif not 0 <= number <= self.top:
            raise UserError(
                self.env._(
                    "%(indicator)s earns 0 to %(top)g points, not %(number)g.",
                    indicator=self.name,
                    top=self.top,
                    number=number,
                )
            )
