from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.credit_control.tests.exposure.exposure_common import ExposureCommon
from odoo.addons.trade_credit_base.tests.sizes import sized

STEPS = [
    "order",
    "order",
    "deliver",
    "bill",
    "bill",
    "post",
    "post",
    "pay",
    "advance",
    "match",
    "credit",
    "correct",
    "reset",
    "drop",
    "down_payment",
    "change",
    "cancel",
    "invoice",
    "online",
]
# Where money only moves between the parts.
MOVES = {"bill", "post", "match", "reset", "drop", "correct", "down_payment"}


def _steps(names):
    return st.tuples(st.sampled_from(names), st.integers(0, 7), st.integers(1, 6))


histories = st.builds(
    lambda first, others: [first, *others],
    _steps(["order"]),
    st.lists(_steps(STEPS), min_size=4, max_size=12),
)


@tagged("post_install", "-at_install")
class TestExposureRandom(ExposureCommon):
    """Histories that nobody thought of: after each step the exposure equals a slow and
    obvious recomputation, and what only moves money changes nothing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=True))
        cls.company.credit_mode = "off"  # what is confirmed is owed all the same
        coin = cls.setup_other_currency("EUR", rates=[("2020-01-01", 0.1)])
        cls.price_list = cls.env["product.pricelist"].create(
            {"name": "Prices in coins", "currency_id": coin.id}
        )

    def test_exposure_equals_a_slow_recomputation(self):
        @settings(
            max_examples=sized(15, 250),
            derandomize=True,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(histories)
        def holds(history):
            savepoint = self.env.cr.savepoint()
            try:
                self._live(history)
            finally:
                savepoint.close(rollback=True)

        holds()

    def _live(self, history):
        before = 0.0
        for step, which, amount in history:
            credited = bool(self._moves("out_refund"))
            done = getattr(self, f"_do_{step}")(which, amount)
            standing = self._standing()
            parts, after = standing.parts, standing.exposure
            for part, expected in self._slowly().items():
                self.assertAlmostEqual(parts[part], expected, 2, f"{part} after {step}")
            if done and step in MOVES and not credited:
                # Each line may be rounded, by a cent of a coin at most.
                self.assertAlmostEqual(after, before, delta=0.5, msg=step)
            before = after

    # === What may happen === #
    # Each returns whether there was anything to do it with.

    def _orders(self):
        return self.env["sale.order"].search(
            [("state", "=", "sale"), ("partner_id", "=", self.customer.id)]
        )

    def _moves(self, kind="out_invoice", state="posted"):
        return self.env["account.move"].search(
            [
                ("state", "=", state),
                ("move_type", "=", kind),
                ("partner_id", "=", self.customer.id),
            ],
            order="id",
        )

    def _open_lines(self):
        return self.env["account.move.line"].search(
            [
                ("account_id.account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("partner_id", "=", self.customer.id),
                ("reconciled", "=", False),
            ]
        )

    def _pick(self, records, which):
        return records[which % len(records)] if records else records

    def _do_order(self, which, amount):
        product = (self.product, self.product_delivered)[which % 2]
        order = self._order(
            amount * 33.33,
            quantity=amount,
            product=product,
            **({"pricelist_id": self.price_list.id} if which == 7 else {}),
        ).with_env(self.env)
        order.order_line.discount = which % 3 * 5
        if which % 4 < 2:
            order.order_line.tax_ids = [Command.set(self.tax_sale_a.ids)]
        if which > 3:
            order.order_line.copy({"order_id": order.id, "product_uom_qty": which})
        if which % 4 == 3:  # taken off, at once or on delivery
            product = (self.product, self.product_delivered)[amount % 2]
            off = {"order_id": order.id, "product_id": product.id}
            order.order_line[0].copy(
                {**off, "price_unit": -amount * 4.44, "product_uom_qty": 1}
            )
        order.action_confirm()
        return True

    def _do_deliver(self, which, amount):
        lines = self._orders().order_line.filtered(
            lambda line: line.product_id == self.product_delivered
        )
        line = self._pick(lines, which)
        line.qty_delivered = amount
        return bool(line)

    def _do_bill(self, which, amount):
        order = self._pick(self._orders(), which)
        try:
            invoice = order and self._bill(order)
        except UserError:  # nothing to invoice
            return False
        goods = invoice and invoice.invoice_line_ids.filtered(
            lambda line: line.quantity > amount and line.product_id
        )
        if goods:
            goods[0].quantity = amount
        return bool(invoice)

    def _do_post(self, which, _amount):
        drafts = self._moves(state="draft") | self._moves("out_refund", "draft")
        draft = self._pick(drafts, which)
        if not draft or draft.move_type == "out_refund":
            return False  # a credit note gives credit
        draft.action_post()
        return True

    def _do_pay(self, which, amount):
        owed = self._moves().filtered("amount_residual")
        invoice = self._pick(owed, which)
        if invoice:
            residual = invoice.amount_residual
            self._pay(invoice, round(residual * min(1, amount / 4), 2) or residual)
        return bool(invoice)

    def _do_advance(self, _which, amount):
        self._advance(amount * 17.1)
        return True

    def _do_match(self, _which, _amount):
        lines = self._open_lines()
        both = {line.balance > 0 for line in lines}
        lines.reconcile()
        return len(both) == 2

    def _do_credit(self, which, amount):
        """Credit some pieces of an invoice, whatever was paid of it."""
        invoice = self._pick(self._moves(), which)
        if invoice:
            note = self._credit(invoice, post=False)
            goods = note.invoice_line_ids.filtered(lambda each: each.quantity > amount)
            if goods:
                goods[0].quantity = amount
            note.action_post()
        return bool(invoice)

    def _do_correct(self, which, _amount):
        unpaid = self._moves().filtered(
            lambda move: move.amount_residual == move.amount_total
        )
        invoice = self._pick(unpaid, which)
        if invoice:
            self._reversal(invoice).modify_moves()
        return bool(invoice)

    def _do_reset(self, which, _amount):
        invoice = self._pick(self._moves(), which)
        invoice.button_draft()
        return bool(invoice)

    def _do_drop(self, which, _amount):
        """Cancel a draft of an order: what was on it is to be billed again."""
        drafts = self._moves(state="draft").filtered("line_ids.sale_line_ids")
        draft = self._pick(drafts, which)
        sold = draft.line_ids.sale_line_ids.order_id
        draft.button_cancel()
        return bool(draft) and set(sold.mapped("state")) == {"sale"}

    def _do_down_payment(self, which, amount):
        order = self._pick(self._orders().filtered(self._has_room), which)
        if order:
            self._bill_advance(order, round(order.amount_total * amount / 10, 2))
        return bool(order)

    def _has_room(self, order):
        return order.amount_total and not order.invoice_ids

    def _do_change(self, which, amount):
        lines = self._orders().order_line.filtered("product_uom_qty")
        line = self._pick(lines, which)
        line.product_uom_qty = amount
        return bool(line)

    def _do_cancel(self, which, _amount):
        order = self._pick(self._orders(), which)
        order._action_cancel()
        return bool(order)

    def _do_invoice(self, which, amount):
        self._invoice(amount * 9.99, late=which * 20)
        return True

    def _do_online(self, which, amount):
        order = self._pick(self._orders(), which)
        if order:
            self._pay_online(order, amount, state=("done", "authorized")[which % 2])
        return bool(order)

    # === The slow and obvious way === #

    def _slowly(self):
        worth = self._worth
        left = self._left_slowly()
        drafts = self._moves(state="draft")
        orders = self._orders()
        return {
            "receivable": sum(left.values()),
            "draft": sum(worth(each, each.amount_total) for each in drafts),
            "ordered": sum(worth(each, self._not_billed(each)) for each in orders),
            "prepaid": -sum(
                worth(each, sum(each.transaction_ids.mapped("amount")))
                for each in orders
            ),
            **self._ages_slowly(left),
        }

    def _left_slowly(self):
        """What is open of each posted item: a match with a draft settles nothing.

        :return: {journal item: amount}
        """
        posted = [
            ("account_id.account_type", "=", "asset_receivable"),
            ("parent_state", "=", "posted"),
            ("partner_id", "=", self.customer.id),
        ]
        left = {}
        for line in self.env["account.move.line"].search(posted):
            taken = line.matched_credit_ids.filtered(
                lambda match: match.credit_move_id.parent_state == "posted"
            )
            given = line.matched_debit_ids.filtered(
                lambda match: match.debit_move_id.parent_state == "posted"
            )
            amount = sum(given.mapped("amount")) - sum(taken.mapped("amount"))
            left[line] = round(line.balance + amount, 2)
        return left

    def _worth(self, record, amount):
        return amount * (1 if record.currency_id == self.currency else 10)

    def _not_billed(self, order):
        goods = order.order_line.filtered("product_uom_qty")
        left = {line: self._pieces_left(line) for line in goods}
        due = sum(
            line.price_total / line.product_uom_qty * left[line] for line in goods
        )
        if all(left[line] == line.product_uom_qty for line in goods):
            due = order.amount_total  # which is rounded as a whole
        for line in order.order_line - goods:
            due -= max(0, self._advance_billed(line))
        return max(0, due)

    def _pieces_left(self, line):
        pieces = line.product_uom_qty
        if line.product_id.invoice_policy != "order":
            pieces = (min if line.price_unit < 0 else max)(pieces, line.qty_delivered)
        return max(0, pieces - self._billed(line))

    def _advance_billed(self, line):
        billed = 0.0
        for item in line.invoice_lines:
            if item.move_id.move_type == "out_invoice":
                billed += item.price_total * (item.move_id.state != "cancel")
            elif item.move_id.state == "posted":
                billed -= item.price_total
        return billed

    def _billed(self, line):
        """How many pieces are on invoices. One that was corrected counts once."""
        items = line.invoice_lines.filtered(lambda each: each.move_id.state != "cancel")
        invoices = items.move_id.filtered(lambda move: move.move_type == "out_invoice")
        billed = 0
        for item in items:
            move = item.move_id
            note = move.reversal_move_ids.filtered(lambda each: each.state == "posted")
            if move.move_type == "out_refund":
                made_of_invoice = item.quantity < 0 and move.state == "posted"
                billed -= item.quantity if made_of_invoice else 0
            elif move.payment_state != "reversed" or max(invoices.ids) < max(note.ids):
                billed += item.quantity
        return billed

    def _ages_slowly(self, left):
        """Pay the oldest items first with all credits, then look at what is late."""
        credit = -sum(amount for amount in left.values() if amount < 0)
        ages = dict.fromkeys(("overdue", "due_30", "due_60", "due_90", "due_over"), 0.0)
        for item in sorted(left, key=lambda each: (each.date_maturity, each.id)):
            amount = max(0, left[item])
            paid = min(credit, amount)
            credit -= paid
            days = (self.today - item.date_maturity).days
            if days > 0:
                ages["overdue"] += amount - paid
                age = next((d for d in (30, 60, 90) if days <= d), "over")
                ages[f"due_{age}"] += amount - paid
        return ages
