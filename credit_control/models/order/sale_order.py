from contextlib import contextmanager

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_list

from odoo.addons.trade_credit_base.models.guard.trade_record import kept

from ...groups import USER
from ..decision.credit_decision import LIVE, STORED
from ..decision.credit_document import SHOWN
from .sale_order_line import COMPUTED as LINE_COMPUTED

# Fields that a decision depends on: a change of them needs another decision
DECISIVE = (
    "state",
    "amount_total",
    "currency_id",
    "partner_id",
    "partner_invoice_id",
    "payment_term_id",
    "company_id",
)
# Whose credit an order is about
CUSTOMERS = ("partner_id", "partner_invoice_id")
# Who decides on an order follows from them
OWNED_BY = {*CUSTOMERS, "company_id"}
# Fields that only Odoo computes
COMPUTED = {"amount_total", "amount_untaxed", "amount_tax", "invoice_status"}
# Who writes these has had a hand in the order
HANDED = {*DECISIVE, "pricelist_id", "fiscal_position_id"} - {"state"}


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "credit.document"]

    _credit_link = "order_id"
    _credit_checkpoint = "confirmation"

    # A customer's open orders, without those that are billed
    _credit_open_idx = models.Index(
        "(partner_invoice_id) WHERE state = 'sale'"
        " AND invoice_status IS DISTINCT FROM 'invoiced'"
    )

    credit_decision_ids = fields.One2many(
        "credit.decision",
        "order_id",
        "Credit Decisions",
        copy=False,
        readonly=True,
        groups="credit_control.credit_group_user",
    )
    # Who changed it, be it by deleting a line: nobody but the system reads or writes it
    credit_hand_ids = fields.Many2many(
        "res.users",
        "credit_order_hand",
        "order_id",
        "user_id",
        string="Changed By",
        readonly=True,
        copy=False,
        groups=fields.NO_ACCESS,
    )
    credit_checked = fields.Boolean(
        compute="_compute_credit_checked", groups="base.group_user"
    )
    credit_askable = fields.Boolean(
        compute="_compute_credit_askable", groups="base.group_user"
    )
    credit_question = fields.Text(compute="_compute_credit_question", **SHOWN)

    # === COMPUTE METHODS === #

    @api.depends("credit_decision_ids.state")
    @api.depends_context("lang", "uid")
    def _compute_credit_question(self):
        waiting = self._credit_waiting()
        for order in self:
            decision = waiting.get(order._origin)
            growth = decision and decision.checkpoint == "growth"
            order.credit_question = decision._question() if growth else ""

    @api.depends("company_id", *CUSTOMERS)
    @api.depends_context("uid")
    def _compute_credit_checked(self):
        """Say what credit says of an order to everybody where it is enforced; what is
        only recorded, to those who see records."""
        told = {"enforce"}
        if self.env.user.has_group(USER):
            told.add("observe")
        known = self._filtered_told(CUSTOMERS)
        for order in self:
            order.credit_checked = order in known and order._credit_mode() in told

    @api.depends(
        "company_id",
        "partner_id",
        "partner_invoice_id",
        "state",
        "credit_decision_ids.state",
    )
    def _compute_credit_askable(self):
        """Offer to ask for more where somebody would be asked, and nobody is; a
        quotation that is held offers it among its cures."""
        known = self._filtered_told(CUSTOMERS)
        decided = known.filtered(lambda each: each.state == "sale")._credit_decided()
        waiting = decided._credit_waiting()
        for order in self:
            question = waiting.get(order._origin)
            asked = bool(question) and question.state == "held"
            order.credit_askable = order in decided and not asked

    @api.depends(*DECISIVE)
    @api.depends_context("lang", "uid")
    def _compute_credit_banner(self):
        return super()._compute_credit_banner()

    @api.depends("credit_hold", "credit_banner")
    @api.depends_context("uid")
    def _compute_partner_credit_warning(self):
        """Leave the word to our banner where there is one: it knows the orders, too."""
        result = super()._compute_partner_credit_warning()
        for order in self.filtered("partner_credit_warning"):
            ours = order.sudo()
            if ours.credit_hold or ours.credit_banner:
                order.partner_credit_warning = ""
        return result

    # === CONSTRAINT METHODS === #

    @api.constrains(*DECISIVE)
    def _check_credit_covered(self):
        """Have a decision cover each confirmed order, however it was confirmed."""
        orders = self.filtered(
            lambda order: order.state == "sale" and order._credit_is_checked()
        )
        if orders:
            self.env["credit.decision"].sudo()._cover(orders.sudo())

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        given = set().union(*vals_list) & COMPUTED
        orders = super().create(vals_list)
        orders._credit_check_own(given)
        return orders

    def write(self, vals):
        if vals.keys() & HANDED:
            self._credit_keep_hand()
        given, moves = vals.keys() & COMPUTED, vals.keys() & OWNED_BY
        self._credit_check_own(given)
        was_confirmed = self.filtered(lambda order: order.state == "sale")
        was_decided = self._credit_decided() if moves else self
        result = super().write(vals)
        if moves:
            self._credit_check_own(given)
            taken = self._credit_decided() - was_decided
            taken._credit_renew()
            taken.with_env(self.env).order_line._credit_linked()._credit_check_linked()
        if "state" in vals:
            self._credit_left(was_confirmed)
        return result

    @kept
    def _unlink_credit_decisions(self):
        """A decision outlives its quotation, but no longer waits for anybody."""
        self.env["credit.decision"].sudo().search(
            [("order_id", "in", self.ids), ("state", "=", "held")]
        )._close("superseded")

    def _credit_check_own(self, names, model=None):
        """Refuse figures of orders that spend credit: what anybody could write would
        be credit that people give themselves.

        Where nothing is enforced, or customers without a credit file are free, all is
        as without this addon.

        :param names: fields of theirs or of their lines that only Odoo computes
        :param model: whose fields they are, orders' if none is given
        :raises AccessError: if credit decides on one of the orders
        """
        if self.env.su or not names:
            return
        for order in self._credit_decided():
            self._credit_refuse_own(order, names, self if model is None else model)

    def _credit_renew(self):
        """Have Odoo compute the figures again of orders that credit decides on from
        now on: as long as it did not, anybody could write them."""
        for records, names in ((self.order_line, LINE_COMPUTED), (self, COMPUTED)):
            for name in names:
                self.env.add_to_compute(records._fields[name], records)

    def _credit_decided(self):
        """Return those of the orders that credit decides on, as superuser: it is
        enforced, and one of their customers has a file, needs one, or is always held.
        """
        orders = self.sudo().filtered(lambda order: order._credit_mode() == "enforce")
        customers = (
            orders.partner_id | orders.partner_invoice_id
        ).commercial_partner_id
        files = self.env["credit.file"].sudo()
        known = {
            (file.partner_id, file.company_id)
            for file in files.search([("partner_id", "in", customers.ids)])
        } | self.env["credit.listing"]._always_held(customers)
        return orders.filtered(
            lambda order: (
                order.company_id.root_id.credit_without_file != "free"
                or any(
                    (each, order.company_id.root_id) in known
                    for each in (
                        order.partner_id | order.partner_invoice_id
                    ).commercial_partner_id
                )
            )
        )

    def _credit_refuse_own(self, order, names, model):
        labels = (model._fields[name]._description_string(self.env) for name in names)
        raise AccessError(
            self.env._(
                "%(fields)s of %(order)s cannot be written: Odoo computes it, and the "
                "credit of %(customer)s is decided by it. Change the lines, cancel the "
                "order, or invoice it.",
                fields=format_list(self.env, sorted(labels)),
                order=order.name,
                customer=order.partner_invoice_id.commercial_partner_id.name,
            )
        )

    # === ACTION METHODS === #

    def action_confirm(self):
        """Confirm the orders that credit allows and hold the others.

        Holding does not raise: an error would roll back the decision it reports, and
        break payment post-processing, which confirms orders too.
        """
        self.check_access("write")
        held = self._credit_decide()
        going = self - held
        result = super(SaleOrder, going).action_confirm() if going or not self else True
        stuck = going.filtered(lambda order: order.state in ("draft", "sent"))
        if stuck:
            # A release was given for the order: another app's question does not undo it
            stuck.sudo().credit_decision_ids.filtered(
                lambda decision: decision.state in LIVE and not decision.released_by_id
            )._close("superseded")
        return result

    # === BUSINESS METHODS === #

    def _credit_mode(self):
        """:return: ``off``, ``observe`` or ``enforce``, as the head company says"""
        return self.company_id.sudo().root_id.credit_mode

    def _credit_need(self):
        """Return the amount that a decision has to cover, see :meth:`_credit_needs`."""
        self.ensure_one()
        return self._credit_needs()[self.id]

    def _credit_needs(self):
        """Return what decisions have to cover, each in its order's currency: the total,
        unless something of it is billed or it may bring more onto the account.

        :return: {order id: amount}
        """
        decided = self.env.cr.cache.get(STORED, ())
        touched = self.filtered(
            lambda order: any(
                line.qty_invoiced
                or line.qty_delivered
                or line.price_total < 0
                # credited since: nothing of it is billed, as Odoo counts
                or order.id not in decided
                and line.invoice_lines
                for line in order.order_line
            )
        )
        needs = {order.id: order.amount_total for order in self - touched}
        if touched:
            needs |= self.env["credit.exposure"]._needs(touched.ids)
        return needs

    def _credit_billable(self):
        """Return what a quotation as it is on the screen may bring onto the account:
        what is taken off on delivery only is not taken off until then."""
        self.ensure_one()
        later = self.order_line.filtered(
            lambda line: (
                line.price_total < 0 and line.product_id.invoice_policy != "order"
            )
        )
        return self.amount_total - sum(later.mapped("price_total"))

    def _credit_is_immediate(self):
        """Tell whether the order is due at once, so that no credit is given."""
        lines = self.sudo().payment_term_id.line_ids
        return (
            self.company_id.sudo().root_id.credit_immediate_is_cash
            and bool(lines)
            and all(
                line.nb_days == 0 and line.delay_type == "days_after" for line in lines
            )
        )

    def _credit_decide(self):
        """Decide on the quotations among these orders.

        :return: those that credit holds
        """
        Decision = self.env["credit.decision"].sudo()
        orders = self.filtered(
            lambda order: (
                order.state in ("draft", "sent") and order._credit_is_checked()
            )
        )
        if not orders:
            return orders
        decisions = Decision._take(orders)
        decisions._tell()
        held = decisions.filtered(lambda decision: decision.state == "held")
        return self.browse(held.order_id.ids)

    def _credit_ask(self, amount, reason, values=None):
        """Ask for a release of a confirmed order at a higher amount, or of a quotation
        that is held.

        :param float amount: the total that is wanted, in the order's currency
        :param dict values: what to write on the confirmed order once that is released
        :return: the held decision; empty if credit has room for it anyway
        """
        self.ensure_one()
        self.check_access("write")
        decision = self.sudo()._credit_waiting().get(self.sudo())
        if self.state in ("draft", "sent") and decision and decision.state == "held":
            decision._say_why(reason)
            return decision
        Decision = self.env["credit.decision"].sudo()
        more = self.currency_id.compare_amounts(amount, self.amount_total)
        # What is due at once is asked for as it is, to be due later
        later = Decision._live(self.sudo()).get(self.sudo(), Decision)
        if self.state != "sale" or more < (later.cash != "immediate"):
            raise UserError(
                self.env._(
                    "A release is asked for a confirmed order and for more than its "
                    "present total."
                )
            )
        if not self._credit_is_checked():
            return self.env["credit.decision"]
        if values:
            Decision._check_values(self.sudo(), values)
        return Decision._ask(self.sudo(), amount, reason, values)

    def _credit_left(self, was_confirmed):
        """Take decisions out of force once their orders are no longer theirs.

        Else a cancelled order could be confirmed again on credit that others have
        taken in the meantime.
        """
        left = was_confirmed.filtered(lambda order: order.state != "sale")
        cancelled = self.filtered(lambda order: order.state == "cancel")
        # Confirmed while nothing is checked: nobody has to decide any more.
        free = (self - was_confirmed).filtered(
            lambda order: order.state == "sale" and not order._credit_is_checked()
        )
        if not (left or cancelled or free):
            return
        Decision = self.env["credit.decision"].sudo()
        standing = Decision.search(
            [
                ("order_id", "in", (left | cancelled | free).ids),
                ("state", "in", (*LIVE, "held")),
            ]
        )
        standing._close("superseded")
        standing.order_id._credit_close_activities()
        if left or cancelled:
            Decision._retake_soon()

    # === BILLING === #

    def _create_invoices(self, *args, **kwargs):
        """Have a decision cover what is billed beyond what was decided on."""
        with self._credit_billing():
            return super()._create_invoices(*args, **kwargs)

    @contextmanager
    def _credit_billing(self):
        """Have a decision cover what is billed beyond what the orders still had: goods
        whose credit freed the room for others, or without what was to be taken off.
        Neither does more come onto invoices than was decided on, but what the customer
        has: that is asked for since it was delivered.
        """
        orders = self.sudo().filtered(
            lambda order: order.state == "sale" and order._credit_is_checked()
        )
        Exposure = self.env["credit.exposure"]
        before = Exposure._needs(orders.ids)
        yield
        after = Exposure._needs(orders.ids)
        Decision = self.env["credit.decision"].sudo()
        live = Decision._live(orders)
        grown = {}
        for order in orders:
            more = max(
                order._credit_notable(after[order.id] - before[order.id]),
                order._credit_beyond(live.get(order, Decision)),
            )
            if more:
                grown[order.id] = more
        if grown:
            orders = orders.browse(grown)
            done = orders.filtered(lambda order: order._credit_is_delivered())
            Decision._cover(orders, grown, done)

    def _credit_notable(self, amount):
        """Return an amount that is more than each line may be rounded, else 0."""
        return amount * (amount > self.currency_id.rounding * len(self.order_line))

    def _credit_beyond(self, decision):
        """Return what is on invoices that stand beyond what a decision covers; nothing
        where the customer has it: then it was asked for on delivery."""
        if not decision or self._credit_is_delivered():
            return 0.0
        billed = sum(
            line.price_total
            for line in self.order_line.invoice_lines
            if line.move_id.move_type == "out_invoice"
            and line.parent_state != "cancel"
            and line.move_id.payment_state != "reversed"
        )
        return self._credit_notable(billed - decision.covered_amount)

    def _credit_billed_later(self):
        """Return the lines of this order's invoices that are not due at once."""
        return self.order_line.invoice_lines.filtered(
            lambda line: (
                line.move_id.move_type == "out_invoice"
                and line.parent_state != "cancel"
                and line.move_id._credit_is_due_later()
            )
        )

    def _credit_is_delivered(self):
        """Tell whether the customer has all that is billed, as transfers or timesheets
        say: billing is a duty then. What somebody enters is none."""
        goods = self.order_line.filtered(
            lambda line: line.qty_invoiced > 0 and not line.is_downpayment
        )
        return bool(goods) and all(
            line.qty_delivered_method != "manual"
            and line.qty_delivered >= line.qty_invoiced
            for line in goods
        )

    # === TELLING === #

    def _send_order_notification_mail(self, mail_template, *args, **kwargs):
        """Do not let a customer believe that a held order is confirmed."""
        paid = self.env.ref("sale.mail_template_sale_payment_executed", False)
        if self.sudo().credit_hold and mail_template != paid:
            return None
        return super()._send_order_notification_mail(mail_template, *args, **kwargs)
