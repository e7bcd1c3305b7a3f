from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, date_utils

from odoo.addons.trade_credit_base.windows import form_of, list_of, shipped, shipped_for

from ...core.facts import HOLD
from ...groups import MANAGER

MONTHS = 12  # how long ago a customer last bought to be counted
FOUND = {"compute": "_compute_found"}
WAITING = {"compute": "_compute_waiting"}
CUSTOMERS = {"compute": "_compute_customers", "compute_sudo": True}
QUOTED = {"compute": "_compute_quoted", "compute_sudo": True}


class CreditOverview(models.Model):
    """How far a company is with credit control: its mode, what observing found, what
    is missing. One row for each head company; each figure opens its records."""

    _name = "credit.overview"
    _description = "Credit Control at a Glance"
    _auto = False
    _depends = {"res.company": ["parent_id"]}
    _rec_name = "company_id"

    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    mode = fields.Selection(related="company_id.credit_mode")
    mode_words = fields.Char(related="company_id.credit_mode_words")

    found_count = fields.Integer("Orders", **FOUND)
    found_amount = fields.Monetary("Credit Requested", **FOUND)
    found_since = fields.Date("Since", **FOUND)
    found_kinds = fields.Text("By Main Reason", **FOUND)
    waiting_count = fields.Integer("Held Documents", **WAITING)
    waiting_amount = fields.Monetary("Credit Requested by Held Documents", **WAITING)
    file_count = fields.Integer("With a Credit File", **CUSTOMERS)
    bare_count = fields.Integer("Without Limit", **CUSTOMERS)
    unknown_count = fields.Integer(
        "Active Customers without a Credit File",
        help="Customers with open items, or an order in the last 12 months.",
        **CUSTOMERS,
    )
    quoted_count = fields.Integer("Quotations That Would Be Held", **QUOTED)
    quoted_amount = fields.Monetary("Credit Requested by Quotations", **QUOTED)
    policy_id = fields.Many2one(related="company_id.credit_default_policy_id")
    floor = fields.Float(related="policy_id.floor")
    missing = fields.Text(compute="_compute_missing", compute_sudo=True)

    @property
    def _table_query(self):
        return SQL(
            "SELECT id, id AS company_id FROM res_company WHERE parent_id IS NULL"
        )

    # === COMPUTE METHODS === #

    def _compute_found(self):
        self.found_kinds = self.found_since = False
        self._sum_up("observed", "found")
        kinds = dict(self.env["credit.decision"]._kinds())
        found = self.env["credit.decision"]._read_group(
            self._decided("observed"),
            ["company_id", "kind"],
            ["__count", "asked:sum", "asked_on:min"],
            order="__count DESC",
        )
        for overview in self:
            own = [row[1:] for row in found if row[0].id == overview.id]
            if own:
                overview.found_since = min(row[3] for row in own)
                overview.found_kinds = "\n".join(
                    self.env._(
                        "%(reason)s: %(count)s (%(amount)s)",
                        reason=kinds.get(kind, kind),
                        count=count,
                        amount=overview.currency_id.format(amount),
                    )
                    for kind, count, amount, _since in own
                )

    def _compute_waiting(self):
        self._sum_up("held", "waiting")
        for overview in self:
            overview.waiting_amount -= overview._confirmed_already()

    def _confirmed_already(self):
        """Return what confirmed orders come to that are asked to be raised: only what
        is more waits."""
        raised = [*self._decided("held"), ("checkpoint", "=", "growth")]
        raised += [("company_id", "=", self.id)]
        day = self.company_id._trade_day()
        return sum(
            min(
                each.asked,
                each.order_currency_id._convert(
                    each.sudo().order_id.amount_total,
                    each.currency_id,
                    each.company_id,
                    day,
                ),
            )
            for each in self.env["credit.decision"].search(raised)
        )

    def _sum_up(self, state, prefix):
        """Write count and credit asked of the decisions that stand in a state."""
        sums = {
            company.id: figures
            for company, *figures in self.env["credit.decision"]._read_group(
                self._decided(state), ["company_id"], ["__count", "asked:sum"]
            )
        }
        for overview in self:
            count, amount = sums.get(overview.id, (0, 0.0))
            overview[f"{prefix}_count"] = count
            overview[f"{prefix}_amount"] = amount

    def _compute_customers(self):
        File = self.env["credit.file"]
        Opening = self.env["credit.file.opening"]
        counts = {
            company.id: count
            for company, count in File._read_group(
                [("company_id", "in", self.ids)], ["company_id"], ["__count"]
            )
        }
        for overview in self:
            company = overview.company_id
            overview.file_count = counts.get(overview.id, 0)
            overview.bare_count = len(File._without_limit(company))
            overview.unknown_count = len(Opening._sorted(company, MONTHS)["open"])

    def _compute_quoted(self):
        for overview in self:
            held = overview._quotations_held()
            overview.quoted_count = len(held)
            overview.quoted_amount = sum(case.facts.asked for case in held)

    @api.depends_context("lang")
    def _compute_missing(self):
        for overview in self:
            overview.missing = "\n".join(overview._what_is_missing())

    def _what_is_missing(self):
        """Yield what a job will lack: better before people have worked for it."""
        company = self.company_id.sudo()
        if not company.credit_default_policy_id.rule_ids:
            yield self.env._(
                "No policy with rules is chosen: only customers whose file names one "
                "are checked."
            )
        if not company._trade_staff(self.env.ref(MANAGER).sudo().all_user_ids):
            yield self.env._(
                "No credit manager works in this company: nobody grants a limit, or "
                "releases what only a manager may."
            )
        strays = self._strays()
        if strays:
            yield self.env._(
                "These customers became contacts of another company, and no order "
                "finds their credit file: %s",
                ", ".join(strays.mapped("partner_name")),
            )

    # === ACTION METHODS === #

    @api.model
    def action_open(self):
        """Open the overview of the current company, by that of its head company."""
        overview = self.browse(self.env.company.root_id.id)._checked()
        title = self.env._("Credit Control at a Glance")
        return form_of(overview, name=title, display_name=title)

    def action_open_found(self):
        """Open the decisions on orders that would have been held, by reason."""
        self._checked()
        return self._open_decisions("observed", {"search_default_group_kind": 1})

    def action_open_waiting(self):
        self._checked()
        return self._open_decisions("held", {})

    def action_open_files(self):
        company = [("company_id", "=", self._checked().id)]
        return shipped_for(self.env, "credit_control.credit_file_action", company)

    def action_open_bare(self):
        """Open the files on which no limit is in force."""
        company = self._checked().company_id
        bare = self.env["credit.file"]._without_limit(company)
        return shipped_for(
            self.env, "credit_control.credit_file_action", [("id", "in", bare.ids)]
        )

    def action_open_unknown(self):
        """Open the customers who buy and have no credit file."""
        company = self._checked().company_id
        found = self.env["credit.file.opening"]._sorted(company, MONTHS)
        name = self.env._("Active Customers without a Credit File")
        return list_of(self.env["res.partner"], name, [("id", "in", found["open"])])

    def action_open_quoted(self):
        """Open the quotations that would be held if they were confirmed today."""
        cases = self._checked().sudo()._quotations_held()
        held = [case.figures.order for case in cases]
        name = self.env._("Quotations That Would Be Held")
        return list_of(self.env["sale.order"], name, [("id", "in", held)])

    def action_open_policy(self):
        """Open the company's policy, to choose its floor or its rules."""
        return form_of(self._checked().policy_id)

    def action_import(self):
        """Open the dialog in which opening receivables are imported."""
        self._checked()
        return shipped(self.env, "credit_control.credit_ledger_import_action")

    # === BUSINESS METHODS === #

    def _checked(self):
        """Return this overview, for what is looked up as superuser from here on.

        :raises AccessError: if it is not one that the user may look at
        """
        self.check_access("read")
        self.ensure_one()
        return self

    def _foreseen(self):
        """Return what enforcing will mean, in sentences, before anybody saves it."""
        self.ensure_one()
        money = self.currency_id.format
        lines = [
            self.env._(
                "Open quotations that would be held if they were confirmed today: "
                "%(count)s (%(amount)s).",
                count=self.quoted_count,
                amount=money(self.quoted_amount),
            )
        ]
        if self.found_count:
            lines.append(
                self.env._(
                    "Confirmed orders that would have been held: %(count)s "
                    "(%(amount)s). They stay confirmed, and are checked when they are "
                    "raised.",
                    count=self.found_count,
                    amount=money(self.found_amount),
                )
            )
        if self.policy_id:
            lines.append(
                self.env._(
                    "The policy “%(policy)s” counts days from an overdue amount of "
                    "%(floor)s on. Another floor is chosen there.",
                    policy=self.policy_id.name,
                    floor=money(self.floor),
                )
            )
        if self.bare_count:
            lines.append(self._bare_words())
        return "\n".join([*lines, self.missing] if self.missing else lines)

    def _bare_words(self):
        holding = [("kind", "=", "no_limit"), ("action", "=", "hold")]
        rules = self.company_id.credit_default_policy_id.rule_ids
        if rules.filtered_domain([*holding, ("active", "=", True)]):
            return self.env._(
                "Credit files without a limit, whose orders would be held: %s.",
                self.bare_count,
            )
        return self.env._(
            "Credit files without a limit, where what is owed is not checked: %s.",
            self.bare_count,
        )

    def _decided(self, state):
        return [("company_id", "in", self.ids), ("state", "=", state)]

    def _open_decisions(self, state, context):
        return shipped(
            self.env,
            "credit_control.credit_decision_action",
            domain=self._decided(state),
            context=context,
        )

    def _quotations_held(self):
        """Return the cases of open quotations that would be held today, each as if it
        were the only one. Those that have expired, or are a year old, are left out."""
        self.ensure_one()
        day = self.company_id._trade_day()
        open_ones = Domain("company_id", "child_of", self.id) & Domain(
            "state", "in", ("draft", "sent")
        )
        valid = Domain("validity_date", "=", False) | Domain("validity_date", ">=", day)
        since = date_utils.subtract(day, months=MONTHS)
        quotations = self.env["sale.order"].search(
            open_ones & valid & Domain("date_order", ">=", since)
        )
        if not quotations:
            return []
        Checkpoint = self.env["credit.checkpoint"]
        figures = [
            each for each in Checkpoint._figures(quotations.ids, day) if not each.free
        ]
        cases = Checkpoint._judge(figures, "confirmation", day, apart=True)
        return [case for case in cases if case.verdict.action == HOLD]

    def _strays(self):
        """Return files whose customer is no company of its own any more."""
        contacts = [("company_id", "=", self.id), ("partner_id.parent_id", "!=", False)]
        files = self.env["credit.file"].search(contacts)
        return files.filtered(
            lambda file: file.partner_id.commercial_partner_id != file.partner_id
        )
