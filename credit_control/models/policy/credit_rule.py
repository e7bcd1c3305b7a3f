from odoo import api, fields, models
from odoo.exceptions import ValidationError

CHECKPOINTS = {
    "quotation": "at_quotation",
    "confirmation": "at_confirmation",
    "growth": "at_growth",
    "invoice": "at_invoice",
}


class CreditRule(models.Model):
    """One check of a policy: what it measures, from where on it fires, and then."""

    _name = "credit.rule"
    _description = "Credit Rule"
    _inherit = ["trade.owned", "trade.card"]
    _owner = "policy_id.company_id"
    _order = "policy_id, sequence, id"
    _rec_name = "kind"

    policy_id = fields.Many2one(
        "credit.policy", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    kind = fields.Selection(
        [
            ("limit", "Use of the credit limit (%)"),
            ("no_limit", "No limit in force"),
            ("overdue_days", "Oldest overdue item (days)"),
            ("overdue_amount", "Overdue amount"),
            ("overdue_share", "Overdue share of the receivable (%)"),
            ("order_max", "Single order above a maximum"),
            ("hold", "Supply stopped"),
        ],
        required=True,
    )
    threshold = fields.Float(
        digits=(16, 2),
        help="The rule fires above this: a percentage, a number of days or an amount "
        "in company currency. Rules without a measure ignore it.",
    )
    action = fields.Selection(
        [("tell", "Tell"), ("warn", "Warn"), ("hold", "Hold")],
        required=True,
        default="hold",
        help="Tell: shown on the quotation. Warn: also written on the order. "
        "Hold: the order waits for a release.",
    )
    at_quotation = fields.Boolean(
        "Quotation",
        default=True,
        help="Shown on the quotation, before it is confirmed.",
    )
    at_confirmation = fields.Boolean("Confirmation", default=True)
    at_growth = fields.Boolean(
        "Order Raised", default=True, help="When a confirmed order is raised."
    )
    at_invoice = fields.Boolean(
        "Invoice",
        default=True,
        help="When an invoice is posted that no decision on an order covers.",
    )
    cash = fields.Boolean(
        "Cash Too",
        help="Check orders that need no credit as well: paid in advance, or on "
        "immediate payment.",
    )
    authority = fields.Selection(
        [("officer", "Credit officer"), ("manager", "Credit manager")],
        required=True,
        default="manager",
        help="The authority that releases an order which this rule holds.",
    )

    @api.constrains("threshold", "kind")
    def _check_threshold(self):
        for rule in self:
            if rule.threshold < 0:
                raise ValidationError(
                    self.env._(
                        "The threshold of “%(rule)s” cannot be negative. Enter zero to "
                        "let the rule fire at once, or archive the rule.",
                        rule=rule.display_name,
                    )
                )
            if rule.kind == "overdue_share" and rule.threshold > 100:
                raise ValidationError(
                    self.env._("A share of the receivable cannot exceed 100 %.")
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        rules = super().create(vals_list)
        rules.policy_id._publish()
        return rules

    def write(self, vals):
        policies = self.policy_id
        result = super().write(vals)
        (policies | self.policy_id)._publish()
        return result

    def unlink(self):
        policies = self.policy_id
        result = super().unlink()
        policies._publish()
        return result

    # === BUSINESS METHODS === #

    @api.model
    def _without_measure(self):
        """Return the kinds that fire or do not: a threshold says nothing to them.
        Extend for a further one.

        :rtype: set[str]
        """
        return {"hold", "no_limit"}

    @api.model
    def _with_floor(self):
        """Return the kinds that look at what is late from the policy's floor on.

        :rtype: set[str]
        """
        return {"overdue_days", "overdue_share"}

    def _snapshot(self):
        """:return: list of dicts: the fields of a core ``Rule`` and its checkpoints"""
        # A threshold that was left there must not keep such a rule from firing
        without, floored = self._without_measure(), self._with_floor()
        return [
            {
                "kind": rule.kind,
                "threshold": 0.0 if rule.kind in without else rule.threshold,
                "action": rule.action,
                "cash": rule.cash,
                "authority": rule.authority,
                "floor": rule.policy_id.floor if rule.kind in floored else 0.0,
                "checkpoints": [
                    name for name, field in self._checkpoints().items() if rule[field]
                ],
            }
            for rule in self.filtered("active").sorted(lambda r: (r.sequence, r.id))
        ]

    def _checkpoints(self):
        """Return {checkpoint: name of the field that switches a rule on there}.

        Extend to add a checkpoint.
        """
        return CHECKPOINTS
