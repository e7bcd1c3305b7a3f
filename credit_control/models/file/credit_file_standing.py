from odoo import api, fields, models

from odoo.addons.trade_credit_base.windows import list_of, shipped

from ..exposure.credit_exposure import MEMO, SUMMED, Standing


class CreditFile(models.Model):
    """The standing of a file on its form: limit, exposure, room; each figure opens
    its records. The figures of a group include its members', as its exposure does."""

    _inherit = "credit.file"

    # What was granted
    limit_amount = fields.Monetary("Limit in Force", compute="_compute_standing")
    has_limit = fields.Boolean(compute="_compute_standing")

    # What is owed
    receivable = fields.Monetary(compute="_compute_standing")
    overdue = fields.Monetary(compute="_compute_standing")
    due_30 = fields.Monetary("1–30 Days", compute="_compute_standing")
    due_60 = fields.Monetary("31–60 Days", compute="_compute_standing")
    due_90 = fields.Monetary("61–90 Days", compute="_compute_standing")
    due_over = fields.Monetary("Over 90 Days", compute="_compute_standing")
    to_come = fields.Monetary(
        "Invoices to Come",
        compute="_compute_standing",
        help="Posted and dated later: they count until their day, then as receivable.",
    )
    draft = fields.Monetary("Invoices in Draft", compute="_compute_standing")
    ordered = fields.Monetary("Orders Not Invoiced", compute="_compute_standing")
    delivered = fields.Monetary("Of Which Delivered", compute="_compute_standing")
    bills = fields.Monetary(
        "Bills and Cheques in Hand",
        compute="_compute_standing",
        help="Taken for invoices, and not honoured yet: they count until they are.",
    )
    prepaid = fields.Monetary("Paid Online, Not Booked", compute="_compute_standing")
    advances = fields.Monetary(
        "Paid in Advance",
        compute="_compute_standing",
        help="The customer's money on accounts of advances: it is taken off.",
    )
    other = fields.Monetary("Other Exposure", compute="_compute_standing")
    exposure = fields.Monetary(
        compute="_compute_standing", help="All of it, members of the group included."
    )
    available = fields.Monetary(
        compute="_compute_standing",
        help="The least that this file and the groups above it leave available.",
    )
    payable = fields.Monetary(
        "We Owe Them",
        compute="_compute_standing",
        help="As a supplier. It is set off where the company's settings say so.",
    )
    set_off = fields.Monetary(
        "Of Which Set Off",
        compute="_compute_standing",
        help="It raises what is available.",
    )
    usage = fields.Float("Use (%)", compute="_compute_standing")
    missing_rates = fields.Char(compute="_compute_standing")

    held_count = fields.Integer("Held Documents", compute="_compute_held_count")

    # === COMPUTE METHODS === #

    @api.depends("limit_ids", "parent_id", "active")
    def _compute_standing(self):
        above = {file: file._origin._upwards() for file in self}
        ids = {each.id for chain in above.values() for each in chain}
        standings = self.env["credit.exposure"]._standings(
            ids, self.company_id[:1]._trade_day(), payable=True
        )
        for file in self:
            standing = standings.get(file._origin.id, Standing({}, {}))
            for name in SUMMED + MEMO:
                file[name] = standing.whole.get(name, 0.0)
            limit = standing.limit
            file.exposure = standing.exposure
            file.limit_amount = limit or 0.0
            file.has_limit = limit is not None
            rooms = [
                standings[each.id].available
                for each in above[file]
                if standings[each.id].limit is not None
            ]
            file.available = min(rooms) if rooms else standing.available
            file.usage = self._usage(file.exposure, limit)
            file.missing_rates = ", ".join(standing.missing)

    def _compute_held_count(self):
        counts = dict(
            self.env["credit.decision"]._read_group(
                [("file_id", "in", self.ids), ("state", "=", "held")],
                ["file_id"],
                ["__count"],
            )
        )
        for file in self:
            file.held_count = counts.get(file._origin, 0)

    def _usage(self, exposure, limit):
        """Return the percentage of a limit that is used; a limit of zero is full."""
        if limit:
            return 100 * exposure / limit
        return 100.0 if limit == 0 and exposure > 0 else 0.0

    # === ACTION METHODS === #

    def action_open_receivable(self):
        """Open what is open today, payments and credit notes among it."""
        owed = [("kind", "=", "owed")]
        return self._open_items(self.env._("Receivable"), owed)

    def action_open_overdue(self):
        """Open the items that are late today, once credits are taken off."""
        late = [("kind", "=", "owed"), ("net", ">", 0), ("days_late", ">", 0)]
        return self._open_items(self.env._("Overdue"), late)

    def action_open_to_come(self):
        """Open the posted invoices that are dated later."""
        come = [("kind", "=", "to_come")]
        return self._open_items(self.env._("Invoices to Come"), come)

    def action_open_bills(self):
        """Open the bills and cheques in hand, by the day on which they fall due."""
        return self._open_beside(self.env._("Bills and Cheques in Hand"), "bill")

    def action_open_advances(self):
        """Open what the customer paid in advance, as far as it is not used yet."""
        return self._open_beside(self.env._("Paid in Advance"), "advance")

    def action_open_payable(self):
        """Open what we owe who is a supplier, too."""
        return self._open_beside(self.env._("We Owe Them"), "payable")

    def action_open_draft(self):
        return self._open(
            name=self.env._("Invoices in Draft"),
            model="account.move",
            domain=[
                *self.env["credit.exposure"]._draft_counts_domain(
                    self.company_id[:1]._trade_day()
                ),
                ("partner_id.commercial_partner_id", "in", self._entities().ids),
            ],
        )

    def action_open_ordered(self):
        return self._open(
            name=self.env._("Orders Not Invoiced"),
            model="sale.order",
            domain=[
                ("state", "=", "sale"),
                ("invoice_status", "!=", "invoiced"),
                (
                    "partner_invoice_id.commercial_partner_id",
                    "in",
                    self._entities().ids,
                ),
            ],
        )

    def action_open_limits(self):
        self.ensure_one()
        return shipped(
            self.env,
            "credit_control.credit_limit_action",
            domain=[("file_id", "=", self.id)],
            context={},
        )

    def action_open_held(self):
        self.ensure_one()
        return shipped(
            self.env,
            "credit_control.credit_decision_action",
            domain=[("file_id", "child_of", self.id), ("state", "=", "held")],
            context={},
        )

    # === BUSINESS METHODS === #

    def _entities(self):
        """Return the customers that count, members of the group included."""
        members = self.sudo().with_context(active_test=False)
        return members.search([("id", "child_of", self.ids)]).partner_id

    def _open_beside(self, name, kind):
        return self._open_items(
            name,
            [("kind", "=", kind), ("net", ">", 0)],
            "trade_credit_base.trade_beside_item_action",
        )

    def _open_items(
        self, name, which, action="trade_credit_base.trade_open_item_action"
    ):
        """Return an action on open items of today.

        :param list which: a domain of ``trade.open.item``
        :param str action: the xml id of one on such items
        """
        self.ensure_one()
        customers = self._entities().ids
        return shipped(
            self.env,
            action,
            name=name,
            domain=[
                ("company_id", "=", self.company_id.id),
                ("partner_id", "in", customers),
                *which,
            ],
            context={
                "trade_customers": customers,
                "search_default_day": fields.Date.to_string(
                    self.company_id._trade_day()
                ),
            },
        )

    def _open(self, name, model, domain):
        self.ensure_one()
        companies = ("company_id", "child_of", self.company_id.id)
        kinds = ("list", "kanban", "form")  # cards show the amount on a phone
        return list_of(
            self.env[model],
            name,
            [companies, *domain],
            views=[(False, kind) for kind in kinds],
        )
