from odoo import api, fields, models
from odoo.fields import Command

COPIED = ("creditworthy", "rate", "cap", "deposit")


class CreditPolicy(models.Model):
    """A policy also says what each grade gives."""

    _inherit = "credit.policy"

    grade_terms_ids = fields.One2many(
        "credit.grade.terms",
        "policy_id",
        "Terms by Grade",
        copy=True,
        default=lambda self: self._default_grade_terms(),
    )

    @api.model
    def _default_grade_terms(self):
        """Return commands for the terms of a new policy: those of the shipped one."""
        standard = self.env.ref("credit_control.credit_policy_standard", False)
        shipped = standard.sudo().grade_terms_ids if standard else ()
        # A service level of one company is not for another's policy
        return [
            Command.create(
                {
                    "grade_id": terms.grade_id.id,
                    "service_level_id": not level.company_id and level.id,
                }
                | {name: terms[name] for name in COPIED}
            )
            for terms in shipped
            for level in [terms.service_level_id]
        ]

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        with self.env["credit.grade.terms"]._together():
            return super().create(vals_list)

    def write(self, vals):
        with self.env["credit.grade.terms"]._together():
            return super().write(vals)

    # === BUSINESS METHODS === #

    def _check_grade_terms(self):
        """:raises ValidationError: if a worse grade gives more than a better one"""
        for policy in self:
            self.env["credit.grade.terms"]._check_order(policy)

    def _add_missing_terms(self):
        """Give policies that say nothing of grades the terms of a new policy."""
        for policy in self.filtered(lambda each: not each.grade_terms_ids):
            policy.grade_terms_ids = self._default_grade_terms()
