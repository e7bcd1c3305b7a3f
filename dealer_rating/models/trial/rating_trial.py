from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.trade_credit_base.windows import shipped


class RatingTrial(models.Model):
    """Trial of a template on past quarters, before it is used.

    The closed cards of confirmed quarters are scored again by other indicators, steps,
    weights and bands. Nothing of the past is touched.
    """

    _name = "rating.trial"
    _description = "What If"
    _inherit = ["rating.report"]
    _order = "id desc"
    _check_company_auto = True

    _parameters = frozenset(
        {"performance_template_id", "conduct_template_id"}
        | {"company_id", "date_from", "date_to"}
    )
    _months = 6

    performance_template_id = fields.Many2one(
        "rating.scorecard.template",
        "Performance",
        domain="[('kind', '=', 'performance')]",
        check_company=True,
        ondelete="cascade",
        help="Leave empty to keep what the performance cards came to.",
    )
    conduct_template_id = fields.Many2one(
        "rating.scorecard.template",
        "Conduct",
        domain="[('kind', '=', 'conduct')]",
        check_company=True,
        ondelete="cascade",
        help="Leave empty to keep what the conduct cards came to.",
    )
    line_ids = fields.One2many("rating.trial.line", "trial_id", copy=False)
    changed_ids = fields.One2many(
        "rating.trial.line",
        "trial_id",
        "Would Change",
        domain=[("direction", "in", ("up", "down"))],
    )
    left_ids = fields.One2many(
        "rating.trial.line",
        "trial_id",
        "Quarters Left Out",
        domain=[("direction", "=", "open")],
    )
    indicator_ids = fields.One2many("rating.trial.indicator", "trial_id", copy=False)
    up_count = fields.Integer("Would Rise", readonly=True, copy=False)
    same_count = fields.Integer("Unchanged", readonly=True, copy=False)
    down_count = fields.Integer("Would Fall", readonly=True, copy=False)
    left_count = fields.Integer("Cannot Be Computed", readonly=True, copy=False)
    text = fields.Text("In Words", compute="_compute_text")
    open_text = fields.Text("Left Out", compute="_compute_text")

    _sane = models.Constraint(
        "CHECK (date_from <= date_to)", "The first day comes before the last."
    )

    # === CONSTRAINT METHODS === #

    @api.constrains("performance_template_id", "conduct_template_id")
    def _check_templates(self):
        for trial in self:
            tried = trial._tried()
            if not tried:
                raise ValidationError(self.env._("Choose the template to try."))
            for kind, template in tried.items():
                if template.kind != kind:
                    raise ValidationError(
                        self.env._(
                            "%(template)s is not for such cards.",
                            template=template.display_name,
                        )
                    )

    # === COMPUTE METHODS === #

    @api.depends_context("lang")
    @api.depends("performance_template_id", "conduct_template_id", "date_to")
    def _compute_display_name(self):
        for trial in self:
            tried = trial.performance_template_id | trial.conduct_template_id
            if not tried:
                trial.display_name = self.env._("New trial")
                continue
            trial.display_name = self.env._(
                "%(templates)s on the quarters to %(quarter)s",
                templates=", ".join(tried.mapped("display_name")),
                quarter=self.env.company._rating_period(trial.date_to, quarter=True),
            )

    @api.depends_context("lang")
    @api.depends("computed_on", "indicator_ids")
    def _compute_text(self):
        for trial in self:
            trial.text = trial.computed_on and trial._say_result()
            trial.open_text = trial.computed_on and trial._say_open()

    def _say_result(self):
        told = self.up_count + self.same_count + self.down_count
        if not told:
            return self.env._("None of these quarters can be scored by this template.")
        return self.env._(
            "Of %(count)d quarters of dealers %(up)d would have ended with a better "
            "grade, %(down)d with a worse one, %(same)d with the same.",
            count=told,
            up=self.up_count,
            down=self.down_count,
            same=self.same_count,
        )

    def _say_open(self):
        if not self.left_count:
            return False
        names = self.indicator_ids.filtered("open_count").mapped("name")
        if not names:
            return self.env._(
                "%(count)d more cannot be computed: they have no such cards.",
                count=self.left_count,
            )
        return self.env._(
            "%(count)d more cannot be computed: their cards have no value that these "
            "indicators could use: %(indicators)s.",
            count=self.left_count,
            indicators=", ".join(names),
        )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        trials = super().create(vals_list)
        trials._check_templates()  # Odoo checks only what was given
        return trials

    def _forget(self):
        self.line_ids.unlink()
        self.indicator_ids.unlink()
        return super()._forget()

    # === ACTION METHODS === #

    def action_lines(self):
        """Open the quarters behind a figure; the button's context says which."""
        self.ensure_one()
        chosen = self.env.context.get("line_domain", [])
        return shipped(
            self.env,
            "dealer_rating.rating_trial_line_action",
            domain=[("trial_id", "=", self.id), *chosen],
            context={},
        )
