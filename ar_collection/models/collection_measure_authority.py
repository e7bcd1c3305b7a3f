from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .collection_measure import KINDS

MANAGER = "ar_collection.collection_group_manager"


class CollectionMeasureAuthority(models.Model):
    """Who may decide on protective measures up to an amount."""

    _name = "collection.measure.authority"
    _description = "Authority for Measures"
    _inherit = ["trade.owned"]
    _order = "company_id, kind, is_unlimited, amount_to, id"
    _rec_name = "kind"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company.root_id,
        domain="[('parent_id', '=', False)]",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(KINDS, required=True)
    amount_to = fields.Monetary("Up To")
    is_unlimited = fields.Boolean("Any Amount")
    user_ids = fields.Many2many("res.users", string="People", help="They are asked.")
    group_id = fields.Many2one(
        "res.groups", help="Whoever is in it may decide as well."
    )

    _amount = models.Constraint(
        "CHECK (COALESCE(is_unlimited, FALSE) OR amount_to > 0)",
        "Say up to what amount, or tick “Any Amount”.",
    )

    @api.constrains("user_ids", "group_id")
    def _check_somebody(self):
        for authority in self:
            if not (authority.user_ids or authority.group_id):
                raise ValidationError(
                    self.env._("Name the people or the group that may decide.")
                )

    @api.constrains("company_id")
    def _check_company_root(self):
        for authority in self:
            if authority.company_id.parent_id:
                raise ValidationError(
                    self.env._(
                        "Branches decide with their company: choose %(company)s.",
                        company=authority.company_id.root_id.name,
                    )
                )

    def _covers(self, amount):
        """:return: those of these that reach up to an amount, the lowest first"""
        return self.filtered(
            lambda each: (
                each.is_unlimited
                or each.currency_id.compare_amounts(each.amount_to, amount) >= 0
            )
        )

    def _names(self, user):
        """Tell whether one of these gives a user the say."""
        return user in self.user_ids or bool(self.group_id & user.all_group_ids)


class CollectionMeasure(models.Model):
    """Who decides on a measure: never who proposed it."""

    _inherit = "collection.measure"

    def _authorities(self):
        """:return: what the company says about this kind of measure, whoever asks"""
        self.ensure_one()
        domain = [("company_id", "=", self.company_id.id), ("kind", "=", self.kind)]
        return self.env["collection.measure.authority"].sudo().search(domain)

    def _why_not_decide(self):
        """Tell why the user may not decide on this measure. Extend to add tiers.

        Where a company entered no authority for a kind, its managers have it.

        :return: a sentence, or False if the user may
        :rtype: str | bool
        """
        self.ensure_one()
        if self.env.user == self.proposed_by_id:
            return self.env._(
                "Nobody decides on what he proposed himself. Ask a colleague with "
                "authority for %(measure)s.",
                measure=self.display_name,
            )
        authorities = self._authorities()
        if not authorities:
            if self.env.user.has_group(MANAGER):
                return False
        elif authorities._covers(self.amount)._names(self.env.user):
            return False
        return self.env._(
            "You have no authority for %(measure)s over %(amount)s. See "
            "Configuration: Authority for Measures.",
            measure=self.display_name,
            amount=self.currency_id.format(self.amount),
        )

    def _ask_deciders(self):
        """Ask those named in the lowest authority that is high enough."""
        for measure in self:
            covering = measure._authorities()._covers(measure.amount)
            named = covering.filtered("user_ids")[:1].user_ids
            for user in named.filtered("active") - measure.proposed_by_id:
                measure.activity_schedule(
                    "mail.mail_activity_data_todo",
                    summary=measure.with_context(lang=user.lang).env._("Decide on it"),
                    user_id=user.id,
                )
