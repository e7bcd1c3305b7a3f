from odoo import models


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
            "Pay the items in collection, or promise to: see the case of %(customer)s",
            customer=self._debtor_of(facts),
        )

    def _cure_settle_legal(self, cure, facts, money):
        return self.env._(
            "Have the legal case of %(customer)s settled",
            customer=self._debtor_of(facts),
        )

    def _cure_ask_collection(self, cure, facts, money):
        return self.env._(
            "Have the order released: broken promises stop counting only with time"
        )

    def _debtor_of(self, facts):
        return facts.levels[0].name if facts.levels else self.env._("the customer")
