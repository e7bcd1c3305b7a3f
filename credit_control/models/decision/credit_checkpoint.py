from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL

from odoo.addons.trade_credit_base.core.money import more

from ...core.decision import decide
from ...core.facts import (
    ALWAYS_HOLD,
    HOLD,
    Facts,
    Further,
    Level,
    Listing,
    Rule,
    Verdict,
)
from ...core.stored import load
from .credit_decision import LIVE

# Rules that no policy can switch off: amounts without an exchange rate, the company's
# terms for customers without a credit file, and the list of who is always held.
STANDING_RULES = (
    Rule("no_rate", authority="manager"),
    Rule("no_file", authority="manager"),
    Rule("cash_only", authority="manager"),
    Rule(ALWAYS_HOLD, authority="manager", cash=True),
)


class Figures(NamedTuple):
    """An order as it comes before the rules, amounts in company currency.

    ``rate`` turns the order's currency into the company's. ``counted`` is what the
    exposure already holds of it, 0 for a quotation. ``chain`` are the debtor's file
    and its groups, ``ordered_by`` the file of the customer where another one is
    billed; both as {"file", "name", "hold"}. ``debtor`` and ``customer`` are
    commercial entities. ``decisions`` are those that are in force or open, newest
    first. ``need`` is what the order has to be covered for, in its own currency: its
    total, as long as nothing of it is billed and it cannot bring more onto the account.
    ``order_total`` is the larger of both. Of what is no order, ``document`` is the name
    of its model and its id, and "order" stands for it. A ``duty`` goes whatever the
    rules say, and is told: what is done already. ``listings`` are core Listings, None
    where nobody has read them yet.
    """

    order: int | None
    company: int
    debtor: int
    customer: int
    total: float
    order_total: float
    asked: float
    rate: float = 1.0
    counted: float = 0.0
    cash: str = ""
    chain: tuple = ()
    ordered_by: dict | None = None
    policy_version: int | None = None
    rules: tuple = ()
    missing: tuple = ()
    without_file: str = "free"
    decisions: tuple = ()
    need: float = 0.0
    listings: tuple | None = None
    document: tuple | None = None
    duty: bool = False

    @property
    def key(self):
        """:return: what tells documents apart, None where there is none"""
        return self.document or self.order

    @property
    def files(self):
        return [level["file"] for level in self.chain]

    def _with_billed(self, amount):
        """Return the figures with an amount, in the order's currency, that is on
        invoices and that nobody decided on."""
        more = amount * self.rate
        return self._replace(
            asked=self.asked + more,
            counted=self.counted + more,
            cash="" if self.cash != "prepaid" else self.cash,
        )

    @property
    def own_file(self):
        """:return: the debtor's own file, None without one"""
        return self.chain[0]["file"] if self.chain else None

    @property
    def free(self):
        """Tell whether the company wants nothing checked for this customer."""
        known = self.chain or self.ordered_by or self.listings
        return not known and self.without_file == "free"


# Figures as the database has them
AS_READ = ("company", "debtor", "customer", "ordered_by", "policy_version", "need")
AS_READ += ("without_file",)


class Case(NamedTuple):
    """An order, the facts about it and the verdict of the rules."""

    figures: Figures
    facts: Facts
    verdict: Verdict


class CreditCheckpoint(models.AbstractModel):
    """The check of orders by the rules: it gathers facts and asks the core.

    Nothing is written here. A method that spends credit on the answer makes the files
    serial first, see ``credit.file._serialize``.
    """

    _name = "credit.checkpoint"
    _description = "Credit Checkpoint"

    @api.model
    def _judge(self, figures, checkpoint, day=None, apart=False):
        """Decide on orders, one after the other: what one takes, the next cannot.

        A fixed number of statements for any number of orders, one more if any is held,
        and one if somebody's oldest items are small.

        :param figures: list of Figures
        :param str checkpoint: ``quotation``, ``confirmation``, ``growth``, ``invoice``
        :param date day: today if left out
        :param bool apart: each order as if it were the only one
        :return: list of Case, in the same order
        """
        day = day or self.env["res.company"]._trade_day()
        figures = self._with_listings(figures, day)
        files = {file_id for each in figures for file_id in each.files}
        floor = self._floor(figures)
        standings = self.env["credit.exposure"]._standings(files, day, floor)
        further = self._further_facts([each for each in figures if each.key], day)
        small = self._small_items(figures, standings, day)

        def facts_of(each, taken):
            facts = self._facts(each, standings, taken, day, further)
            return facts._replace(items=tuple(small.get(each.own_file, ())))

        items = dict(small)
        while True:
            cases = self._one_by_one(figures, checkpoint, apart, facts_of, items)
            held = [case.figures for case in cases if case.verdict.action == HOLD]
            unnamed = {each.own_file for each in held if each.chain} - items.keys()
            if not unnamed:
                return cases
            items |= self.env["credit.exposure"]._open_items(unnamed, day)

    def _one_by_one(self, figures, checkpoint, apart, facts_of, items):
        """Decide on orders in turn, each with what those before it took.

        :param facts_of: a function of Figures and {file id: what is taken}
        :param dict items: {file id: its open items}, named where an order is held, so
            that payment is a cure
        :return: list of Case
        """
        taken = {file_id: 0.0 for each in figures for file_id in each.files}
        for each in figures:
            self._take(taken, each, -each.counted)
        cases = []
        for each in figures:
            rules = self._rules(each.rules, checkpoint, each.asked)
            facts = facts_of(each, taken)
            verdict = decide(facts, rules)
            if verdict.action == HOLD and each.own_file in items:
                facts = facts._replace(items=tuple(items[each.own_file]))
                verdict = decide(facts, rules)
            if verdict.action != HOLD and not apart:
                self._take(taken, each, each.asked)
            cases.append(Case(each, facts, verdict))
        return cases

    def _floor(self, figures):
        """:return: the highest floor of the rules on what is late"""
        rules = [rule for each in figures for rule in each.rules]
        return max((rule.get("floor", 0.0) for rule in rules), default=0.0)

    def _small_items(self, figures, standings, day):
        """Name the open items of files whose oldest items are below a floor, and that
        come to their own: the rules add them up until they do.

        :return: {file id: [core Item, …]}
        """
        small = set()
        for each in figures:
            floors = list(filter(None, (rule.get("floor") for rule in each.rules)))
            own = standings[each.own_file] if each.chain and floors else None
            if own and own.oldest_due != own.floor_due:
                company = self.env["res.company"].browse(each.company).sudo()
                rounding = company.currency_id.rounding
                if not more(min(floors), own.parts["overdue"], rounding):
                    small.add(each.own_file)
        return self.env["credit.exposure"]._open_items(small, day) if small else {}

    def _take(self, taken, figures, amount):
        for file_id in figures.files:
            taken[file_id] += amount

    @api.model
    def _rules(self, snapshot, checkpoint, asked=0.0):
        """Return the core rules of a policy version's snapshot for a checkpoint. Extend
        where it depends on what is asked.

        :param snapshot: list of dicts as ``credit.policy.version.rules`` keeps them
        :param float asked: what is asked for, in company currency
        """
        return STANDING_RULES + self._policy_rules(snapshot, {checkpoint})

    @api.model
    def _policy_rules(self, snapshot, checkpoints):
        """Return the rules of a snapshot that are on at one of the checkpoints."""
        return tuple(
            load(Rule, rule)
            for rule in snapshot
            if checkpoints.intersection(rule["checkpoints"])
        )

    def _facts(self, figures, standings, taken, day, further):
        own = standings.get(figures.own_file)
        parts = own.parts if own else {}
        missing = set(figures.missing)
        levels = []
        for level in figures.chain:
            standing = standings[level["file"]]
            missing.update(standing.missing)
            exposure = standing.exposure + taken[level["file"]]
            levels.append(
                Level(
                    limit=standing.limit,
                    exposure=exposure,
                    set_off=standing.set_off,
                    **level,
                )
            )
        if figures.ordered_by:
            levels.append(Level(carries=False, **figures.ordered_by))
        company = self.env["res.company"].browse(figures.company).sudo()
        return Facts(
            day=day,
            asked=figures.asked,
            total=figures.total,
            cash=figures.cash,
            customer="file" if figures.chain else figures.without_file,
            levels=tuple(levels),
            receivable=parts.get("receivable", 0.0),
            overdue=parts.get("overdue", 0.0),
            oldest_due=own.oldest_due if own else None,
            missing_rates=tuple(sorted(missing)),
            further=tuple(further.get(figures.key, ())),
            rounding=company.currency_id.rounding,
            listings=figures.listings or (),
        )

    def _further_facts(self, figures, day):
        """Gather what the ``_facts_<kind>`` methods measure for kinds of other addons.

        Such a method takes (list of Figures, date) and returns {key of the figures:
        (measured, code of the cure)}; it is called once, for all documents, for each
        kind that a policy uses.
        """
        kinds = {rule["kind"] for each in figures for rule in each.rules}
        facts = {}
        for kind in sorted(kinds):
            gather = getattr(type(self), f"_facts_{kind}", None)
            for key, (measured, cure) in (
                gather(self, figures, day) if gather else {}
            ).items():
                facts.setdefault(key, []).append(Further(kind, measured, cure))
        return facts

    # === FIGURES === #

    @api.model
    def _figures(self, order_ids, day=None):
        """Return the figures of stored orders, in the order of their ids.

        :return: list of Figures
        """
        day = day or self.env["res.company"]._trade_day()
        orders = self.env["sale.order"].sudo().browse(order_ids)
        self.env.flush_all()
        rows = self.env.execute_query_dict(self._figures_sql(orders, day))
        touched = [row["id"] for row in rows if row["touched"]]
        parts = self.env["credit.exposure"]._order_parts(touched)
        levels = self._levels(rows)
        for row in rows:
            row |= parts.get(row["id"], {})
            steps = (row["parent_path"] or "").split("/")[:-1]
            row["chain"] = [levels[int(step)] for step in reversed(steps)]
        return [self._order_figures(row) for row in rows]

    def _levels(self, rows):
        """Return the debtors' files and those above them.

        :return: {file id: {"file", "name", "hold"}}
        """
        files = [
            (row["file_id"], row["file_name"], row["hold_reason"])
            for row in rows
            if row["file_id"]
        ]
        paths = {row["parent_path"] for row in rows if row["file_id"]}
        above = {int(step) for path in paths for step in path.split("/")[:-2]}
        if above:
            files += self.env.execute_query(
                SQL(
                    """SELECT id, partner_name, hold_reason FROM credit_file
                        WHERE id = ANY(%s)""",
                    list(above),
                )
            )
        return {
            file_id: {"file": file_id, "name": name, "hold": hold or ""}
            for file_id, name, hold in files
        }

    @api.model
    def _preview(self, order, day=None):
        """Return the figures of a quotation as it is on the screen, unsaved changes
        included.

        :return: Figures
        """
        day = day or self.env["res.company"]._trade_day()
        root = order.company_id.sudo().root_id
        debtor = order.partner_invoice_id.commercial_partner_id._origin
        customer = order.partner_id.commercial_partner_id._origin
        File = self.env["credit.file"]
        theirs = [("partner_id", "in", (debtor | customer).ids)]
        files = File.search([*theirs, ("company_id", "=", root.id)])
        files = files.grouped("partner_id")
        file = files.get(debtor, File)
        version = self._version(file, root)
        factor = self._factor(root, order.currency_id, day)
        need = order._credit_billable()
        paid = sum(
            tx.amount
            for tx in order._origin.transaction_ids
            if tx.state in ("authorized", "done")
        )
        row = {
            "id": None,
            "company": root.id,
            "debtor": debtor.id,
            "customer": customer.id,
            "amount_total": order.amount_total,
            "factor": factor,
            "ordered": need,
            "prepaid": paid,
            "paid": paid,
            "need": need,
            "immediate": order._credit_is_immediate(),
            "counts": False,
            "chain": [level._as_level() for level in file._upwards()],
            "ordered_by": files[customer]._as_level()
            if customer != debtor and customer in files
            else None,
            "policy_version": version.id,
            "rules": version.rules,
            "currency": order.currency_id.name,
            "without_file": root.credit_without_file,
        }
        return self._with_listings([self._order_figures(row)], day)[0]

    @api.model
    def _moved_figures(self, file, amount):
        """Return the figures of what is owed in a file already and nobody decided on.

        :return: Figures
        """
        version = self._version(file, file.company_id)
        return Figures(
            order=None,
            company=file.company_id.id,
            debtor=file.partner_id.id,
            customer=file.partner_id.id,
            total=amount,
            order_total=amount,
            asked=amount,
            counted=amount,
            chain=tuple(level._as_level() for level in file._upwards()),
            policy_version=version.id,
            rules=tuple(version.rules or ()),
        )

    @api.model
    def _with_listings(self, figures, day):
        """Return figures with the lists that their customers are on: those of orders
        have them, the others have them read by one statement for all.

        :param figures: list of Figures
        """
        asked = [each for each in figures if each.listings is None]
        if not asked:
            return figures
        self.env["credit.listing"].flush_model()
        listings = self.env["credit.listing"]._of_customers_sql(
            SQL("asked.debtor, asked.customer"), SQL("asked.company"), day
        )
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT debtor, customer, company, (%s)::jsonb
                     FROM unnest(%s, %s, %s) AS asked (debtor, customer, company)""",
                listings,
                [each.debtor for each in asked],
                [each.customer or None for each in asked],
                [each.company for each in asked],
            )
        )
        found = {tuple(who): self._loaded_listings(each) for *who, each in rows}
        return [
            each._replace(
                listings=found[each.debtor, each.customer or None, each.company]
            )
            if each.listings is None
            else each
            for each in figures
        ]

    def _loaded_listings(self, rows):
        return tuple(load(Listing, row) for row in rows or ())

    def _version(self, file, root):
        """Return the version of the policy in force for a file, or without one."""
        policy = file.policy_id or root.credit_default_policy_id
        return self.env["credit.policy.version"].search(
            [("policy_id", "=", policy.id)], limit=1
        )

    def _factor(self, company, currency, day):
        factor = self.env["credit.exposure"]._factor_sql(SQL("%s", currency.id), day)
        rows = self.env.execute_query(
            SQL(
                "SELECT (%s)::float FROM res_company root WHERE id = %s",
                factor,
                company.id,
            )
        )
        return rows[0][0] if rows else None

    def _order_figures(self, row):
        factor = row["factor"] or 0.0
        order_total = max(row["amount_total"], row["need"])
        asked = (row["ordered"] - row["prepaid"]) * factor
        cash = ""
        if row["paid"] and row["paid"] >= order_total - 0.005:
            cash = "prepaid"
        elif row["immediate"]:
            cash = "immediate"
        elif asked <= 0 and row["factor"]:
            cash = "nothing"
        return Figures(
            **{name: row[name] for name in AS_READ},
            order=row["id"],
            total=round(order_total * factor, 6),
            order_total=order_total,
            asked=round(asked, 6),
            rate=factor,
            counted=asked if row["counts"] else 0.0,
            cash=cash,
            chain=tuple(row["chain"] or ()),
            rules=tuple(row["rules"] or ()),
            missing=() if row["factor"] else (row["currency"],),
            listings=self._loaded_listings(row["listings"])
            if "listings" in row
            else None,
            decisions=tuple(row.get("decisions", ())),
        )

    def _figures_sql(self, orders, day):
        """Return the statement for orders. What none of them has is left out of it:
        PostgreSQL would plan for it each time."""
        Exposure = self.env["credit.exposure"]
        root, never = orders.company_id.root_id, SQL("FALSE")
        confirmed = any(order.state == "sale" for order in orders)
        foreign = any(
            order.currency_id != order.company_id.root_id.currency_id
            for order in orders
        )
        apart = any(order.partner_id != order.partner_invoice_id for order in orders)
        debtor = SQL("debtor.commercial_partner_id")
        return SQL(
            """
            SELECT sale_order.id, root.id AS company, %(debtor)s AS debtor,
                   %(customer)s AS customer,
                   root.credit_without_file AS without_file,
                   sale_order.amount_total::float,
                   %(currency)s AS currency, (%(factor)s)::float AS factor,
                   %(counts)s AS counts,
                   -- what holds until somebody delivers, bills or pays online
                   GREATEST(0, sale_order.amount_total)::float AS ordered,
                   0.0::float AS prepaid, 0.0::float AS paid,
                   sale_order.amount_total::float AS need, %(touched)s AS touched,
                   root.credit_immediate_is_cash AND %(immediate)s AS immediate,
                   file.id AS file_id, file.partner_name AS file_name,
                   file.parent_path, file.hold_reason, %(ordered_by)s AS ordered_by,
                   %(listings)s AS listings,
                   version.id AS policy_version, version.rules,
                   ARRAY(SELECT known.id FROM credit_decision known
                          WHERE known.order_id = sale_order.id
                            AND known.state = ANY(%(open)s)
                       ORDER BY known.id DESC) AS decisions
              FROM %(parties)s
              LEFT JOIN LATERAL (
                   SELECT id, rules FROM credit_policy_version
                    WHERE policy_id =
                        COALESCE(file.policy_id, root.credit_default_policy_id)
                 ORDER BY number DESC LIMIT 1) AS version ON TRUE
             WHERE sale_order.id = ANY(%(ids)s)
          ORDER BY sale_order.id
            """,
            parties=Exposure._parties_sql(root.id if len(root) == 1 else None, apart),
            debtor=debtor,
            customer=SQL("customer.commercial_partner_id") if apart else debtor,
            currency=self._currency_sql() if foreign else SQL("NULL"),
            factor=Exposure._factor_sql(SQL("sale_order.currency_id"), day)
            if foreign
            else SQL("1.0"),
            ordered_by=self._ordered_by_sql() if apart else SQL("NULL"),
            listings=self.env["credit.listing"]._of_customers_sql(
                SQL("%s, %s", debtor, SQL("customer.commercial_partner_id"))
                if apart
                else debtor,
                SQL("root.id"),
                day,
            ),
            counts=Exposure._order_counts_sql() if confirmed else never,
            immediate=self._immediate_sql() if orders.payment_term_id else never,
            touched=Exposure._order_touched_sql(),
            ids=orders.ids,
            open=[*LIVE, "held"],
        )

    def _currency_sql(self):
        return SQL("(SELECT name FROM res_currency WHERE id = sale_order.currency_id)")

    def _immediate_sql(self):
        """Return the condition that an order's payment term is due at once."""
        return SQL(
            """(SELECT bool_and(line.nb_days = 0 AND line.delay_type = 'days_after')
                  FROM account_payment_term_line line
                 WHERE line.payment_id = sale_order.payment_term_id)"""
        )

    def _ordered_by_sql(self):
        """Return the file of the customer, where another one is billed."""
        return SQL(
            """CASE WHEN customer.commercial_partner_id != debtor.commercial_partner_id
               THEN (SELECT json_build_object('file', own.id, 'name', own.partner_name,
                          'hold', COALESCE(own.hold_reason, ''))
                       FROM credit_file own
                      WHERE own.partner_id = customer.commercial_partner_id
                        AND own.company_id = root.id AND own.active) END"""
        )
