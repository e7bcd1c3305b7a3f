from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.trade_credit_base.models.guard.ir_default import own_defaults
from odoo.addons.trade_credit_base.models.guard.trade_record import kept
from odoo.addons.trade_credit_base.windows import form_of

KINDS = [("performance", "Performance (monthly)"), ("conduct", "Conduct (quarterly)")]

# Fields that decide what a card is worth: fixed as soon as there is a card
FIXED = {"kind", "company_id", "band_a", "band_b", "quarter_total", "indicator_ids"}

# Fields that only methods write
GUARDED = {"state", "version", "previous_id"}


class RatingScorecardTemplate(models.Model):
    """Template of cards: its indicators, and which total makes which letter.

    One that cards were scored with is never changed: a new version takes its place.
    """

    _name = "rating.scorecard.template"
    _description = "Scorecard Template"
    _inherit = ["trade.owned"]
    _order = "kind desc, state, version desc, id desc"

    name = fields.Char(required=True, translate=True)
    kind = fields.Selection(KINDS, required=True, default="performance")
    company_id = fields.Many2one(
        "res.company",
        domain="[('parent_id', '=', False)]",
        help="Leave empty for all companies that have no template of their own.",
    )
    state = fields.Selection(
        [("draft", "Draft"), ("active", "In Use"), ("retired", "Retired")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
    )
    version = fields.Integer(default=1, readonly=True, copy=False)
    previous_id = fields.Many2one(
        "rating.scorecard.template", readonly=True, copy=False, index="btree_not_null"
    )
    band_a = fields.Float("A From", required=True, digits=(16, 2))
    band_b = fields.Float("B From", required=True, digits=(16, 2))
    quarter_total = fields.Selection(
        [("mean", "Mean of the months"), ("sum", "Sum of the months")],
        default="mean",
        required=True,
        help="How three monthly cards make the quarter's performance score.",
    )
    indicator_ids = fields.One2many(
        "rating.indicator", "template_id", "Indicators", copy=True
    )
    top = fields.Float("Most Points", compute="_compute_top", digits=(16, 2))
    note = fields.Text(translate=True)

    _active_unique = models.UniqueIndex(
        "(kind, (COALESCE(company_id, 0))) WHERE state = 'active'",
        "There is a template of this kind in use already.",
    )
    _bands_ordered = models.Constraint(
        "CHECK (band_a >= band_b)", "An A cannot take fewer points than a B."
    )

    is_used = fields.Boolean(
        "Locked",
        compute="_compute_is_used",
        help="Cards were scored with it: they keep what they were scored with.",
    )

    # === COMPUTE METHODS === #

    @api.depends("indicator_ids.top", "indicator_ids.weight")
    def _compute_top(self):
        for template in self:
            lines = template.indicator_ids
            template.top = sum(each.top * each.weight for each in lines)

    def _compute_is_used(self):
        cards = self.env["rating.scorecard"].sudo()
        found = cards._read_group([("template_id", "in", self.ids)], ["template_id"])
        used = {template.id for (template,) in found}
        for template in self:
            template.is_used = template._origin.id in used

    @api.depends_context("lang")
    @api.depends("name", "version")
    def _compute_display_name(self):
        for template in self:
            template.display_name = self.env._(
                "%(name)s (version %(version)d)",
                name=template.name,
                version=template.version,
            )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and any(vals.keys() & GUARDED for vals in vals_list):
            raise UserError(self.env._("A template begins as a draft. Activate it."))
        given = own_defaults(self, GUARDED)
        return super().create([given | vals for vals in vals_list])

    def write(self, vals):
        if vals.keys() & FIXED:
            self._check_unused()
        if not self.env.su and vals.keys() & GUARDED:
            raise UserError(
                self.env._("The state of a template changes by its buttons only.")
            )
        return super().write(vals)

    @kept
    def _unlink_unused(self):
        self._check_unused()

    def _check_unused(self):
        """:raises UserError: if cards were scored with these templates"""
        used = self.env["rating.scorecard"].sudo()
        if self.ids and used.search_count([("template_id", "in", self.ids)], limit=1):
            raise UserError(
                self.env._(
                    "Cards were scored with this template, and they keep what they "
                    "were scored with. Make a new version and change that."
                )
            )

    # === ACTION METHODS === #

    def action_new_version(self):
        """Copy this template into a draft that can take its place.

        Of a shared one, who may not write it gets a draft for the own company.
        """
        self.ensure_one()
        owner = self.company_id or self._default_owner()
        # Its name is not given: that would leave the translations behind
        draft = self.copy({"company_id": owner.id})
        latest = self.search(
            [("kind", "=", self.kind), ("company_id", "=", owner.id)],
            order="version desc",
            limit=1,
        )
        number = max(latest.version, self.version) + 1
        draft.sudo().write({"version": number, "previous_id": self.id})
        return form_of(draft)

    def action_activate(self):
        """Score with these templates from now on; cards that are there keep theirs."""
        self.check_access("write")
        self._check_shared()
        for template in self.filtered(lambda each: each.state != "active"):
            if not template.indicator_ids:
                raise ValidationError(
                    self.env._("A template without indicators scores nothing.")
                )
            template.indicator_ids._check_method()
            used = self.search(
                [
                    ("kind", "=", template.kind),
                    ("company_id", "=", template.company_id.id),
                    ("state", "=", "active"),
                ]
            )
            used.sudo().state = "retired"
            used.flush_recordset()
            template.sudo().state = "active"
        return True

    def action_retire(self):
        """Score with these templates no longer."""
        self.check_access("write")
        self._check_shared()
        self.sudo().state = "retired"
        return True

    # === BUSINESS METHODS === #

    @api.model
    def _of(self, company):
        """Return what a company scores with: its own templates before shared ones.

        :rtype: dict[str, RatingScorecardTemplate]
        """
        found = self.sudo().search(
            [
                ("state", "=", "active"),
                ("company_id", "in", [False, company.root_id.id]),
            ]
        )
        ordered = found.sorted(lambda each: bool(each.company_id))
        return {each.kind: each for each in ordered}
