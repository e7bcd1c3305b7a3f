from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.credit_control.core.facts import HOLD
from odoo.addons.credit_control.core.stored import dump
from odoo.addons.credit_control.groups import MANAGER, OFFICER

# {order id}, of those whose goods credit let go in this transaction
LET_GO = "credit_deliveries_let_go"


class CreditDecision(models.Model):
    """Decisions on transfers to customers."""

    _inherit = "credit.decision"

    picking_id = fields.Many2one(
        "stock.picking",
        "Transfer",
        index="btree_not_null",
        ondelete="set null",
        readonly=True,
    )
    checkpoint = fields.Selection(
        selection_add=[("delivery", "Delivery"), ("adopted",)],
        ondelete={"delivery": "cascade"},
    )

    _open_one_transfer = models.UniqueIndex(
        "(picking_id) WHERE state = 'held'",
        "A transfer waits for one decision at a time.",
    )

    @api.model
    def _links(self):
        return super()._links() | {"stock.picking": "picking_id"}

    # === WORDS === #

    def _briefs(self):
        """Return the reasons without amounts, for whoever works in the warehouse.

        :return: list of str
        """
        return self.env["credit.wording"]._briefs(*self._loaded())

    def _noted_reasons(self):
        if self.picking_id:
            return "\n".join(self._briefs())
        return super()._noted_reasons()

    def _noted_cures(self):
        """Whoever sold the goods reads amounts on the order."""
        return "" if self.picking_id else super()._noted_cures()

    def _asked_words(self):
        return self.partner_id.name if self.picking_id else super()._asked_words()

    def _released_note(self):
        if not self.picking_id:
            return super()._released_note()
        return self.env._(
            "Credit released by %(user)s: %(reason)s",
            user=self.released_by_id.name,
            reason=self.reason,
        )

    def _refusal_of(self, document, case):
        """Say who may release goods, too, and whether some of them may go."""
        words = super()._refusal_of(document, case)
        if document._name not in ("stock.picking", "stock.move"):
            return words
        lines = [words]
        company = self.env["res.company"].browse(case.figures.company)
        officers = {finding.authority for finding in case.verdict.holding}
        group = self.env.ref(OFFICER if officers == {"officer"} else MANAGER).sudo()
        names = company.sudo()._trade_staff(group.all_user_ids).mapped("name")
        if names:
            shown = self._names_told(names)
            lines.append(self.env._("It may be released by %(names)s.", names=shown))
        if document._name == "stock.picking" and document._credit_cut(case):
            lines.append(self.env._("There is room for a part: “Take What Fits”."))
        return "\n".join(lines)

    def _says_same(self, case):
        """Tell whether goods would be held for the same reasons again."""
        return self.verdict == dump(case.verdict)

    # === AT THE GATE === #

    @api.model
    def _deliver(self, going):
        """Let goods go to customers and record what was decided.

        :param going: list of Going
        :raises UserError: with reasons and what to do, if credit holds some
        """
        moves = self.env["stock.move"].union(*(each.move for each in going))
        pickings, day = moves.picking_id, moves.company_id[:1]._trade_day()
        figures = pickings._credit_figures_of(going, day)
        self._gate(pickings, "delivery", figures=figures)

    def _refused(self, cases):
        """A move without a transfer has no screen to ask on."""
        documents = [self._document_of(case.figures) for case in cases]
        if all(document._name != "stock.move" for document in documents):
            return super()._refused(cases)
        return UserError(
            "\n\n".join(map(self._refusal_of, documents, cases)),
        )

    def _is_released(self, figures):
        """A release lets go what its own customer is to have, as far as it covers."""
        released = super()._is_released(figures)
        if released and figures.document and figures.document[0] == "stock.picking":
            known = self.browse(figures.decisions).filtered(
                lambda decision: decision.state == "released"
            )[:1]
            if known.partner_id.id != figures.debtor:
                return False
            if not known._carries(known._document(), figures.need):
                return False
            self._let_go(figures)
        return released

    @api.model
    def _record(self, cases, checkpoint):
        """A move without a transfer leaves no record of its own: its order has one."""
        if checkpoint != "delivery":
            return super()._record(cases, checkpoint)
        for case in cases:
            self._let_go(case.figures, case.verdict.action != HOLD)
        known = [c for c in cases if c.figures.document[0] == "stock.picking"]
        decisions = super()._record(known, checkpoint)
        decisions._remember_loose()
        return decisions

    def _remember_loose(self):
        """Have the exposure look for goods without an order from now on."""
        loose = self.filtered(lambda each: each.asked and not each.picking_id.sale_id)
        if loose and not self.env["credit.exposure"]._has_loose():
            self.env.registry.clear_cache()

    def _let_go(self, figures, goes=True):
        """Keep whether credit let go what orders are delivered beyond their
        decisions."""
        document = self._document_of(figures)
        moves = document if document._name == "stock.move" else document.move_ids
        orders = {move._credit_order().id for move in moves}
        let_go = self.env.cr.cache.setdefault(LET_GO, set())
        let_go.difference_update(orders)
        if goes:
            let_go.update(orders)

    @api.model
    def _cover_delivered(self, orders):
        """Let the decisions on orders cover what their customers were let have."""
        live = self._live(orders)
        needs = orders._credit_needs()
        for order, decision in live.items():
            if needs[order.id] > decision.covered_amount:
                decision.covered_amount = needs[order.id]
