from odoo import models
from odoo.tools import format_list

from .credit_rule import WITHOUT_MEASURE


class CreditWording(models.AbstractModel):
    """Words for what policies ask about collection."""

    _inherit = "credit.wording"

    # === REASONS === #

    def _reason_collection_stage(self, finding, facts, money):
        return self.env._(
            "Collection from %(customer)s has reached day %(day)s of its procedure; "
            "day %(allowed)s is tolerated.",
            customer=self._debtor_of(facts),
            day=int(finding.measured),
            allowed=f"{finding.threshold:g}",
        )

    def _reason_collection_legal(self, finding, facts, money):
        return self.env._(
            "Legal action against %(customer)s is under way.",
            customer=self._debtor_of(facts),
        )

    def _reason_collection_broken(self, finding, facts, money):
        return self.env._(
            "%(customer)s broke promises to pay (broken: %(count)s; tolerated: "
            "%(allowed)s).",
            customer=self._debtor_of(facts),
            count=int(finding.measured),
            allowed=f"{finding.threshold:g}",
        )

    # === CURES === #

    def _cure_pay_collected(self, cure, facts, money):
        return self.env._(
            "Pay the items that collection was about last, or promise to: see the case "
            "of %(customer)s",
            customer=self._debtor_of(facts),
        )

    def _cure_settle_legal(self, cure, facts, money):
        return self.env._(
            "Have the legal case of %(customer)s settled",
            customer=self._debtor_of(facts),
        )

    def _cure_ask_collection(self, cure, facts, money):
        return self.env._(
            "Have the order released: promises were broken, and time alone heals that"
        )

    # === POLICIES === #

    def _rule_line(self, rule):
        if rule["kind"] not in WITHOUT_MEASURE:
            return super()._rule_line(rule)
        Rule = self.env["credit.rule"]
        words = {
            name: dict(Rule._fields[name]._description_selection(self.env))
            for name in ("kind", "action", "authority")
        }
        checkpoints = [
            Rule._fields[field]._description_string(self.env)
            for name, field in Rule._checkpoints().items()
            if name in rule["checkpoints"]
        ]
        return self.env._(
            "%(kind)s: %(action)s at %(checkpoints)s; released by %(authority)s",
            kind=words["kind"][rule["kind"]],
            action=words["action"][rule["action"]],
            checkpoints=format_list(self.env, checkpoints)
            or self.env._("no checkpoint"),
            authority=words["authority"][rule["authority"]],
        )

    def _debtor_of(self, facts):
        return facts.levels[0].name if facts.levels else self.env._("the customer")
