from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.trade_credit_base.models.shown.trade_shown import shown
from odoo.addons.trade_credit_base.windows import form_of

from ...groups import USER
from ..order.sale_order import CUSTOMERS

EVERYBODY = "base.group_user"

OUTCOMES = [
    ("held", "Held"),
    ("passed", "Passed"),
    ("observed", "Observed"),
    ("released", "Released"),
    ("rejected", "Rejected"),
    ("cured", "Cured"),
    ("adopted", "Taken over"),
]
# Said of the decision, and said of the order's customer
DECIDED = {
    "credit_decision_id": SQL("decided.id"),
    "credit_outcome": SQL(
        "CASE decided.checkpoint WHEN 'adopted' THEN 'adopted' ELSE decided.state END"
    ),
    "credit_decided_on": SQL("COALESCE(decided.closed_on, decided.asked_on)"),
    "credit_released_by_id": SQL("decided.released_by_id"),
    "credit_reason_asked": SQL("decided.asked_reason"),
    "credit_reason_given": SQL("decided.reason"),
    "credit_exposure_then": SQL(
        "CASE WHEN decided.facts IS NOT NULL THEN decided.exposure END"
    ),
}
FROM_FACTS = {"credit_limit_then": "_limit_sql", "credit_room_left": "_left_sql"}
SHOWN = (*DECIDED, *FROM_FACTS, "credit_file_id")
# Read by everybody, where it is enforced
EVERYBODYS = {"credit_outcome", "credit_decided_on", "credit_released_by_id"}
EVERYBODYS |= {"credit_reason_asked", "credit_reason_given"}


def _decided(name):
    return shown(name, "_compute_credit_decided")


class SaleOrder(models.Model):
    """An order with the decision that covers it, what that was decided on, and the
    room that was left. Nothing of it is computed anew: decisions are never rewritten.
    """

    _name = "sale.order"
    _inherit = ["sale.order", "credit.told", "trade.shown"]
    _credit_told = (
        "credit_hold",
        "credit_status",
        "credit_outcome",
        "credit_decided_on",
        "credit_released_by_id",
        "credit_reason_asked",
        "credit_reason_given",
        "credit_released",
        "credit_undecided",
    )

    credit_decision_id = fields.Many2one(
        "credit.decision",
        groups=USER,
        **_decided("credit_decision_id"),
    )
    credit_outcome = fields.Selection(
        OUTCOMES,
        groups=EVERYBODY,
        help="Of the decision that covers the order. Observed: it would have been "
        "held. Taken over: confirmed before credit control knew of it.",
        **_decided("credit_outcome"),
    )
    credit_decided_on = fields.Datetime(
        "Decided On", groups=EVERYBODY, **_decided("credit_decided_on")
    )
    credit_released_by_id = fields.Many2one(
        "res.users",
        "Released By",
        groups=EVERYBODY,
        **_decided("credit_released_by_id"),
    )
    credit_reason_asked = fields.Char(
        "Why It Was Asked", groups=EVERYBODY, **_decided("credit_reason_asked")
    )
    credit_reason_given = fields.Char(
        "Reason Given", groups=EVERYBODY, **_decided("credit_reason_given")
    )
    credit_limit_then = fields.Monetary(
        "Limit Then",
        currency_field="credit_currency_id",
        aggregator=None,
        groups=USER,
        help="The limit of the customer who is billed, as it was decided on.",
        **_decided("credit_limit_then"),
    )
    credit_exposure_then = fields.Monetary(
        "Exposure Then",
        currency_field="credit_currency_id",
        aggregator=None,
        groups=USER,
        help="What the customer owed before the order, as it was decided on.",
        **_decided("credit_exposure_then"),
    )
    credit_room_left = fields.Monetary(
        "Room Left Then",
        currency_field="credit_currency_id",
        aggregator=None,
        groups=USER,
        help="What was still available after the order, as it was decided on.",
        **_decided("credit_room_left"),
    )
    credit_file_id = fields.Many2one(
        "credit.file",
        groups=USER,
        help="Of the customer who is billed.",
        **_decided("credit_file_id"),
    )
    credit_available = fields.Monetary(
        "Available Today",
        currency_field="credit_currency_id",
        compute="_compute_credit_available",
        aggregator=None,
        groups=USER,
        help="What the customer's limit leaves before this quotation.",
    )
    credit_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Credit Currency", groups=USER
    )

    # === COMPUTE METHODS === #

    @api.depends(
        "state", "company_id", "partner_invoice_id", "credit_decision_ids.state"
    )
    @api.depends_context("uid")
    def _compute_credit_decided(self):
        self._compute_shown(SHOWN)

    @api.depends("state", "company_id", "partner_invoice_id")
    def _compute_credit_available(self):
        """For all of them at once, whoever looks: exposure is everybody's."""
        open_ones = self._filtered_told(CUSTOMERS).filtered(
            lambda order: order.state in ("draft", "sent")
        )
        available = self.env["credit.file"]._available_to(
            {
                order: (
                    order.partner_invoice_id.commercial_partner_id._origin,
                    order.company_id.sudo().root_id,
                )
                for order in open_ones
            }
        )
        for order in self:
            order.credit_available = available.get(order, False)

    # === ACTION METHODS === #

    def action_open_credit_file(self):
        """Open the credit file of the customer who is billed."""
        self.ensure_one()
        return form_of(self.credit_file_id)

    def action_open_credit_decision(self):
        """Open the decision that covers the order, or the last one before."""
        self.ensure_one()
        return form_of(self.credit_decision_id)

    # === BUSINESS METHODS === #

    def _shown_sql(self, name, alias):
        table = SQL.identifier(alias)
        Decision = self.env["credit.decision"]
        if name in DECIDED:
            decided = Decision._of_order_sql(table, DECIDED[name])
            if name in EVERYBODYS and not self.env.user.has_group(USER):
                return self._enforced_sql(table, decided)
            return decided
        if name in FROM_FACTS:
            return Decision._of_order_sql(table, getattr(Decision, FROM_FACTS[name])())
        if name == "credit_file_id":
            return self._credit_file_sql(table, SQL("own.id"))
        return super()._shown_sql(name, alias)

    def _enforced_sql(self, table, value):
        """Return an expression where credit is enforced: observing, and switched off,
        it says nothing to those who do not look after it."""
        return SQL(
            """CASE WHEN (SELECT root.credit_mode FROM res_company AS root
                           WHERE root.id = %s) = 'enforce' THEN %s END""",
            self._root_sql(table),
            value,
            to_flush=self.env["res.company"]._fields["credit_mode"],
        )

    def _credit_file_sql(self, table, value):
        """Return an expression on the file of the customer who is billed."""
        customer = SQL(
            """(SELECT debtor.commercial_partner_id FROM res_partner AS debtor
                 WHERE debtor.id = %s.partner_invoice_id)""",
            table,
            to_flush=self._fields["partner_invoice_id"],
        )
        return self.env["credit.file"]._of_customer_sql(
            customer, self._root_sql(table), value
        )
