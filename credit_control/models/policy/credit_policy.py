from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.trade_credit_base.windows import shipped


class CreditPolicy(models.Model):
    """A set of checks. Every change makes a new version; decisions name theirs."""

    _name = "credit.policy"
    _description = "Credit Policy"
    _inherit = ["trade.owned", "mail.thread", "trade.record", "trade.card"]
    _check_company_auto = True
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        default=lambda self: self._default_owner(),
        domain="[('parent_id', '=', False)]",
        help="Leave empty to offer the policy in every company.",
    )
    floor = fields.Float(
        digits=(16, 2),
        default=lambda self: self.env.company._trade_floor(),
        help="Rules that count days or shares look at what is overdue from this amount "
        "on, in company currency, added up from the oldest item: a few cents that are "
        "left over hold no order. 0 for any amount.",
    )
    note = fields.Html(string="Purpose")
    rule_ids = fields.One2many(
        "credit.rule",
        "policy_id",
        string="Rules",
        copy=True,
        context={"active_test": False},
    )
    version_ids = fields.One2many(
        "credit.policy.version", "policy_id", "Versions", readonly=True
    )
    version_number = fields.Integer(
        string="Version", compute="_compute_version_number", compute_sudo=True
    )
    file_ids = fields.One2many("credit.file", "policy_id", readonly=True)
    file_count = fields.Integer("Credit Files Using It", compute="_compute_file_count")

    def _compute_version_number(self):
        newest = dict(
            self.env["credit.policy.version"]._read_group(
                [("policy_id", "in", self.ids)], ["policy_id"], ["number:max"]
            )
        )
        for policy in self:
            policy.version_number = newest.get(policy._origin, 0)

    def _compute_file_count(self):
        counts = dict(
            self.env["credit.file"]._read_group(
                [("policy_id", "in", self.ids)], ["policy_id"], ["__count"]
            )
        )
        for policy in self:
            policy.file_count = counts.get(policy._origin, 0)

    _floor_positive = models.Constraint(
        "CHECK (floor >= 0)", "The floor is zero or more."
    )

    @api.constrains("company_id")
    def _check_company_users(self):
        """A policy in use elsewhere cannot become one company's own."""
        for policy in self.sudo().filtered("company_id"):
            others = policy._used_by() - policy.company_id
            if others:
                raise ValidationError(
                    self.env._(
                        "“%(policy)s” is in use in %(companies)s. Give them another "
                        "policy first.",
                        policy=policy.name,
                        companies=", ".join(others.mapped("name")),
                    )
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        policies = super().create(vals_list)
        policies._publish()
        return policies

    def write(self, vals):
        done = super().write(vals)
        if "floor" in vals:
            self._publish()
        return done

    @api.model
    def _instead(self):
        return self.env._("Archive it.")

    # === ACTION METHODS === #

    def action_open_files(self):
        self.ensure_one()
        return shipped(
            self.env,
            "credit_control.credit_file_action",
            domain=[("policy_id", "=", self.id)],
            context={},
        )

    # === BUSINESS METHODS === #

    def _used_by(self):
        """Return the companies that decide by this policy, head companies only."""
        users = self.with_context(active_test=False).file_ids.company_id
        Company = self.env["res.company"].sudo()
        users |= Company.search([("credit_default_policy_id", "in", self.ids)])
        return users.root_id

    def _publish(self):
        """Keep the rules as they are now as the version that decisions will name.

        Rules that are as in the newest version make none. Several changes in one go
        make one, as long as no decision names it yet.
        """
        Version = self.env["credit.policy.version"].sudo()
        for policy in self:
            rules = policy.sudo().rule_ids._snapshot()
            newest = Version.search([("policy_id", "=", policy.id)], limit=1)
            if newest and (newest.rules or []) == rules:
                continue
            if newest and newest._is_fresh():
                newest.rules = rules
            else:
                Version.create(
                    {
                        "policy_id": policy.id,
                        "number": newest.number + 1,
                        "rules": rules,
                    }
                )
        self.env["credit.decision"]._retake_soon()


class CreditPolicyVersion(models.Model):
    """The rules of a policy as they were when decisions were taken by them."""

    _name = "credit.policy.version"
    _description = "Credit Policy Version"
    _inherit = ["trade.card"]
    _order = "policy_id, number desc"
    _rec_name = "number"

    policy_id = fields.Many2one(
        "credit.policy", required=True, index=True, ondelete="restrict"
    )
    number = fields.Integer(required=True)
    rules = fields.Json("Snapshot")
    rules_text = fields.Text(string="Rules", compute="_compute_rules_text")
    create_date = fields.Datetime("In Force Since", readonly=True)

    _number_unique = models.UniqueIndex(
        "(policy_id, number)", "Two versions of a policy cannot have one number."
    )

    def _compute_rules_text(self):
        wording = self.env["credit.wording"]
        for version in self:
            version.rules_text = "\n".join(map(wording._rule_line, version.rules or ()))

    def _compute_display_name(self):
        for version in self:
            version.display_name = self.env._(
                "%(policy)s, version %(number)s",
                policy=version.policy_id.name,
                number=version.number,
            )

    def _is_fresh(self):
        """Tell whether this transaction made the version and nothing was decided by
        it, so that it may still be amended."""
        self.ensure_one()
        return self.create_date == self.env.cr.now() and not self.env[
            "credit.decision"
        ].sudo().search_count([("policy_version_id", "=", self.id)], limit=1)
