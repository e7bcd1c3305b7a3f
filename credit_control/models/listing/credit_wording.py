from odoo import api, models
from odoo.tools import format_date

from ...core.facts import ALWAYS_HOLD, NEVER_CHECK


class CreditWording(models.AbstractModel):
    """Words about customers who are on a list."""

    _inherit = "credit.wording"

    def _reason_never_check(self, finding, facts, money):
        return "\n".join(self._on_lists(facts, NEVER_CHECK))

    def _reason_always_hold(self, finding, facts, money):
        return "\n".join(self._on_lists(facts, ALWAYS_HOLD))

    def _on_lists(self, facts, kind):
        for listing in facts.listings:
            if listing.kind == kind:
                yield self._on_list(kind, listing.name, listing.until, listing.reason)

    @api.model
    def _on_list(self, kind, customer, until, reason):
        """Return the sentence that a customer is on a list, until when, and why."""
        values = {
            "customer": customer,
            "until": format_date(self.env, until),
            "reason": reason,
        }
        if kind == NEVER_CHECK:
            return self.env._(
                "%(customer)s is on the list “never check” until %(until)s: %(reason)s",
                **values,
            )
        return self.env._(
            "%(customer)s is on the list “always hold” until %(until)s: %(reason)s",
            **values,
        )

    def _cure_unlist(self, cure, facts, money):
        return self.env._(
            "Have a credit manager take the customer off the list “always hold”"
        )
