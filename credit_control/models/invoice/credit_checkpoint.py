from odoo import api, models
from odoo.tools import SQL

from odoo.addons.trade_credit_base.core.money import more

from ...core.billing import Line, billing
from ...core.facts import HOLD
from ..decision.credit_checkpoint import Figures
from ..decision.credit_decision import LIVE

# What is sold: nothing else gives credit
BILLED = ("out_invoice", "out_receipt")


class CreditCheckpoint(models.AbstractModel):
    """Invoices as they come before the rules: what of them nobody decided on."""

    _inherit = "credit.checkpoint"

    @api.model
    def _judge(self, figures, checkpoint, day=None, apart=False):
        """An invoice to a customer who owes nothing with it is paid in advance."""
        cases = super()._judge(figures, checkpoint, day, apart)
        if checkpoint != "invoice":
            return cases
        return [
            case._replace(figures=case.figures._replace(duty=True))
            if case.verdict.action == HOLD and self._is_paid_ahead(case.facts)
            else case
            for case in cases
        ]

    def _is_paid_ahead(self, facts):
        """Tell whether money that came before leaves nothing owed."""
        own = next((level for level in facts.levels if level.carries), None)
        if not own or facts.missing_rates:
            return False
        return not more(own.exposure + facts.asked, 0.0, facts.rounding)

    @api.model
    def _invoice_figures(self, moves, day):
        """Return the figures of stored invoices, in the order of their ids; of several
        that bill one order, the later have what the earlier leave.

        :return: list of Figures; none of an invoice that decisions on orders cover
        """
        if not moves:
            return []
        self.env.flush_all()
        rows = self.env.execute_query_dict(self._invoices_sql(moves, day))
        levels = self._levels(rows)
        bills = self._billed_orders(moves, day)
        figures = []
        for row in rows:
            steps = (row["parent_path"] or "").split("/")[:-1]
            row["chain"] = [levels[int(step)] for step in reversed(steps)]
            figures.append(self._move_figures(row, *bills.get(row["id"], ((), {}, {}))))
        return list(filter(None, figures))

    def _move_figures(self, row, lines, covered, rooms):
        bill = billing(row["amount_total"], lines, covered, row["paid"], rooms)
        for order, spent in bill.spent.items():
            covered[order] = covered.get(order, 0.0) - spent
            billed = sum(line.amount for line in lines if line.order == order)
            # Another's invoice of this order takes of the same room
            for each in (order, -order):
                rooms[each] -= max(0.0, billed)
        # Each line may be rounded
        least = row["rounding"] * (len(lines) + 1)
        if bill.undecided <= least:
            return None
        factor = row["factor"] or 0.0
        asked = round(bill.undecided * factor, 6)
        return Figures(
            order=None,
            document=("account.move", row["id"]),
            company=row["company"],
            debtor=row["debtor"],
            customer=row["debtor"],
            total=round(row["amount_total"] * factor, 6),
            order_total=row["amount_total"],
            asked=asked,
            rate=factor,
            counted=asked if row["counts"] else 0.0,
            cash="immediate" if row["immediate"] else "",
            chain=tuple(row["chain"]),
            policy_version=row["policy_version"],
            rules=tuple(row["rules"] or ()),
            missing=() if row["factor"] else (row["currency"],),
            without_file=row["without_file"],
            decisions=tuple(row["decisions"]),
            need=row["amount_total"],
            duty=bill.held_up <= least,
        )

    def _invoices_sql(self, moves, day):
        """Return the statement for invoices, in the order of their ids."""
        Exposure = self.env["credit.exposure"]
        return SQL(
            """
            SELECT move.id, root.id AS company, debtor.commercial_partner_id AS debtor,
                   root.credit_without_file AS without_file,
                   move.amount_total::float, currency.name AS currency,
                   currency.rounding::float, (%(factor)s)::float AS factor,
                   (%(counts)s OR move.state = 'posted') AS counts,
                   root.credit_immediate_is_cash AND %(immediate)s AS immediate,
                   (%(paid)s)::float AS paid,
                   file.id AS file_id, file.partner_name AS file_name,
                   file.parent_path, file.hold_reason,
                   version.id AS policy_version, version.rules,
                   ARRAY(SELECT known.id FROM credit_decision known
                          WHERE known.move_id = move.id
                            AND known.state = ANY(%(open)s)
                       ORDER BY known.id DESC) AS decisions
              FROM account_move move
              JOIN res_currency currency ON currency.id = move.currency_id
              JOIN res_company company ON company.id = move.company_id
              JOIN res_company root
                ON root.id = split_part(company.parent_path, '/', 1)::int
              JOIN res_partner debtor ON debtor.id = move.partner_id
              LEFT JOIN credit_file file
                     ON file.partner_id = debtor.commercial_partner_id
                    AND file.company_id = root.id AND file.active
              LEFT JOIN LATERAL (
                   SELECT id, rules FROM credit_policy_version
                    WHERE policy_id =
                        COALESCE(file.policy_id, root.credit_default_policy_id)
                 ORDER BY number DESC LIMIT 1) AS version ON TRUE
             WHERE move.id = ANY(%(ids)s)
          ORDER BY move.id
            """,
            factor=Exposure._factor_sql(SQL("move.currency_id"), day),
            counts=Exposure._draft_counts_sql(day),
            immediate=self._due_at_once_sql(day),
            paid=self._paid_sql(),
            ids=moves.ids,
            open=[*LIVE, "held"],
        )

    def _due_at_once_sql(self, day):
        """Return the condition that an invoice (``move``) gives no time to pay."""
        return SQL(
            """(NOT %s AND COALESCE((
                SELECT bool_and(line.nb_days = 0 AND line.delay_type = 'days_after')
                  FROM account_payment_term_line line
                 WHERE line.payment_id = move.invoice_payment_term_id), FALSE))""",
            self._due_later_sql(day),
        )

    def _due_later_sql(self, day):
        """Return the condition that an invoice (``move``) is due later than at once:
        on its face, or by one of its items."""
        return SQL(
            """(GREATEST(COALESCE(move.invoice_date_due, %(day)s), (
                    SELECT MAX(item.date_maturity) FROM account_move_line item
                     WHERE item.move_id = move.id
                       AND item.display_type = 'payment_term'))
                > LEAST(COALESCE(move.invoice_date, %(day)s), %(day)s))""",
            day=day,
        )

    def _paid_sql(self):
        """Return what of an invoice (``move``) is paid by its own customer, be it not
        booked yet. What pays several counts for each with its share."""
        return SQL(
            """GREATEST(
                (SELECT SUM(tx.amount / (
                            SELECT COUNT(*) FROM account_invoice_transaction_rel shared
                             WHERE shared.transaction_id = tx.id))
                   FROM account_invoice_transaction_rel rel
                   JOIN payment_transaction tx ON tx.id = rel.transaction_id
                  WHERE rel.invoice_id = move.id
                    AND tx.state IN ('authorized', 'done')
                    AND COALESCE(tx.operation, '') NOT IN ('validation', 'refund')
                    AND tx.currency_id = move.currency_id),
                (SELECT SUM(payment.amount / (
                            SELECT COUNT(*) FROM account_move__account_payment shared
                             WHERE shared.payment_id = payment.id))
                   FROM account_move__account_payment rel
                   JOIN account_payment payment ON payment.id = rel.payment_id
                   JOIN res_partner payer ON payer.id = payment.partner_id
                  WHERE rel.invoice_id = move.id
                    AND payer.commercial_partner_id = debtor.commercial_partner_id
                    AND payment.state IN ('in_process', 'paid')
                    AND payment.payment_type = 'inbound'
                    AND payment.currency_id = move.currency_id),
                0)"""
        )

    # === WHAT ORDERS STAND BEHIND IT === #

    def _billed_orders(self, moves, day):
        """Return what invoices bill of orders, and what the orders' decisions still
        cover; both are spent by one invoice after the other.

        :return: {move id: (list of core Line, {order id: amount}, {order id: room})}
        """
        rows = self.env.execute_query_dict(self._billed_lines_sql(moves, day))
        decisions = self.env["credit.decision"].sudo()
        decisions = decisions.browse({row["decision"] for row in rows} - {None})
        covers = {each.id: each for each in decisions}
        covered, rooms, spent, bills = {}, {}, {}, {}
        for row in rows:
            order = row["order_id"]
            for each in (order, -order):
                rooms.setdefault(each, row["had_left"])
            if row["decision"] and order not in covered:
                whole = covers[row["decision"]]._covers_billed()
                covered[order] = whole - row["billed"]
                rooms[order] = max(rooms[order], covered[order] + row["beyond"])
            lines, *_rest = bills.setdefault(row["move_id"], ([], covered, rooms))
            done = spent.get(row["line"], 0.0)
            lines.append(
                Line(
                    # Two decisions, or none, stand behind lines of one order
                    order=order if row["decision"] else -order,
                    amount=row["amount"],
                    quantity=row["quantity"],
                    left=row["to_bill"] - done,
                    had=row["delivered"] - done,
                    price=row["price"],
                    agreed=row["agreed"],
                )
            )
            # What is billed in the negative gives nothing to bill once more
            spent[row["line"]] = done + max(0.0, row["quantity"])
        return bills

    def _billed_lines_sql(self, moves, day):
        """Return the statement for the lines of invoices that bill orders.

        Goods are the customer's who ordered them, on the terms that were agreed: on
        another one's invoice they count as not delivered.
        """
        return SQL(
            """
            WITH bill AS MATERIALIZED (%(bill)s), other AS MATERIALIZED (%(other)s),
                 room AS MATERIALIZED (%(room)s)
            SELECT bill.move_id, bill.order_id, bill.line, bill.amount, bill.quantity,
                   bill.price, bill.agreed, covering.id AS decision,
                   COALESCE((SELECT SUM(amount) FROM other
                              WHERE other.order_id = bill.order_id), 0)::float
                       AS billed,
                   room.had_left::float, room.beyond::float,
                   (bill.ordered - COALESCE(other.invoiced, 0))::float AS to_bill,
                   CASE WHEN bill.theirs AND NOT COALESCE(live.easier, FALSE)
                        THEN GREATEST(0, bill.delivered - COALESCE(other.kept, 0))
                        ELSE 0 END::float AS delivered
              FROM bill
              JOIN room ON room.order_id = bill.order_id
              LEFT JOIN other ON other.line = bill.line
              LEFT JOIN LATERAL (
                   SELECT id, covered.partner_id = bill.debtor
                          AND covered.company_id = bill.root
                          AND covered.order_currency_id = bill.currency_id AS is_about,
                          covered.cash = 'immediate' AND bill.later AS easier
                     FROM credit_decision covered
                    WHERE covered.order_id = bill.order_id AND bill.state = 'sale'
                      AND covered.state = ANY(%(live)s)
                 ORDER BY covered.id DESC LIMIT 1) AS live ON TRUE
              LEFT JOIN credit_decision covering
                     ON covering.id = live.id AND live.is_about AND NOT live.easier
          ORDER BY bill.move_id, bill.line, bill.id
            """,
            bill=self._bill_sql(moves, day),
            other=self._other_bills_sql(moves),
            room=self._room_sql(),
            live=list(LIVE),
        )

    def _room_sql(self):
        """Return the statement for what the customers have of the orders in ``bill``,
        whatever line of them it was billed on: rows (order_id, had_left, beyond).

        ``had_left`` is the worth, as agreed, of what they have, less all that ``other``
        invoices bill, down payments too, and not credited; what was ordered and is not
        delivered yet is billed on its own account. ``beyond`` is what they have more
        than was ordered.
        """
        return SQL(
            """
            SELECT sold.order_id,
                   SUM(sold.unit * sold.delivered - GREATEST(0, COALESCE(other.net, 0)
                       - sold.unit * GREATEST(0, sold.ordered - sold.delivered)))
                       AS had_left,
                   SUM(sold.unit * GREATEST(0, sold.delivered - sold.ordered))
                       AS beyond
              FROM (SELECT line.id, line.order_id, line.product_uom_qty AS ordered,
                           %(delivered)s AS delivered,
                           GREATEST(0, COALESCE(
                               line.price_total / NULLIF(line.product_uom_qty, 0),
                               line.price_unit * (1 - line.discount / 100)
                               * COALESCE(sale.amount_total
                                          / NULLIF(sale.amount_untaxed, 0), 1)))
                               AS unit
                      FROM sale_order_line line
                      JOIN sale_order sale ON sale.id = line.order_id
                     WHERE line.order_id IN (SELECT order_id FROM bill)
                       AND line.display_type IS NULL) AS sold
              LEFT JOIN other ON other.line = sold.id
          GROUP BY 1
            """,
            delivered=self._delivered_sql(SQL("line")),
        )

    def _delivered_sql(self, line):
        """Return what the customer has of an order's line; what somebody enters as
        delivered says nothing."""
        return SQL(
            """CASE WHEN %(line)s.qty_delivered_method = 'manual' THEN 0
                    ELSE GREATEST(0, COALESCE(%(line)s.qty_delivered, 0)) END""",
            line=line,
        )

    def _bill_sql(self, moves, day):
        """Return the statement for lines of invoices, as they bill lines of orders."""
        return SQL(
            """
            SELECT item.id, item.move_id, sold.order_id, sold.id AS line,
                   item.price_total::float AS amount,
                   (item.quantity * %(units)s)::float AS quantity,
                   (item.price_unit * (1 - item.discount / 100) / %(units)s)::float
                       AS price,
                   (sold.price_unit * (1 - sold.discount / 100))::float AS agreed,
                   sold.product_uom_qty AS ordered, sale.state,
                   %(delivered)s AS delivered,
                   move.currency_id, root.id AS root,
                   debtor.commercial_partner_id AS debtor, %(later)s AS later,
                   sale.currency_id = move.currency_id
                   AND split_part(seller.parent_path, '/', 1)::int = root.id
                   AND debtor.commercial_partner_id IN (
                       billed.commercial_partner_id, customer.commercial_partner_id)
                       AS theirs
              FROM account_move move
              JOIN res_company company ON company.id = move.company_id
              JOIN res_company root
                ON root.id = split_part(company.parent_path, '/', 1)::int
              JOIN res_partner debtor ON debtor.id = move.partner_id
              JOIN account_move_line item ON item.move_id = move.id
              -- a line that bills several lines of orders bills the first
              JOIN LATERAL (
                   SELECT rel.order_line_id FROM sale_order_line_invoice_rel rel
                    WHERE rel.invoice_line_id = item.id ORDER BY 1 LIMIT 1) rel ON TRUE
              JOIN sale_order_line sold ON sold.id = rel.order_line_id
              JOIN sale_order sale ON sale.id = sold.order_id
              JOIN res_company seller ON seller.id = sale.company_id
              JOIN res_partner billed ON billed.id = sale.partner_invoice_id
              JOIN res_partner customer ON customer.id = sale.partner_id
             WHERE move.id = ANY(%(ids)s)
            """,
            delivered=self._delivered_sql(SQL("sold")),
            units=self._units_sql(),
            later=self._due_later_sql(day),
            ids=moves.ids,
        )

    def _units_sql(self):
        """Return how many units of an order's line (``sold``) one of an invoice's
        (``item``) is."""
        return SQL(
            """COALESCE(CASE WHEN item.product_uom_id != sold.product_uom_id THEN (
                   SELECT used.factor / NULLIF(unit.factor, 0)
                     FROM uom_uom used, uom_uom unit
                    WHERE used.id = item.product_uom_id
                      AND unit.id = sold.product_uom_id) END, 1)"""
        )

    def _other_bills_sql(self, moves):
        """Return the statement for what posted invoices bill of the orders in ``bill``:
        rows (order_id, line, amount, invoiced, kept, net).

        What was credited is spent all the same: others may have been given its room.
        A down payment that is credited comes back, and a deduction larger than the
        goods makes a credit note that bills goods. ``kept`` and ``net`` leave out what
        was credited: the customer has it still, if nothing was returned. No more can be
        credited than was billed.
        """
        return SQL(
            """
            SELECT sold.order_id, sold.id AS line,
                   SUM(CASE WHEN move.move_type != 'out_refund' THEN item.price_total
                            WHEN sold.is_downpayment OR item.price_total < 0
                            THEN -item.price_total ELSE 0 END) AS amount,
                   SUM(CASE WHEN move.move_type != 'out_refund'
                            THEN item.quantity * %(units)s
                            WHEN item.quantity < 0 THEN -item.quantity * %(units)s
                            ELSE 0 END) AS invoiced,
                   GREATEST(0, SUM(item.quantity * %(units)s * CASE
                       WHEN move.move_type != 'out_refund' THEN 1 ELSE -1 END)) AS kept,
                   SUM(item.price_total * CASE
                       WHEN move.move_type != 'out_refund' THEN 1 ELSE -1 END) AS net
              FROM sale_order_line sold
              JOIN sale_order_line_invoice_rel rel ON rel.order_line_id = sold.id
              JOIN account_move_line item ON item.id = rel.invoice_line_id
              JOIN account_move move ON move.id = item.move_id
             WHERE sold.order_id IN (SELECT order_id FROM bill)
               AND move.move_type IN ('out_invoice', 'out_receipt', 'out_refund')
               AND move.state = 'posted' AND move.id != ALL(%(ids)s)
          GROUP BY 1, 2
            """,
            units=self._units_sql(),
            ids=moves.ids,
        )
