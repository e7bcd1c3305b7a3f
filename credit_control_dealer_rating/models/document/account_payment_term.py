from odoo import api, models

from ...core.payment import Part, Payment, ease

AT_ONCE = 0  # stands for no payment term in a comparison


class AccountPaymentTerm(models.Model):
    """Payment terms side by side."""

    _inherit = "account.payment.term"

    def _as_payment(self):
        """Return what the core compares; no payment term is due at once."""
        if not self:
            return Payment()
        return Payment(
            tuple(
                Part(
                    line.value_amount if line.value == "percent" else None,
                    line.nb_days,
                    line.delay_type,
                    self._month_day(line),
                )
                for line in self.line_ids
            ),
            self.discount_percentage if self.early_discount else 0.0,
            self.discount_days if self.early_discount else 0,
        )

    def _month_day(self, line):
        digits = line.days_next_month or ""
        return int(digits) if digits.isdecimal() else 1  # as Odoo does

    @api.model
    def _ease_by_given(self):
        """Compare all payment terms with each other; there are few of them.

        :return: {id of the one that is given: {id of another: ``easier``, ``equal``,
            ``stricter`` or ``other``}}; none is 0
        """
        known = self.sudo().with_context(active_test=False).search([])
        payments = {term.id: term._as_payment() for term in known}
        every = {AT_ONCE: Payment(), **payments}
        return {
            given: {asked: ease(ours, theirs) for asked, ours in every.items()}
            for given, theirs in payments.items()
        }
