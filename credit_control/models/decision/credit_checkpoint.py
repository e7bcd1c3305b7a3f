from typing import NamedTuple

from odoo import api, models

from ...core.decision import decide
from ...core.facts import HOLD, Facts, Further, Level, Rule, Verdict
from ...core.stored import load

# What no policy can switch off: an amount nobody can count, and the company's word on
# customers without a credit file.
STANDING_RULES = (
    Rule("no_rate", authority="manager"),
    Rule("no_file", authority="manager"),
    Rule("cash_only", authority="manager"),
)


class Figures(NamedTuple):
    """An order as it comes before the rules, amounts in company currency.

    ``rate`` turns the order's currency into the company's. ``counted`` is what the
    exposure already holds of it, 0 for a quotation. ``chain`` are the debtor's file
    and its groups, ``ordered_by`` the file of the customer where another one is
    billed; both as {"file", "name", "hold"}. ``debtor`` and ``customer`` are
    commercial entities. ``decisions`` are those that are in force or open, newest
    first. ``need`` is what the order has to be covered for, in its own currency: its
    total, as long as nothing of it is billed.
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

    @property
    def files(self):
        return [level["file"] for level in self.chain]

    @property
    def free(self):
        """Tell whether the company wants nothing checked for this customer."""
        return not self.chain and not self.ordered_by and self.without_file == "free"


class Case(NamedTuple):
    """An order that was brought before the rules, and what came of it."""

    figures: Figures
    facts: Facts
    verdict: Verdict


class CreditCheckpoint(models.AbstractModel):
    """Brings orders before the rules: gathers facts, asks the core.

    Nothing is written here. Whoever spends credit on the answer makes the files
    serial first, see ``credit.file._serialize``.
    """

    _name = "credit.checkpoint"
    _description = "Credit Checkpoint"

    @api.model
    def _judge(self, figures, checkpoint, day=None):
        """Decide on orders, one after the other: what one takes, the next cannot.

        A fixed number of statements for any number of orders, one more if any is held.

        :param figures: list of Figures
        :param str checkpoint: ``quotation``, ``confirmation`` or ``growth``
        :param date day: today if left out
        :return: list of Case, in the same order
        """
        day = day or self.env["res.company"]._trade_day()
        files = {file_id for each in figures for file_id in each.files}
        standings = self.env["credit.exposure"]._standings(files, day)
        taken = dict.fromkeys(files, 0.0)
        for each in figures:
            self._take(taken, each, -each.counted)
        further = self._further_facts([each for each in figures if each.order], day)
        cases = []
        for each in figures:
            facts = self._facts(each, standings, taken, day, further)
            verdict = decide(facts, self._rules(each.rules, checkpoint))
            if verdict.action != HOLD:
                self._take(taken, each, each.asked)
            cases.append(Case(each, facts, verdict))
        return self._with_cures(cases, checkpoint, day)

    def _take(self, taken, figures, amount):
        for file_id in figures.files:
            taken[file_id] += amount

    def _with_cures(self, cases, checkpoint, day):
        """Name the open items of those that are held, so that payment is a cure."""
        held = [case for case in cases if case.verdict.action == HOLD]
        own = {case.figures.files[0] for case in held if case.figures.chain}
        if not own:
            return cases
        items = self.env["credit.exposure"]._open_items(own, day)
        told = []
        for case in cases:
            if case.verdict.action == HOLD and case.figures.chain:
                facts = case.facts._replace(items=tuple(items[case.figures.files[0]]))
                verdict = decide(facts, self._rules(case.figures.rules, checkpoint))
                case = case._replace(facts=facts, verdict=verdict)
            told.append(case)
        return told

    @api.model
    def _rules(self, snapshot, checkpoint):
        """Return the core rules of a policy version's snapshot for a checkpoint.

        :param snapshot: list of dicts as ``credit.policy.version.rules`` keeps them
        """
        return STANDING_RULES + tuple(
            load(Rule, rule) for rule in snapshot if checkpoint in rule["checkpoints"]
        )

    def _facts(self, figures, standings, taken, day, further):
        own = standings.get(figures.files[0]) if figures.chain else None
        parts = own.parts if own else {}
        missing = set(figures.missing)
        levels = []
        for level in figures.chain:
            standing = standings[level["file"]]
            missing.update(standing.missing)
            exposure = standing.exposure + taken[level["file"]]
            levels.append(Level(limit=standing.limit, exposure=exposure, **level))
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
            further=tuple(further.get(figures.order, ())),
            rounding=company.currency_id.rounding,
        )

    def _further_facts(self, figures, day):
        """Gather what the ``_facts_<kind>`` methods measure for kinds of other addons.

        Such a method takes (list of Figures, date) and returns {order id: (measured,
        code of the cure)}; it is called once, for all orders, for each kind that a
        policy uses.
        """
        kinds = {rule["kind"] for each in figures for rule in each.rules}
        facts = {}
        for kind in sorted(kinds):
            gather = getattr(type(self), f"_facts_{kind}", None)
            for order, (measured, cure) in (
                gather(self, figures, day) if gather else {}
            ).items():
                facts.setdefault(order, []).append(Further(kind, measured, cure))
        return facts
