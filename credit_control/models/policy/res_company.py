from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ...groups import USER

# How strict credit is, the strictest last
MODES = [("off", "Off"), ("observe", "Observe"), ("enforce", "Enforce")]


class ResCompany(models.Model):
    _inherit = "res.company"

    credit_mode = fields.Selection(
        MODES, string="Credit Control", default="observe", required=True
    )
    credit_invoice_mode = fields.Selection(
        MODES, string="Invoices", default="observe", required=True
    )
    credit_mode_words = fields.Char(compute="_compute_credit_mode_words", groups=USER)
    credit_without_file = fields.Selection(
        [("free", "Free"), ("cash", "Cash only"), ("held", "Held")],
        string="Customers without a Credit File",
        default="free",
        required=True,
    )
    # Not credit_policy_id: OCA's account_credit_control has a field of that name
    credit_default_policy_id = fields.Many2one(
        "credit.policy",
        "Credit Policy",
        ondelete="restrict",
        default=lambda self: self._default_credit_policy(),
        help="For customers whose credit file names no other.",
    )
    credit_auto_confirm = fields.Boolean(
        "Confirm Cured Orders",
        help="A held order confirms itself once nothing holds it any more.",
    )
    credit_immediate_is_cash = fields.Boolean(
        "Immediate Payment Needs No Credit",
        default=True,
        help="Orders on a payment term that is due at once spend no credit.",
    )
    credit_tolerance = fields.Float(
        "Release Tolerance (%)",
        default=5.0,
        help="A release survives growth of the order by this much.",
    )

    @api.depends("credit_mode")
    @api.depends_context("lang")
    def _compute_credit_mode_words(self):
        words = {
            "off": self.env._(
                "Credit control is off: no order is checked, and none is held."
            ),
            "observe": self.env._(
                "Observing: what would be held is recorded, and no order is held."
            ),
            "enforce": self.env._(
                "Enforcing: orders that the policy does not let pass are held."
            ),
        }
        for company in self:
            company.credit_mode_words = words[company.root_id.credit_mode]

    @api.model
    def _credit_checkpoint_modes(self):
        """Return the settings of checkpoints that have one of their own. Extend to add
        a checkpoint.

        :return: {checkpoint: name of a field}
        """
        return {"invoice": "credit_invoice_mode"}

    def _credit_checkpoint_mode(self, checkpoint):
        """Return how strict this head company is at a checkpoint: what it wants there,
        but never more than it wants at all.

        :return: ``off``, ``observe`` or ``enforce``
        """
        name = self._credit_checkpoint_modes().get(checkpoint)
        if not name:
            return self.credit_mode
        modes = [mode for mode, _label in MODES]
        return min(self.credit_mode, self[name], key=modes.index)

    @api.model
    def _default_credit_policy(self):
        return self.env.ref("credit_control.credit_policy_standard", False)

    @api.constrains("credit_tolerance")
    def _check_credit_tolerance(self):
        if any(not 0 <= company.credit_tolerance <= 100 for company in self):
            raise ValidationError(
                self.env._("The release tolerance is a percentage from 0 to 100.")
            )

    @api.constrains("credit_default_policy_id")
    def _check_credit_policy(self):
        for company in self:
            owner = company.credit_default_policy_id.company_id
            if owner and owner != company.root_id:
                raise ValidationError(
                    self.env._(
                        "The policy “%(policy)s” belongs to %(owner)s.",
                        policy=company.credit_default_policy_id.name,
                        owner=owner.name,
                    )
                )

    def _credit_propose_floors(self):
        """Propose the floors of these companies' policies anew: an amount in another
        currency is another amount. What other companies share stays as it is."""
        Policy = self.env["credit.policy"].sudo()
        for company in self.filtered(lambda each: not each.parent_id):
            policies = Policy.search([("company_id", "=", company.id)])
            default = company.credit_default_policy_id.sudo()
            if default and default._used_by() <= company:
                policies |= default
            policies.write({"floor": company._trade_floor()})

    def _credit_renew_orders(self, vals):
        """Have the figures of orders computed again that credit is to decide on once
        this is written: until then anybody could write them.

        :param dict vals: what is about to be written
        """
        mode, without = vals.get("credit_mode"), vals.get("credit_without_file")
        starting = self.filtered(
            lambda company: (
                (mode or company.credit_mode) == "enforce"
                and (
                    company.credit_mode != "enforce"
                    or company.credit_without_file == "free"
                    and without not in (None, "free")
                )
            )
        )
        if starting and (mode or without):
            branches = self.sudo().search([("id", "child_of", starting.ids)])
            self.env["sale.order"]._credit_renew_open(
                SQL("company_id = ANY(%s)", branches.ids)
            )

    def write(self, vals):
        before = {each: each.currency_id for each in self if "currency_id" in vals}
        self._credit_renew_orders(vals)
        result = super().write(vals)
        changed = [each.id for each in before if each.currency_id != before[each]]
        self.browse(changed)._credit_propose_floors()
        if vals.keys() & {"credit_mode", "credit_without_file"}:
            Decision = self.env["credit.decision"].sudo()
            Decision._adopt(companies=self.filtered(lambda c: c.credit_mode != "off"))
        if any(name.startswith("credit_") for name in vals):
            self.env["credit.decision"]._retake_soon()
        return result
