from odoo import api, models
from odoo.exceptions import UserError

from .credit_checkpoint import Going
from .sale_order_line import counting

# What is sold over the counter: it is paid there, and in the customer's hands
COUNTER = ("pos_session_id", "pos_order_id")

# {move id}, of those that are being done and passed the gate
PASSED = "credit_moves_passed"


class StockMove(models.Model):
    """The gate through which goods go to customers."""

    _inherit = "stock.move"

    def _action_done(self, cancel_backorder=False):
        """Let goods go to customers as far as credit does, whatever leads here: a
        button, a batch, a wave, a backorder, another app.

        :raises UserError: before anything is done, if credit holds some
        """
        moves = self
        if any(move._credit_mode() != "off" for move in self):
            drafts = self.filtered(lambda move: move.state == "draft")
            if drafts:  # the parts of kits are known from then on
                moves = (self | drafts._action_confirm(merge=False)).exists()
            moves.sudo()._credit_pass()
        passed = self.env.cr.cache.setdefault(PASSED, set())
        mine = set(moves.ids) - passed
        passed.update(mine)
        try:
            return super(StockMove, moves)._action_done(cancel_backorder)
        finally:
            passed.difference_update(mine)

    def write(self, vals):
        """Let goods go as far as credit does where a client writes that they went.

        :raises UserError: if credit holds some
        """
        if vals.get("state") == "done":
            passed = self.env.cr.cache.get(PASSED, ())
            written = self.sudo().filtered(
                lambda move: move.id not in passed and move.state != "done"
            )
            written._credit_pass_going(
                [
                    move._credit_going(move._credit_moved())
                    for move in written
                    if move._credit_mode() != "off"
                    and move._credit_brings_goods()
                    and move._credit_moved() > 0
                ]
            )
        return super().write(vals)

    def _action_assign(self, force_qty=False):
        """Mark what credit will not let go. Nothing is refused here."""
        result = super()._action_assign(force_qty=force_qty)
        moves = self.sudo().filtered(
            lambda move: move.picking_id and move._credit_mode() == "enforce"
        )
        moves.filtered(
            lambda move: move._credit_is_delivery()
        ).picking_id._credit_mark()
        return result

    def _action_synch_order(self):
        """Let Odoo add what was delivered and not ordered to the order."""
        with counting():
            return super()._action_synch_order()

    def _action_cancel(self):
        """What is cancelled waits for nobody."""
        result = super()._action_cancel()
        if any(move._credit_mode() == "enforce" for move in self):
            self.sudo().picking_id._credit_forget()
        return result

    # === THE GATE === #

    def _credit_mode(self):
        """:return: ``off``, ``observe`` or ``enforce``, as the head company says"""
        root = self.company_id.sudo().root_id
        return root._credit_checkpoint_mode("delivery")

    def _credit_pass(self):
        """Let those of these moves pass that bring goods to customers now.

        :raises UserError: if credit holds some, or nobody can tell whose they are
        """
        self._credit_pass_going(
            [
                move._credit_going(quantity)
                for move in self
                if move.picked
                and move._credit_mode() != "off"
                and move._credit_is_delivery()
                and (quantity := move._credit_quantity()) > 0
            ]
        )

    @api.model
    def _credit_pass_going(self, going):
        """Have credit decide on goods, and record it; what some take, the next cannot.

        :param going: list of Going
        :raises UserError: if credit holds some
        """
        for each in going:
            if each.move._credit_mode() == "enforce":
                each.move._credit_check_told()
        if going:
            self.env["credit.decision"].sudo()._deliver(going)

    def _credit_check_told(self):
        """
        :raises UserError: where nobody can tell what an order has of the goods, or who
            will owe them
        """
        order = self._credit_order()
        line = order and self._credit_line(order)
        named = {
            "transfer": self._credit_name(),
            "order": order.name,
            "product": self.product_id.display_name,
        }
        if order and order.company_id.root_id != self.company_id.root_id:
            raise UserError(
                self.env._(
                    "%(transfer)s belongs to %(company)s, but %(order)s to %(other)s. "
                    "Deliver it from a warehouse of %(other)s.",
                    company=self.company_id.root_id.name,
                    other=order.company_id.root_id.name,
                    **named,
                )
            )
        units = self.product_uom, line.product_uom_id if line else self.product_uom
        if not units[0]._has_common_reference(units[1]):
            raise UserError(
                self.env._(
                    "%(product)s is ordered in %(ordered)s and leaves with "
                    "%(transfer)s in %(moved)s, and nobody can tell how many that are. "
                    "Use one unit in both.",
                    ordered=units[1].name,
                    moved=units[0].name,
                    **named,
                )
            )
        if not order and not self._credit_debtor() and not self._credit_is_till():
            raise UserError(
                self.env._(
                    "Nobody is named who receives %(transfer)s. Enter the customer "
                    "there, so that credit can be asked.",
                    **named,
                )
            )

    # === GOODS === #

    def _credit_is_delivery(self):
        """Tell whether the move brings goods to a customer that will be owed.

        Not: what comes from a customer, counts of stock, what leaves over the counter,
        and, without an order, what belongs to somebody else.
        """
        self.ensure_one()
        return self.state not in ("done", "cancel") and self._credit_brings_goods()

    def _credit_is_corrected(self, place=None, source=None):
        """Tell whether a line of the move is goods that are with a customer already.

        :param place: where the line is to end, if that is written
        :param source: where it is to come from, if that is written
        """
        if self.state != "done" and self.picking_id.state != "done":
            return False
        if self._credit_mode() == "off":
            return False
        if place and place.usage == "customer":
            return True
        if source and source.usage != "customer" and self._credit_goes_to_customer():
            return True
        return self._credit_brings_goods()

    def _credit_brings_goods(self):
        if self._credit_is_count():
            return False
        if all(place.usage == "customer" for place in self._credit_sources()):
            return False
        return self._credit_goes_to_customer() and not self._credit_is_counter()

    def _credit_goes_to_customer(self):
        """Tell whether the goods end with a customer: there, or with a company of ours
        that ordered them."""
        places = self.location_dest_id | self.move_line_ids.location_dest_id
        if any(place.usage == "customer" for place in places):
            return True
        return bool(self.sale_line_id) and self.location_dest_id._is_outgoing()

    def _credit_sources(self):
        """:return: the places that the goods are taken from, line by line"""
        return self.location_id | self.move_line_ids.location_id

    def _credit_is_count(self):
        """Tell whether the move enters what was counted, whatever a client says."""
        if not self.is_inventory or self.picking_id:
            return False
        return "inventory" in (self.location_id | self.location_dest_id).mapped("usage")

    def _credit_is_till(self):
        """Tell whether the goods go over the counter to nobody in particular."""
        Config = self.env.get("pos.config")
        kind = self.picking_id.picking_type_id
        return Config is not None and bool(
            Config.sudo().search_count([("picking_type_id", "in", kind.ids)], limit=1)
        )

    def _credit_is_counter(self):
        picking = self.picking_id
        return any(name in picking._fields and picking[name] for name in COUNTER)

    def _credit_quantity(self, owner=None):
        """Return how much goes, in the product's unit: what is picked, or reserved if
        nothing is.

        :param owner: whose the goods will be that nobody is named for
        """
        lines = self.move_line_ids
        if self.picked:
            lines = lines.filtered("picked")
        quantity = sum(lines.mapped("quantity_product_uom"))
        return quantity - self._credit_of_others(lines, owner)

    def _credit_moved(self):
        """Return the quantity of the move, in the product's unit."""
        return self.product_uom._compute_quantity(
            self.quantity, self.product_id.uom_id, rounding_method="HALF-UP"
        )

    def _credit_planned(self):
        """Return how much is to go once it is reserved, in the product's unit."""
        owner = self.restrict_partner_id or self.picking_id.owner_id
        own = self.company_id.partner_id
        if owner and owner != own and not self._credit_order():
            return 0.0
        return self.product_qty

    def _credit_of_others(self, lines, owner):
        """Return how much of the goods is not sold, since it belongs to somebody else:
        no more than lies there in their name."""
        own = self.company_id.partner_id
        owner = owner or self.env["res.partner"]
        owners = (lines.owner_id | owner) - own
        theirs = lines.filtered(lambda line: (line.owner_id or owner) in owners)
        if not theirs or self._credit_order():
            return 0.0
        stored = self.env["stock.quant"]._read_group(
            [
                ("product_id", "=", self.product_id.id),
                ("owner_id", "in", owners.ids),
                ("location_id", "in", theirs.location_id.ids),
            ],
            aggregates=["quantity:sum"],
        )
        asked = sum(theirs.mapped("quantity_product_uom"))
        return max(0.0, min(asked, stored[0][0]))

    def _credit_going(self, quantity):
        """:rtype: Going"""
        return Going(self._credit_document(), self, quantity)

    def _credit_document(self):
        """:return: the model and the id of what a decision on these goods is about"""
        return (
            ("stock.picking", self.picking_id.id)
            if self.picking_id
            else ("stock.move", self.id)
        )

    def _credit_name(self):
        return self.picking_id.name or self.reference or self.display_name

    def _credit_order(self):
        """:return: the order that the goods are of, also those that were added to its
        transfer"""
        picking = self.picking_id
        return (
            self.sale_line_id.order_id
            or picking.sale_id
            or picking.reference_ids.sale_ids[:1]
        )

    def _credit_line(self, order):
        """:return: the line of an order that the goods count on, as Odoo will count"""
        return (
            self.sale_line_id
            or order.order_line.filtered(
                lambda line: line.product_id == self.product_id
            )[:1]
        )

    def _credit_is_part(self, line):
        """Tell whether the goods are parts of the kit that a line of an order sells."""
        Bom = self.env.get("mrp.bom")
        kit = line.product_id
        if Bom is None or kit == self.product_id:
            return False
        Bom = Bom.sudo().with_company(line.company_id)
        bom = Bom._bom_find(kit, company_id=line.company_id.id, bom_type="phantom")[kit]
        if not bom:
            return False
        _kits, parts = bom.explode(kit, 1)
        return any(part.product_id == self.product_id for part, _more in parts)

    def _credit_partner(self):
        return self.picking_id.partner_id or self.partner_id

    def _credit_debtor(self):
        """:return: who owes goods without an order: the company of who receives them"""
        return self._credit_partner().commercial_partner_id

    # === OF WHAT IS HELD === #

    def _credit_title(self):
        return self._credit_name()

    def _credit_awaits(self, decision):
        """A move without a transfer has no screen on which to ask."""
        return False

    def _credit_tells_amounts(self):
        return False
