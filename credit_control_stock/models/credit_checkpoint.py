from collections import defaultdict
from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL

from odoo.addons.credit_control.models.decision.credit_checkpoint import (
    STANDING_RULES,
    Figures,
)
from odoo.addons.credit_control.models.decision.credit_decision import LIVE


class Going(NamedTuple):
    """Goods on their way to a customer: so much of a move, in its product's unit.

    ``document`` is the model and the id of what a decision on them is about.
    """

    document: tuple
    move: models.BaseModel
    quantity: float


class Part(NamedTuple):
    """So much of a move that asks for nothing, and what a unit of the rest asks for,
    tax included, in company currency."""

    move: models.BaseModel
    covered: float
    unit: float


class Share(NamedTuple):
    """What the goods of one document ask of one order or customer, in company currency.

    ``worth`` is that of all of them, ``asked`` of what no decision covers, ``counted``
    the part of it that the exposure has already.
    """

    whose: Figures
    worth: float
    asked: float
    counted: float
    parts: tuple


class CreditCheckpoint(models.AbstractModel):
    """What goods ask of whose credit when they leave."""

    _inherit = "credit.checkpoint"

    @api.model
    def _rules(self, snapshot, checkpoint, asked=0.0):
        """At a delivery, what asks for credit is judged as a new order is, too; what an
        order's decision covers by the rules for deliveries alone."""
        if checkpoint != "delivery":
            return super()._rules(snapshot, checkpoint, asked)
        if asked <= 0:
            return self._policy_rules(snapshot, {"delivery"})
        asked_at = {"delivery", "confirmation"}
        return STANDING_RULES + self._policy_rules(snapshot, asked_at)

    @api.model
    def _delivery_figures(self, going, decisions, day):
        """Return the figures of goods that leave, one for each document and debtor.

        What an order's decision covers asks for nothing: the exposure has the order
        already. It is judged by the rules for deliveries only, of which the shipped
        policy has one, *Supply stopped*; where none of them can hold, nobody has to be
        asked, and there are no figures.

        :param going: list of Going
        :param dict decisions: {document: ids of its decisions}
        :return: list of Figures
        """
        found = defaultdict(list)
        for document, share in self._delivery_shares(going, day):
            whose = share.whose
            # An order that somebody else placed is held with its customer, too
            by = whose.ordered_by and whose.ordered_by["file"]
            found[document, whose.debtor, by].append(share)
        figures = [
            self._delivery_figure(document, shares, decisions.get(document, ()))
            for (document, _debtor, _by), shares in found.items()
        ]
        return [each for each in figures if self._may_be_held(each)]

    def _delivery_figure(self, document, shares, decisions):
        """Return what one document asks of one debtor."""
        whose = shares[0].whose
        asked = round(sum(share.asked for share in shares), 6)
        cash = {share.whose.cash for share in shares}
        missing = {name for share in shares for name in share.whose.missing}
        return whose._replace(
            order=None,
            document=document,
            total=asked,
            order_total=sum(share.worth for share in shares),
            need=sum(share.worth for share in shares),
            asked=asked,
            rate=1.0,
            counted=round(sum(share.counted for share in shares), 6),
            cash=cash.pop() if len(cash) == 1 else "",
            missing=tuple(sorted(missing)) if asked else (),
            # Nobody asks for a credit file for what was decided on without one
            without_file=whose.without_file if asked else "free",
            decisions=tuple(decisions),
        )

    def _may_be_held(self, figures):
        """Tell whether anything can hold goods, or held them before."""
        if figures.decisions or figures.asked:
            return not figures.free or bool(figures.decisions)
        levels = [*figures.chain, *filter(None, [figures.ordered_by])]
        rules = self._rules(figures.rules, "delivery")
        return any(level["hold"] for level in levels) or any(
            rule.kind != "hold" for rule in rules
        )

    # === SHARES === #

    def _delivery_shares(self, going, day):
        """Return what goods ask of orders and, where there is none, of customers.

        :return: list of (document, Share)
        """
        of_order, of_nobody = defaultdict(list), defaultdict(list)
        for each in going:
            order = each.move._credit_order()
            if order:
                of_order[order].append(each)
            else:
                of_nobody[each.document, each.move._credit_debtor()].append(each)
        shares = self._order_shares(of_order, day) if of_order else []
        if of_nobody:
            shares += self._customer_shares(of_nobody)
        return shares

    def _customer_shares(self, goods):
        """Return what goods without an order ask: their worth on the price list."""
        asked = [
            (debtor, each[0].move.company_id.root_id)
            for (_document, debtor), each in goods.items()
            if debtor
        ]
        figures = self._customer_figures(asked)
        prices = self._goods_prices([each for some in goods.values() for each in some])
        shares = []
        for (document, debtor), some in goods.items():
            root = some[0].move.company_id.root_id
            if not debtor:
                continue
            parts = tuple(Part(e.move, 0.0, prices[e.move.id]) for e in some)
            worth = sum(e.quantity * prices[e.move.id] for e in some)
            worth = root.currency_id.round(worth)
            whose = figures[debtor.id, root.id]
            shares.append((document, Share(whose, worth, worth, 0.0, parts)))
        return shares

    def _customer_figures(self, pairs):
        """Return the figures of customers who ask for nothing yet.

        :param pairs: list of (commercial entity, head company)
        :return: {(id of the entity, id of the company): Figures}
        """
        self.env.flush_all()
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT asked.partner_id AS debtor, root.id AS company,
                       root.credit_without_file AS without_file,
                       file.id AS file_id, file.partner_name AS file_name,
                       file.parent_path, file.hold_reason,
                       version.id AS policy_version, version.rules
                  FROM unnest(%s::int[], %s::int[]) AS asked (partner_id, company_id)
                  JOIN res_company root ON root.id = asked.company_id
                  LEFT JOIN credit_file file ON file.partner_id = asked.partner_id
                   AND file.company_id = root.id AND file.active
                  LEFT JOIN LATERAL (
                       SELECT id, rules FROM credit_policy_version
                        WHERE policy_id =
                            COALESCE(file.policy_id, root.credit_default_policy_id)
                     ORDER BY number DESC LIMIT 1) AS version ON TRUE
                """,
                [entity.id for entity, _root in pairs],
                [root.id for _entity, root in pairs],
            )
        )
        levels = self._levels(rows)
        found = {}
        for row in rows:
            steps = (row["parent_path"] or "").split("/")[:-1]
            found[row["debtor"], row["company"]] = Figures(
                order=None,
                company=row["company"],
                debtor=row["debtor"],
                customer=row["debtor"],
                total=0.0,
                order_total=0.0,
                asked=0.0,
                chain=tuple(levels[int(step)] for step in reversed(steps)),
                policy_version=row["policy_version"],
                rules=tuple(row["rules"] or ()),
                without_file=row["without_file"],
            )
        return found

    def _goods_prices(self, going):
        """Return what a unit of goods without an order line is worth: what the price
        list of the customer, or of the order that they go with, asks for a single one,
        with the taxes that the customer pays, in company currency. That is what they
        would be billed at, and single ones cost no less than many: a price that is
        agreed on later can only be lower. What is free there asks for nothing.

        :return: {id of the move: price of a unit of the product}
        """
        groups = defaultdict(list)
        for each in going:
            move = each.move
            order = move._credit_order()
            partner = order.partner_id or move._credit_partner()
            pricelist = (
                order.pricelist_id
                or partner.with_company(move.company_id).property_product_pricelist
            )
            groups[pricelist, partner, order, move.company_id].append(move)
        prices = {}
        for (pricelist, partner, order, company), moves in groups.items():
            products = moves[0].product_id.union(*(move.product_id for move in moves))
            products = products.with_company(company)
            currency = company.root_id.currency_id
            lists = pricelist.with_company(company)
            asked = lists._get_products_price(products, 1.0, currency=currency)
            whole = {
                product.id: self._with_taxes(product, asked[product.id], order, partner)
                for product in products
            }
            prices |= {move.id: whole[move.product_id.id] for move in moves}
        return prices

    def _with_taxes(self, product, price, order, partner):
        """Return a price with the taxes that the customer pays."""
        company = product.env.company
        taxes = product.taxes_id._filter_taxes_by_company(company)
        if not taxes:
            return price
        position = order.fiscal_position_id
        if not order:
            positions = self.env["account.fiscal.position"].with_company(company)
            position = positions._get_fiscal_position(partner)
        taxes = position.map_tax(taxes)
        computed = taxes.compute_all(
            price, company.root_id.currency_id, product=product
        )
        return computed["total_included"]

    # === ORDERS === #

    def _order_shares(self, goods, day):
        """Return what goods ask of the orders that they belong to.

        :param dict goods: {sale.order: list of Going}
        """
        orders = self.env["sale.order"].union(*goods)
        figures = {each.order: each for each in self._figures(orders.ids, day)}
        lines = self._sold_lines(orders)
        strangers = [
            each
            for order, some in goods.items()
            for each in some
            if not self._is_of_line(each.move, each.move._credit_line(order))
        ]
        prices = self._goods_prices(strangers) if strangers else {}
        shares = []
        decisions = [known for each in figures.values() for known in each.decisions]
        known = self.env["credit.decision"].browse(decisions)
        for order, some in goods.items():
            whose = figures[order.id]
            own = known.browse(whose.decisions).with_prefetch(known._prefetch_ids)
            cover = self._cover_left(order, whose, own)
            by_document = defaultdict(list)
            for each in some:
                by_document[each.document].append(each)
            for document, own in by_document.items():
                worth, extra, parts = self._goods_of(order, whose, own, lines, prices)
                asked, counted, cover = self._beyond(order, whose, cover, extra)
                cash = whose.cash if whose.cash in ("prepaid", "immediate") else ""
                share = Share(
                    whose._replace(cash="" if asked and cash == "prepaid" else cash),
                    worth * (whose.rate or 1.0),
                    asked * (whose.rate or 1.0),
                    counted * (whose.rate or 1.0),
                    parts,
                )
                shares.append((document, share))
        return shares

    def _cover_left(self, order, whose, decisions):
        """Return what the order's decision covers beyond what the order comes to; less
        than zero where it does not cover that, in the order's currency."""
        if order.state != "sale":
            return 0.0
        known = decisions.filtered(
            lambda each: each.state in LIVE and order._credit_is_as_decided(each)
        )[:1]
        if not known:
            return -max(0.0, whose.asked) / (whose.rate or 1.0)
        reach = known._release_most()
        return max(known.covered_amount, reach) - whose.need

    def _beyond(self, order, whose, cover, extra):
        """Return what goods that come to ``extra`` more than the order's customer may
        have ask for, how much of it the exposure has, and what is left of the cover;
        all in the order's currency."""
        lacking = max(0.0, -cover)
        asked = max(0.0, lacking + extra - max(0.0, cover))
        left = max(0.0, cover - extra) if cover > 0 else 0.0
        if asked and whose.cash == "prepaid" and order.state == "sale":
            part = self.env["credit.exposure"]._order_parts(order.ids)[order.id]
            if part["paid"] >= part["need"] + extra - 0.005:
                asked = 0.0
        asked = asked if order.currency_id.compare_amounts(asked, 0) > 0 else 0.0
        return asked, min(lacking, asked), left

    def _goods_of(self, order, whose, going, lines, prices):
        """Return what goods of an order are worth, what of it is more than its customer
        may have, and the parts; both amounts in the order's currency."""
        rate = whose.rate or 1.0
        worth = extra = 0.0
        parts = []
        for move, quantity in ((each.move, each.quantity) for each in going):
            line = move._credit_line(order)
            if not self._is_of_line(move, line):
                unit, covered = prices[move.id] / rate, 0.0
            elif line.product_id != move.product_id:
                unit, covered = self._component(line, move, quantity, lines)
            else:
                unit, covered = self._goods_of_line(line, move, quantity, lines)
            if order.state != "sale":
                covered = 0.0
            worth += unit * quantity
            extra += unit * (quantity - covered)
            parts.append(Part(move, covered, unit * rate))
        return worth, extra, tuple(parts)

    def _is_of_line(self, move, line):
        """Tell whether goods are what a line of an order sells, or a part of it."""
        return bool(line) and (
            line.product_id == move.product_id or move._credit_is_part(line)
        )

    def _goods_of_line(self, line, move, quantity, lines):
        """Return what a unit of a move is worth, in the order's currency, and how many
        of them the customer may have; others cannot have these then."""
        unit, room = lines[line.id]
        own = move.product_id.uom_id
        # Rounded as the delivered quantity will be
        asked = own._compute_quantity(
            quantity, line.product_uom_id, rounding_method="HALF-UP"
        )
        if not asked:
            return 0.0, quantity
        covered = min(asked, max(0.0, room))
        lines[line.id] = unit, room - covered
        return unit * asked / quantity, quantity * covered / asked

    def _component(self, line, move, quantity, lines):
        """Return the same of a part of a kit: each sort of parts is worth as much of
        it, and as many go as the kit's transfers asked for at first."""
        unit, room = lines[line.id]
        own = line.move_ids.filtered(
            lambda each: (
                each.state != "cancel"
                and each.location_dest_id._is_outgoing()
                and not each.origin_returned_move_id
            )
        )
        sorts = own.product_id
        same = own.filtered(lambda each: each.product_id == move.product_id)
        planned = sum(same.mapped("product_qty"))
        ordered = line.product_uom_qty
        if not planned or not ordered:
            return 0.0, 0.0
        done = sum(
            each.product_uom._compute_quantity(each.quantity, each.product_id.uom_id)
            for each in same
            if each.state == "done"
        )
        key = line.id, move.product_id.id
        taken = lines.get(key, 0.0)
        left = min(planned - done, max(0.0, room) * planned / ordered) - taken
        covered = max(0.0, min(quantity, left))
        lines[key] = taken + covered
        return unit * ordered / len(sorts) / planned, covered

    def _sold_lines(self, orders):
        """Return the lines of orders with what a unit is worth, tax included, in the
        order's currency, and how many units more the customer may have of what is on
        order and of what is billed. What was returned and credited is neither: others
        took the room. An invoice in draft nobody decided on, and one that is posted
        gives no more units than it bills at the price of the order.

        What the customer has counts as it moved, whatever Odoo counts as delivered:
        what came back in exchange may go again, once.

        :return: {line id: (price, quantity in the line's unit)}
        """
        Exposure = self.env["credit.exposure"]
        asked = SQL(
            "SELECT id, currency_id, amount_total FROM sale_order WHERE id = ANY(%s)",
            orders.ids,
        )
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                WITH %s, had AS (
                SELECT line.id, line.qty_delivered + COALESCE(other.quantity, 0)
                           AS quantity
                  FROM sold_line AS line
                  LEFT JOIN (%s) AS other ON other.line_id = line.id)
                SELECT line.id, COALESCE(line.unit, 0)::float,
                       (GREATEST(0, line.to_bill - COALESCE(billed.posted, 0))
                        - GREATEST(0, has.quantity - COALESCE(billed.posted, 0))
                        + GREATEST(0, LEAST(sold.qty_invoiced,
                                            COALESCE(billed.bought, 0))
                                      - has.quantity))::float
                  FROM sold_line AS line
                  JOIN had AS has ON has.id = line.id
                  JOIN sale_order_line AS sold ON sold.id = line.id
                  LEFT JOIN billed ON billed.line_id = line.id
                """,
                SQL(", ").join(Exposure._order_ctes(asked)),
                self._uncounted_sql(),
            )
        )
        return {line: (unit, room) for line, unit, room in rows}

    def _uncounted_sql(self):
        """Return what moved to customers, less what came from there to us, of which
        Odoo does not count it as delivered: exchanges. Rows (line_id, quantity)."""
        return SQL(
            """SELECT line.id AS line_id,
                      SUM(move.quantity * COALESCE(used.factor / sold.factor, 1)
                          * CASE WHEN goes.away THEN 1 ELSE -1 END) AS quantity
                 FROM sold_line AS line
                 JOIN stock_move AS move ON move.sale_line_id = line.id
                  AND move.product_id = line.product_id
                  AND move.state = 'done' AND move.to_refund IS NOT TRUE
                 JOIN uom_uom AS used ON used.id = move.product_uom
                 JOIN uom_uom AS sold ON sold.id = line.product_uom_id
                 JOIN stock_location AS source ON source.id = move.location_id
                 JOIN stock_location AS dest ON dest.id = move.location_dest_id
                CROSS JOIN LATERAL (
                      SELECT source.usage = 'customer' OR source.parent_path LIKE %(t)s
                                 AS back,
                             dest.usage = 'customer' OR dest.parent_path LIKE %(t)s
                                 AS away) AS goes
                WHERE goes.away AND move.origin_returned_move_id IS NOT NULL
                   OR goes.back AND dest.usage = 'internal'
             GROUP BY line.id""",
            t=self._between_companies(),
        )

    def _between_companies(self):
        """:return: how the paths of the places begin that lie between companies"""
        place = self.env.ref(
            "stock.stock_location_inter_company", raise_if_not_found=False
        )
        return f"{place.sudo().parent_path}%" if place else "-"
