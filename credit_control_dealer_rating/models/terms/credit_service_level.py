from odoo import api, fields, models


class CreditServiceLevel(models.Model):
    """Level at which a customer is served, in words.

    A policy gives each grade a level. The system shows it to all who deal with
    the customer; to keep it is up to people.
    """

    _name = "credit.service.level"
    _description = "Service Level"
    _inherit = ["trade.owned", "trade.card"]
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    description = fields.Text(
        "What It Means",
        translate=True,
        help="What a customer of this level may expect: the order in which goods are "
        "shared out, delivery, visits, who answers and how soon.",
    )
    company_id = fields.Many2one(
        "res.company",
        index=True,
        default=lambda self: self._default_owner(),
        domain="[('parent_id', '=', False)]",
        help="Leave empty to share the level among all companies.",
    )
    active = fields.Boolean(default=True)
    terms_ids = fields.One2many(
        "credit.grade.terms",
        "service_level_id",
        "Grades",
        readonly=True,
        groups="credit_control.credit_group_user",
    )
    grade_names = fields.Char(
        "Given To",
        compute="_compute_grade_names",
        groups="credit_control.credit_group_user",
    )

    @api.depends("terms_ids.grade_id")
    @api.depends_context("company")
    def _compute_grade_names(self):
        policy = self.env.company.root_id.sudo().credit_default_policy_id
        for level in self:
            terms = level.terms_ids.filtered(lambda each: each.policy_id == policy)
            level.grade_names = ", ".join(terms.grade_id.mapped("name"))
