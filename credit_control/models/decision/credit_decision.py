from odoo import api, fields, models

from ...core.decision import decide
from ...core.facts import Facts, Verdict
from ...core.stored import dump, load

# A confirmed order stands on one of these.
LIVE = ("passed", "observed", "released")


class CreditDecision(models.Model):
    """One verdict on one order: why it went, why it waits, who let it go.

    Facts, policy version and verdict are kept as they were, so that a decision can be
    replayed. Nobody has the right to write decisions; each change of state has one
    method, with its check.

    Source: the method's rule 2.3.
    """

    _name = "credit.decision"
    _description = "Credit Decision"
    _order = "id desc"
    _rec_name = "order_name"

    # The document
    order_id = fields.Many2one(
        "sale.order", index=True, ondelete="set null", readonly=True
    )
    order_name = fields.Char("Order Number", required=True, readonly=True)
    order_amount = fields.Monetary(
        "Order Total", currency_field="order_currency_id", readonly=True
    )
    order_currency_id = fields.Many2one("res.currency", readonly=True)
    salesperson_id = fields.Many2one("res.users", readonly=True, index="btree_not_null")
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        required=True,
        index=True,
        readonly=True,
        help="Who is billed and will owe the money.",
    )
    ordered_by_id = fields.Many2one("res.partner", readonly=True)
    file_id = fields.Many2one("credit.file", "Credit File", index=True, readonly=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, readonly=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")

    # What was decided, by what
    checkpoint = fields.Selection(
        [
            ("confirmation", "Confirmation"),
            ("growth", "Order raised"),
            ("adopted", "Taken over"),
        ],
        required=True,
        readonly=True,
        help="Taken over: confirmed before credit control knew of it.",
    )
    policy_version_id = fields.Many2one(
        "credit.policy.version", index=True, ondelete="restrict", readonly=True
    )
    facts = fields.Json(readonly=True)
    verdict = fields.Json(readonly=True)
    reasons = fields.Text(compute="_compute_words")
    holding_reasons = fields.Text("Why", compute="_compute_words")
    cures = fields.Text(compute="_compute_words")
    asked = fields.Monetary("Credit Asked", readonly=True)
    exposure = fields.Monetary("Exposure Before", readonly=True)
    limit_amount = fields.Monetary("Limit", readonly=True)
    overdue = fields.Monetary(readonly=True)
    available = fields.Monetary(
        "Available Before",
        readonly=True,
        help="Limit less exposure, the order left out.",
    )
    cash = fields.Char(readonly=True)

    # What became of it
    state = fields.Selection(
        [
            ("held", "Held"),
            ("passed", "Passed"),
            ("observed", "Observed"),
            ("released", "Released"),
            ("rejected", "Rejected"),
            ("cured", "Cured"),
            ("superseded", "Superseded"),
        ],
        required=True,
        index=True,
        readonly=True,
    )
    covered_amount = fields.Monetary(
        currency_field="order_currency_id",
        readonly=True,
        help="The order's total that this decision covers, in the order's currency.",
    )
    user_id = fields.Many2one("res.users", "Asked By", readonly=True)
    asked_on = fields.Datetime(readonly=True)
    age = fields.Integer("Days Waiting", compute="_compute_age")
    released_by_id = fields.Many2one("res.users", readonly=True)
    released_amount = fields.Monetary(currency_field="order_currency_id", readonly=True)
    released_until = fields.Date(readonly=True)
    rejected_by_id = fields.Many2one("res.users", readonly=True)
    reason = fields.Char("Reason Given", readonly=True)
    closed_on = fields.Datetime(readonly=True)
    previous_id = fields.Many2one("credit.decision", "Follows", readonly=True)
    may_release = fields.Boolean(compute="_compute_may_release")

    _release_signed = models.Constraint(
        "CHECK (state != 'released'"
        " OR (released_by_id IS NOT NULL AND reason IS NOT NULL))",
        "A release carries the name of who gave it, and why.",
    )
    _rejection_signed = models.Constraint(
        "CHECK (state != 'rejected'"
        " OR (rejected_by_id IS NOT NULL AND reason IS NOT NULL))",
        "A rejection carries the name of who gave it, and why.",
    )
    _open_one = models.UniqueIndex(
        "(order_id) WHERE state = 'held'", "An order waits for one decision at a time."
    )

    # === COMPUTE METHODS === #

    @api.depends_context("lang")
    @api.depends("facts", "verdict")
    def _compute_words(self):
        Wording = self.env["credit.wording"]
        for decision in self:
            decision.reasons = decision.holding_reasons = decision.cures = ""
            if decision.verdict:
                facts, verdict = decision._loaded()
                told = facts, verdict, decision.currency_id
                holding = verdict._replace(findings=verdict.holding)
                decision.reasons = "\n".join(Wording._reasons(*told))
                decision.holding_reasons = "\n".join(
                    Wording._reasons(facts, holding, decision.currency_id)
                )
                decision.cures = "\n".join(Wording._cures(*told))

    @api.depends("asked_on", "closed_on")
    def _compute_age(self):
        now = fields.Datetime.now()
        for decision in self:
            since = decision.asked_on or now
            decision.age = ((decision.closed_on or now) - since).days

    @api.depends_context("uid")
    def _compute_may_release(self):
        for decision in self:
            decision.may_release = not decision._release_objection(self.env.user)

    # === ACTION METHODS === #

    def action_replay(self):
        """Decide again on the stored facts by the stored rules and compare.

        :return: a notification that says whether the verdict is the same
        """
        self.ensure_one()
        same = self._replays()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if same else "danger",
                "message": self.env._("The same facts and rules give the same verdict.")
                if same
                else self.env._("Replayed, the verdict differs from what was stored."),
            },
        }

    def action_open_order(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "sale.order",
            "res_id": self.order_id.id,
            "view_mode": "form",
        }

    # === BUSINESS METHODS === #

    def _loaded(self):
        """:return: (core Facts, core Verdict) as they were stored"""
        self.ensure_one()
        return load(Facts, self.facts), load(Verdict, self.verdict)

    def _replays(self):
        """Tell whether the stored facts and rules give the stored verdict again.

        An adopted order was never decided on and has nothing to differ from.
        """
        self.ensure_one()
        if not self.verdict:
            return True
        rules = self.env["credit.checkpoint"]._rules(
            self.policy_version_id.rules or (), self.checkpoint
        )
        return dump(decide(load(Facts, self.facts), rules)) == self.verdict

    def _close(self, state):
        """Take decisions out of force.

        :return: the decisions that changed; a second call changes none
        """
        open_ones = self.filtered(lambda d: d.state in (*LIVE, "held"))
        if not open_ones:
            return open_ones
        open_ones.write({"state": state, "closed_on": fields.Datetime.now()})
        # An order has one open decision: the next one is inserted at once.
        open_ones.flush_recordset(["state"])
        return open_ones
