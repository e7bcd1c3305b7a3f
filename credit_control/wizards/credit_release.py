from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.trade_credit_base.batches import conflict_in
from odoo.addons.trade_credit_base.windows import form_of


class CreditVerdictDialog(models.AbstractModel):
    """A dialog in which held orders are decided on, as many as the user may: the others
    are listed with why."""

    _name = "credit.verdict.dialog"
    _description = "Decide on What Is Held"

    decision_ids = fields.Many2many(
        "credit.decision", string="Decisions", required=True, readonly=True
    )
    single = fields.Boolean(compute="_compute_single")
    asked_reason = fields.Text("Why It Is Asked", compute="_compute_single")
    proposed = fields.Text("Would Be Changed", compute="_compute_single")
    left_out = fields.Html(compute="_compute_left_out", store=True, readonly=True)
    told = fields.Boolean(readonly=True, help="It was tried: what is left is listed.")

    @api.depends("decision_ids")
    def _compute_single(self):
        for wizard in self:
            one = wizard.decision_ids if len(wizard.decision_ids) == 1 else None
            wizard.single = bool(one)
            wizard.asked_reason = one.asked_reason if one else wizard._asked_each()
            wizard.proposed = one and one.proposed

    def _asked_each(self):
        """Return why each of several orders is asked for, as far as somebody said."""
        return "\n".join(
            self.env._(
                "%(order)s: %(reason)s",
                order=each.order_name,
                reason=each.asked_reason,
            )
            for each in self.decision_ids
            if each.asked_reason
        )

    @api.depends("decision_ids")
    def _compute_left_out(self):
        """Say before anything is decided which of several the user may not."""
        for wizard in self:
            objections = [
                (decision, decision._release_objection(self.env.user))
                for decision in wizard.decision_ids
            ]
            told = [each for each in objections if each[1] and not wizard.single]
            wizard.left_out = self._listed(told)

    def _decide_each(self, decide):
        """Decide on each of several orders that can be, and say what became of them.

        :param decide: a function of one decision
        :return: the action that closes the dialog, or shows what was left out
        """
        self.ensure_one()
        if self.single:
            decide(self.decision_ids)
            return {"type": "ir.actions.act_window_close"}
        refused = []
        for decision in self.decision_ids:
            try:
                with self.env.cr.savepoint():
                    decide(decision)
            except UserError as error:
                if conflict := conflict_in(error):
                    raise conflict from None
                refused.append((decision, error.args[0]))
        if not refused:
            return {"type": "ir.actions.act_window_close"}
        # Said by the system: clients write nothing here
        self.sudo().write({"left_out": self._listed(refused), "told": True})
        done = len(self.decision_ids) - len(refused)
        name = self.env._(
            "Decided: %(done)s, left: %(left)s", done=done, left=len(refused)
        )
        return form_of(self, name=name, target="new")

    def _listed(self, objections):
        """:return: Markup of decisions, each a link, with why it is left out"""
        line = Markup('<li><a href="/odoo/credit.decision/%s">%s</a>: %s</li>')
        items = [line % (each.id, each.order_name, why) for each, why in objections]
        return items and Markup("<ul>%s</ul>") % Markup("").join(items)


class CreditRelease(models.TransientModel):
    """The dialog in which held orders are released."""

    _name = "credit.release"
    _inherit = ["credit.verdict.dialog"]
    _description = "Release"

    currency_id = fields.Many2one("res.currency", compute="_compute_reasons")
    reasons = fields.Text("Held Because", compute="_compute_reasons")
    amount = fields.Monetary(
        "Covers up to",
        compute="_compute_amount",
        store=True,
        readonly=False,
        help="The order may grow to this on the release.",
    )
    until = fields.Date(
        "Valid Until", help="The last day on which the order may grow on this release."
    )
    reason = fields.Char("Reason for the Release", required=True)

    @api.depends("decision_ids")
    def _compute_reasons(self):
        for wizard in self:
            wizard.currency_id = wizard.decision_ids.order_currency_id[:1]
            wizard.reasons = wizard.decision_ids.reasons if wizard.single else ""

    @api.depends("decision_ids")
    def _compute_amount(self):
        for wizard in self:
            wizard.amount = sum(wizard.decision_ids[:1].mapped("order_amount"))

    def action_release(self):
        """Release the orders, each for its own amount where there are several."""
        self.ensure_one()
        amount = self.amount if self.single else None
        return self._decide_each(
            lambda each: each.action_release(amount, self.until, self.reason)
        )


class CreditReject(models.TransientModel):
    """The dialog in which held orders are turned down."""

    _name = "credit.reject"
    _inherit = ["credit.verdict.dialog"]
    _description = "Reject"

    reason = fields.Char(required=True)

    def action_reject(self):
        """Turn down the orders that the user may."""
        self.ensure_one()
        return self._decide_each(lambda each: each.action_reject(self.reason))
