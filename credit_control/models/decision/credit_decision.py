from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.trade_credit_base.models.shown.trade_shown import shown
from odoo.addons.trade_credit_base.windows import form_of, notice

from ...core.decision import decide
from ...core.facts import Facts, Verdict
from ...core.stored import dump, load

# A confirmed order is covered by a decision in one of these states.
LIVE = ("passed", "observed", "released")

# {order id: id of its newest decision}, of those that this transaction stored
STORED = "credit_decisions_stored"


class CreditDecision(models.Model):
    """One verdict on one document, an order, an invoice or a transfer: passed, held,
    released or rejected, by whom and why. What is named after the order is the
    document's.

    Facts, policy version and verdict are kept as they were, so that a decision can be
    replayed. Nobody has the right to write decisions; each change of state has one
    method, with its check.

    Source: the method's rule 2.3.
    """

    _name = "credit.decision"
    _description = "Credit Decision"
    _inherit = ["trade.shown"]
    _order = "id desc"
    _rec_name = "order_name"

    # The document
    order_id = fields.Many2one(
        "sale.order", index=True, ondelete="set null", readonly=True
    )
    move_id = fields.Many2one(
        "account.move",
        "Invoice",
        index="btree_not_null",
        ondelete="set null",
        readonly=True,
    )
    order_name = fields.Char("Document", required=True, readonly=True)
    order_amount = fields.Monetary(
        "Total", currency_field="order_currency_id", readonly=True
    )
    order_currency_id = fields.Many2one("res.currency", readonly=True)
    salesperson_id = fields.Many2one("res.users", readonly=True, index="btree_not_null")
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        required=True,
        index=True,
        readonly=True,
        help="The customer who is billed and will owe the money.",
    )
    ordered_by_id = fields.Many2one("res.partner", readonly=True)
    file_id = fields.Many2one("credit.file", "Credit File", index=True, readonly=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, readonly=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")

    # What was decided, by what
    checkpoint = fields.Selection(
        [
            ("confirmation", "Confirmation"),
            ("growth", "Order raised"),
            ("invoice", "Invoice"),
            ("adopted", "Taken over"),
        ],
        required=True,
        readonly=True,
        help="Taken over: confirmed before credit control knew of it.",
    )
    policy_version_id = fields.Many2one(
        "credit.policy.version", index=True, ondelete="restrict", readonly=True
    )
    facts = fields.Json(readonly=True)
    verdict = fields.Json(readonly=True)
    reasons = fields.Text(compute="_compute_words")
    holding_reasons = fields.Text("Why", compute="_compute_words")
    cures = fields.Text(compute="_compute_words")
    kind = fields.Selection(
        selection=lambda self: self._kinds(),
        string="Held By",
        help="The strictest rule that holds the order, or would have held it.",
        **shown("kind", "_compute_kind"),
    )
    asked = fields.Monetary("Credit Asked", readonly=True)
    exposure = fields.Monetary("Exposure Before", readonly=True)
    limit_amount = fields.Monetary("Limit", readonly=True)
    overdue = fields.Monetary(readonly=True)
    available = fields.Monetary(
        "Available Before",
        readonly=True,
        help="Limit less exposure, the order left out.",
    )
    cash = fields.Char(readonly=True)
    is_duty = fields.Boolean(
        "Had to Go",
        readonly=True,
        help="Delivered or paid already: it went whatever credit says, and is told.",
    )

    # What became of it
    state = fields.Selection(
        [
            ("held", "Held"),
            ("passed", "Passed"),
            ("observed", "Observed"),
            ("released", "Released"),
            ("rejected", "Rejected"),
            ("cured", "Cured"),
            ("superseded", "Superseded"),
        ],
        required=True,
        index=True,
        readonly=True,
    )
    covered_amount = fields.Monetary(
        currency_field="order_currency_id",
        readonly=True,
        help="What this decision covers of the document, in the document's currency.",
    )
    user_id = fields.Many2one("res.users", "Asked By", readonly=True)
    asked_on = fields.Datetime(readonly=True)
    age = fields.Integer("Days Waiting", compute="_compute_age")
    released_by_id = fields.Many2one("res.users", readonly=True)
    released_amount = fields.Monetary(currency_field="order_currency_id", readonly=True)
    released_left = fields.Monetary(
        "Still Released",
        currency_field="order_currency_id",
        readonly=True,
        help="What was released, less what the order gave up since: others may take "
        "that.",
    )
    released_until = fields.Date(readonly=True)
    rejected_by_id = fields.Many2one("res.users", readonly=True)
    reason = fields.Char("Reason Given", readonly=True)
    closed_on = fields.Datetime(readonly=True)
    previous_id = fields.Many2one("credit.decision", "Follows", readonly=True)
    may_release = fields.Boolean(compute="_compute_may_release")

    _release_signed = models.Constraint(
        "CHECK (state != 'released'"
        " OR (released_by_id IS NOT NULL AND reason IS NOT NULL))",
        "A release carries the name of who gave it, and why.",
    )
    _rejection_signed = models.Constraint(
        "CHECK (state != 'rejected'"
        " OR (rejected_by_id IS NOT NULL AND reason IS NOT NULL))",
        "A rejection carries the name of who gave it, and why.",
    )
    _open_one = models.UniqueIndex(
        "(order_id) WHERE state = 'held'", "An order waits for one decision at a time."
    )
    _open_one_invoice = models.UniqueIndex(
        "(move_id) WHERE state = 'held'", "An invoice waits for one decision at a time."
    )

    # === COMPUTE METHODS === #

    @api.depends_context("lang")
    @api.depends("facts", "verdict")
    def _compute_words(self):
        Wording = self.env["credit.wording"]
        for decision in self:
            decision.reasons = decision.holding_reasons = decision.cures = ""
            if decision.verdict:
                facts, verdict = decision._loaded()
                told = facts, verdict, decision.currency_id
                holding = verdict._replace(findings=verdict.holding)
                decision.reasons = "\n".join(Wording._reasons(*told))
                lines = Wording._reasons(facts, holding, decision.currency_id)
                text = "\n".join(lines)
                # A list shows them in one paragraph: a mark keeps them apart
                decision.holding_reasons = (
                    Wording._bullets(text) if len(lines) > 1 else text
                )
                decision.cures = "\n".join(Wording._cures(*told))

    @api.depends("verdict")
    def _compute_kind(self):
        self._compute_shown(["kind"])

    @api.depends("asked_on", "closed_on")
    def _compute_age(self):
        now = fields.Datetime.now()
        for decision in self:
            since = decision.asked_on or now
            decision.age = ((decision.closed_on or now) - since).days

    @api.depends_context("uid")
    def _compute_may_release(self):
        for decision in self:
            decision.may_release = not decision._release_objection(self.env.user)

    # === ACTION METHODS === #

    def action_replay(self):
        """Decide again on the stored facts by the stored rules and compare.

        :return: a notification that says whether the verdict is the same
        """
        self.ensure_one()
        same = self._replays()
        if same:
            words = self.env._("The same facts and rules give the same verdict.")
            return notice(words, "success")
        words = self.env._("Replayed, the verdict differs from what was stored.")
        return notice(words, "danger")

    def action_open_document(self):
        """Open what was decided on, as the user's own rights let it."""
        self.ensure_one()
        return form_of(self._document())

    # === BUSINESS METHODS === #

    @api.model
    def _links(self):
        """Return the fields that lead to what decisions are about. Extend with more.

        :return: {name of a model: name of the field}
        """
        return {"sale.order": "order_id", "account.move": "move_id"}

    def _document(self):
        """:return: the order, invoice or transfer that this is about; an empty set of
        orders once it is deleted"""
        self.ensure_one()
        found = (self[link] for link in self._links().values())
        return next(filter(None, found), self.order_id)

    def _by_document(self):
        """Return decisions by what they are about, model by model.

        :return: {name of a model: (documents, {id of a document: its decision})}
        """
        grouped = {}
        for name, link in self._links().items():
            own = self.filtered(link)
            if own:
                grouped[name] = own[link], {each[link].id: each for each in own}
        return grouped

    @api.model
    def _kinds(self):
        """Return the kinds of rules that hold orders, as a selection."""
        kind = self.env["credit.rule"]._fields["kind"]
        standing = {
            "no_rate": self.env._("No exchange rate"),
            "no_file": self.env._("No credit file"),
            "cash_only": self.env._("Cash only"),
            "always_hold": self.env._("Always hold"),
        }
        return [*kind._description_selection(self.env), *standing.items()]

    def _shown_sql(self, name, alias):
        if name != "kind":
            return super()._shown_sql(name, alias)
        return SQL(
            """(CASE %(table)s.verdict::jsonb->>'action' WHEN 'hold'
                THEN %(table)s.verdict::jsonb#>>'{findings,0,kind}' END)""",
            table=SQL.identifier(alias),
            to_flush=self._fields["verdict"],
        )

    def _loaded(self):
        """:return: (core Facts, core Verdict) as they were stored"""
        self.ensure_one()
        return load(Facts, self.facts), load(Verdict, self.verdict)

    def _replays(self):
        """Tell whether the stored facts and rules give the stored verdict again.

        An adopted order was never decided on and has nothing to differ from.
        """
        self.ensure_one()
        if not self.verdict:
            return True
        facts = load(Facts, self.facts)
        rules = self.env["credit.checkpoint"]._rules(
            self.policy_version_id.rules or (), self.checkpoint, facts.asked
        )
        return dump(decide(facts, rules)) == self.verdict

    def _close(self, state):
        """Take decisions out of force.

        :return: the decisions that changed; a second call changes none
        """
        open_ones = self.filtered(lambda d: d.state in (*LIVE, "held"))
        if not open_ones:
            return open_ones
        open_ones.write({"state": state, "closed_on": fields.Datetime.now()})
        # An order has one open decision: the next one is inserted at once.
        open_ones.flush_recordset(["state"])
        return open_ones

    # === STORING === #

    @api.model
    def _insert(self, values_list):
        """Store decisions by one statement; otherwise as :meth:`create` would.

        An order waits for this. ``create`` makes a record in memory for each amount,
        to find its currency, and took longer over it than deciding did.

        :param values_list: list of dicts, all with the same keys
        :return: the new decisions, in that order
        """
        if not values_list:
            return self.browse()
        written = self._rounded(values_list)
        fields = [self._fields[name] for name in written[0]]
        rows = [
            tuple(
                field.convert_to_column(value, self, validate=False)
                for field, value in zip(fields, values.values(), strict=True)
            )
            for values in written
        ]
        stored = self.env.execute_query(
            SQL(
                "INSERT INTO credit_decision (%s) VALUES %s RETURNING id",
                SQL(", ".join(field.name for field in fields)),
                SQL(", ").join(rows),
            )
        )
        decisions = self.browse(row[0] for row in stored)
        decisions._remember(written)
        return decisions

    def _rounded(self, values_list):
        """Return the values with amounts as their currencies have them, and with who
        wrote them and when."""
        amounts = [
            (name, self._fields[name].currency_field)
            for name in values_list[0]
            if self._fields[name].type == "monetary"
        ]
        who, now = self.env.uid, self.env.cr.now()
        log = {"create_uid": who, "create_date": now}
        log |= {"write_uid": who, "write_date": now}
        written = []
        for values in values_list:
            company = self.env["res.company"].browse(values["company_id"])
            order_currency = values["order_currency_id"]
            currencies = {
                None: company.currency_id,
                "order_currency_id": company.currency_id.browse(order_currency),
            }
            rounded = {name: currencies[of].round(values[name]) for name, of in amounts}
            written.append(values | rounded | log)
        return written

    def _remember(self, written):
        """Put what was just stored into the cache, so that nobody has to read it."""
        for name in (*self._links().values(), "file_id"):
            field = self._fields[name]
            lists = [inverse.name for inverse in self.pool.field_inverses[field]]
            ids = [values[name] for values in written if values.get(name)]
            self.env[field.comodel_name].browse(ids).invalidate_recordset(lists, False)
        for name in written[0]:
            field = self._fields[name]
            convert = field.convert_to_cache
            cached = (convert(values[name], self, False) for values in written)
            field._insert_cache(self, cached)
        self.modified(self._fields, create=True)
        orders = (values.get("order_id") for values in written)
        stored = self.env.cr.cache.setdefault(STORED, {})
        stored.update(zip(orders, self._ids, strict=True))
        stored.pop(None, None)

    @api.model
    def _live(self, orders):
        """:return: {order: the decision that covers it}"""
        # What was stored a moment ago need not be searched for, as long as it holds.
        stored = self.env.cr.cache.get(STORED, {})
        known = self.browse(stored[order] for order in orders._ids if order in stored)
        live = {each.order_id: each for each in known if each.state in LIVE}
        others = orders.filtered(lambda order: order not in live)
        if others:
            asked = [("order_id", "in", others.ids), ("state", "in", LIVE)]
            found = self.search(asked).grouped("order_id")
            live |= {order: each[:1] for order, each in found.items()}
        return live

    # === ORDERS CONFIRMED BEFORE === #

    @api.model
    def _adopt(self, files=None, companies=None):
        """Take over confirmed orders that no decision covers, as they are.

        So that an order from before credit control, or before its customer had a
        file, may be worked on and only its growth is checked.

        :param files: of these customers, or
        :param companies: of these companies, customers without a file included
        """
        self.env.flush_all()
        scope = (
            SQL("file.id = ANY(%s)", files.ids)
            if files is not None
            else SQL("root.id = ANY(%s)", companies.ids)
        )
        self._forget_uncovered(files, companies)
        Exposure = self.env["credit.exposure"]
        confirmed = SQL("sale_order.state = 'sale' AND %s", scope)
        # What is not billed yet may bring more onto the account than it comes to
        orders = SQL(
            """SELECT sale_order.id, sale_order.currency_id, sale_order.amount_total
                 FROM %s WHERE %s AND %s""",
            Exposure._parties_sql(),
            confirmed,
            Exposure._order_open_sql(),
        )
        self.env.cr.execute(
            SQL(
                """
                WITH %(parts)s
                INSERT INTO credit_decision (
                       order_id, order_name, order_amount, order_currency_id,
                       salesperson_id, partner_id, ordered_by_id, file_id, company_id,
                       checkpoint, state, covered_amount, user_id, asked_on, cash,
                       create_uid, write_uid, create_date, write_date)
                SELECT sale_order.id, sale_order.name, sale_order.amount_total,
                       sale_order.currency_id, sale_order.user_id,
                       debtor.commercial_partner_id, customer.commercial_partner_id,
                       file.id, root.id, 'adopted', 'passed',
                       GREATEST(sale_order.amount_total, part.need),
                       sale_order.user_id, sale_order.date_order, '',
                       %(uid)s, %(uid)s, %(now)s, %(now)s
                  FROM %(parties)s
                  LEFT JOIN order_part part ON part.id = sale_order.id
                 WHERE %(confirmed)s
                   AND NOT EXISTS (SELECT FROM credit_decision known
                                    WHERE known.order_id = sale_order.id
                                      AND known.state = ANY(%(live)s))
                """,
                parts=SQL(", ").join(Exposure._order_ctes(orders)),
                uid=self.env.uid,
                parties=Exposure._parties_sql(),
                now=self.env.cr.now(),
                confirmed=confirmed,
                live=list(LIVE),
            )
        )
        self.invalidate_model()

    def _forget_uncovered(self, files, companies):
        """Take decisions out of force whose order became another one while nobody
        checked it."""
        self.env.cr.execute(
            SQL(
                """
                UPDATE credit_decision known SET state = 'superseded'
                  FROM sale_order, res_partner debtor, res_partner customer
                 WHERE sale_order.id = known.order_id AND sale_order.state = 'sale'
                   AND %s AND debtor.id = sale_order.partner_invoice_id
                   AND customer.id = sale_order.partner_id AND known.state = ANY(%s)
                   AND (known.covered_amount < sale_order.amount_total
                        OR known.order_currency_id != sale_order.currency_id
                        OR known.partner_id != debtor.commercial_partner_id
                        OR known.ordered_by_id != customer.commercial_partner_id)
                """,
                SQL("known.file_id = ANY(%s)", files.ids)
                if files is not None
                else SQL("known.company_id = ANY(%s)", companies.ids),
                list(LIVE),
            )
        )
