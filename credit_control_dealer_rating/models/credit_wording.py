from odoo import models
from odoo.tools import format_list

from .credit_rule import WITHOUT_MEASURE


class CreditWording(models.AbstractModel):
    """Words for what policies ask about the rating."""

    _inherit = "credit.wording"

    # === REASONS === #

    def _reason_grade_unworthy(self, finding, facts, money):
        grade = self.env["dealer.grade"].sudo().browse(int(finding.measured)).exists()
        return self.env._(
            "The grade of %(customer)s gives no credit: %(grade)s.",
            customer=self._rating_of(facts),
            grade=grade.name or "?",
        )

    def _reason_no_rating(self, finding, facts, money):
        return self.env._(
            "There is no valid rating of %(customer)s.", customer=self._rating_of(facts)
        )

    def _reason_rating_age(self, finding, facts, money):
        return self.env._(
            "The rating of %(customer)s is old (days: %(days)s; tolerated: "
            "%(allowed)s).",
            customer=self._rating_of(facts),
            days=int(finding.measured),
            allowed=f"{finding.threshold:g}",
        )

    # === CURES === #

    def _cure_score_cards(self, cure, facts, money):
        return self.env._(
            "Have the cards of %(customer)s scored and the quarter confirmed",
            customer=self._rating_of(facts),
        )

    def _cure_ask_release(self, cure, facts, money):
        return self.env._("Ask for a release of the order")

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

    def _rating_of(self, facts):
        return facts.levels[0].name if facts.levels else self.env._("the customer")
