from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import float_round

from odoo.addons.credit_control.core.facts import HOLD
from odoo.addons.credit_control.groups import USER
from odoo.addons.trade_credit_base.models.guard.trade_record import kept

from .sale_order_line import counting

WAITING = ("draft", "waiting", "confirmed", "assigned")


class StockPicking(models.Model):
    """A transfer to a customer goes as far as credit lets it."""

    _name = "stock.picking"
    _inherit = ["stock.picking", "credit.document"]

    _credit_link = "picking_id"
    _credit_checkpoint = "delivery"

    credit_decision_ids = fields.One2many(
        "credit.decision",
        "picking_id",
        "Credit Decisions",
        copy=False,
        readonly=True,
        groups=USER,
    )
    credit_partly = fields.Boolean(
        compute="_compute_credit_partly", compute_sudo=True, groups="base.group_user"
    )

    # === COMPUTE METHODS === #

    @api.depends_context("uid")
    def _compute_credit_hold(self):
        """Who works in the warehouse reads why, but no amounts."""
        result = super()._compute_credit_hold()
        if not self.env.user.has_group(USER):
            bullets = self.env["credit.wording"]._bullets
            standing = self._credit_standing()
            for picking in self:
                decision = standing.get(picking._origin)
                briefs = decision._briefs() if decision else []
                picking.credit_reasons = bullets("\n".join(briefs))
        return result

    def _compute_credit_steps(self):
        result = super()._compute_credit_steps()
        if not self.env.user.has_group(USER):
            self.credit_cures = ""
        return result

    @api.depends("credit_decision_ids.state", "move_ids.quantity", "move_ids.picked")
    def _compute_credit_partly(self):
        """Offer to send a part where there is room for one."""
        standing = self._credit_standing()
        for picking in self:
            decision = standing.get(picking._origin)
            held = decision and decision.state == "held"
            picking.credit_partly = bool(held and picking._origin._credit_fitting())

    # === ACTION METHODS === #

    def _action_done(self):
        """Let Odoo add what was delivered, or came back, and was not ordered to the
        order."""
        with counting():
            return super()._action_done()

    def action_credit_deliver_part(self):
        """Take as many whole units onto the transfer as there is room for, line by
        line; the rest stays for a backorder.

        :raises UserError: where none of it fits
        """
        self.ensure_one()
        self.check_access("write")
        fitting = self.sudo()._credit_fitting()
        if not fitting:
            raise UserError(
                self.env._(
                    "Nothing of %(transfer)s fits into the customer's credit. Ask for "
                    "a release.",
                    transfer=self.name,
                )
            )
        for move in self.move_ids.filtered(lambda each: each.id in fitting):
            move.quantity = fitting[move.id]
            move.picked = fitting[move.id] > 0
        return True

    # === HOOKS === #

    def _credit_figures(self, day):
        """Goods of several customers make several figures; a decision is about one."""
        found = {}
        for each in self._credit_figures_of(self._credit_going(), day):
            decisions = self.env["credit.decision"].browse(each.decisions)
            if each.document not in found or each.debtor in decisions.partner_id.ids:
                found[each.document] = each
        return list(found.values())

    def _credit_figures_of(self, going, day):
        """Return the figures of goods of these transfers.

        :param going: list of Going
        :return: list of Figures
        """
        # What was delivered stays so, whatever is added to it
        waiting = self.filtered(lambda each: each.state != "done")
        known = self.env["credit.decision"]._open_of(waiting)
        decisions = {("stock.picking", each): ids for each, ids in known.items()}
        checkpoint = self.env["credit.checkpoint"]
        return checkpoint._delivery_figures(going, decisions, day)

    def _credit_need(self):
        """A decision covers what the transfer is worth: what is added needs another."""
        figures = self._credit_figures(self.company_id._trade_day())
        return sum(each.need for each in figures)

    def _credit_currency(self):
        return self.company_id.root_id.currency_id

    def _credit_owner(self):
        return self.sale_id.user_id or self.user_id or self.create_uid

    def _credit_hands(self):
        """Who sold the goods, or prepares them."""
        order = self.sale_id
        return (order._credit_hands() if order else self.create_uid) | self.user_id

    def _credit_awaits(self, decision):
        return self.state in WAITING

    def _credit_is_done(self):
        return self.state == "done"

    def _credit_is_as_decided(self, decision):
        if decision.company_id != self.company_id.root_id:
            return False
        return decision.partner_id in self._credit_debtors()

    def _credit_tells_amounts(self):
        return self.env.user.has_group(USER)

    def _credit_let_go(self, decision):
        """Tell whoever prepares the transfer, and who sold the goods."""
        picking = self._credit_for_owner()
        words = picking.env._("Credit lets the transfer go: it can be validated now.")
        picking._credit_tell_owner(words)

    # === GOODS === #

    def _credit_debtors(self):
        """:return: the companies that owe the goods"""
        debtors = self.env["res.partner"]
        for move in self.move_ids:
            order = move._credit_order()
            debtors |= (
                order.partner_invoice_id.commercial_partner_id
                if order
                else move._credit_debtor()
            )
        return debtors

    def _credit_going(self):
        """Return the goods that these transfers would bring to customers if they were
        validated now: what is picked, else what is reserved, else what is planned.

        :return: list of Going
        """
        going = []
        for picking in self:
            moves = picking.move_ids.filtered(lambda move: move._credit_is_delivery())
            picked = moves.filtered(lambda move: move.picked and move.quantity)
            quantities = {
                move: move._credit_quantity(picking.owner_id)
                for move in picked or moves
            }
            if not moves.move_line_ids:
                quantities = {move: move._credit_planned() for move in moves}
            going += [
                move._credit_going(quantity)
                for move, quantity in quantities.items()
                if quantity > 0
            ]
        return going

    def _credit_mark(self):
        """Hold the transfers that credit would not let go, and end the holds of those
        that it would; nobody is refused anything here."""
        if not self:
            return
        pickings = self.sudo()
        Decision = self.env["credit.decision"].sudo()
        day = pickings.company_id[:1]._trade_day()
        figures = pickings._credit_figures_of(pickings._credit_going(), day)
        checked = [
            each
            for each in figures
            if not each.free and not Decision._is_released(each)
        ]
        cases = self.env["credit.checkpoint"]._judge(
            checked, "delivery", day, apart=True
        )
        held = {}
        for case in cases:
            if case.verdict.action == HOLD:
                held.setdefault(case.figures.document, case)
        known = Decision.search(
            [("picking_id", "in", pickings.ids), ("state", "=", "held")]
        )
        told = {("stock.picking", each.picking_id.id): each for each in known}
        for document, decision in told.items():
            if document not in held:
                decision.picking_id._credit_cured(decision)
        news = [
            case
            for document, case in held.items()
            if document not in told or not told[document]._says_same(case)
        ]
        Decision._record(news, "delivery")._tell()

    def _credit_forget(self):
        """Have nobody decide on transfers that were cancelled."""
        gone = self.filtered(lambda picking: picking.state == "cancel")
        if gone:
            held = [("picking_id", "in", gone.ids), ("state", "=", "held")]
            decisions = self.env["credit.decision"].sudo().search(held)
            decisions._close("superseded")
            decisions.picking_id._credit_close_activities()

    @kept
    def _unlink_credit_decisions(self):
        """A decision outlives its transfer, but no longer waits for anybody."""
        held = [("picking_id", "in", self.ids), ("state", "=", "held")]
        self.env["credit.decision"].sudo().search(held)._close("superseded")

    # === A PART === #

    def _credit_fitting(self):
        """Return how much of each move there is room for, if not for all: whole units,
        in the order of the lines; what a decision covers first takes no room.

        :return: {id of the move: quantity in its unit}; empty if nothing fits
        """
        self.ensure_one()
        Checkpoint = self.env["credit.checkpoint"]
        day, going = self.company_id._trade_day(), self._credit_going()
        figures = self._credit_figures_of(going, day)
        cases = Checkpoint._judge(figures, "delivery", day)
        left = {case.figures.debtor: self._credit_cut(case) for case in cases}
        if not any(case.verdict.action == HOLD for case in cases):
            return {}
        if not all(left.values()):
            return {}
        quantities = {each.move.id: each.quantity for each in going}
        fitting = {}
        for _document, share in Checkpoint._delivery_shares(going, day):
            debtor = share.whose.debtor
            for part in share.parts:
                move, fits = part.move, quantities[part.move.id]
                if debtor in left and part.unit > 0:
                    more = min(fits - part.covered, left[debtor] / part.unit)
                    fits = min(
                        fits,
                        float_round(
                            part.covered + more,
                            precision_digits=0,
                            rounding_method="DOWN",
                        ),
                    )
                    left[debtor] -= max(0.0, fits - part.covered) * part.unit
                fitting[move.id] = move.product_id.uom_id._compute_quantity(
                    fits, move.product_uom, rounding_method="DOWN"
                )
        return fitting if any(fitting.values()) else {}

    def _credit_cut(self, case):
        """Return the amount that a part may ask for, in company currency: 0 where a
        part would not go either."""
        if case.verdict.action != HOLD:
            return case.facts.asked
        cuts = [cure for cure in case.verdict.cures if cure.code == "cut"]
        return max((cure.amount for cure in cuts if cure.enough), default=0.0)
