from odoo import fields, models


class CreditDecision(models.Model):
    """Decisions on invoices, and what those on orders leave to invoices."""

    _inherit = "credit.decision"

    set_aside = fields.Boolean(
        readonly=True,
        help="A program wanted to post the invoice: it is posted once it may be.",
    )

    def _values(self, case, order, checkpoint, before):
        values = super()._values(case, order, checkpoint, before)
        return values | {"set_aside": any(before.mapped("set_aside"))}

    def _covers_billed(self):
        """Return what invoices of an order may come to, as far as this decision on it
        goes: a release with its tolerance."""
        return max(self._release_most(), self.covered_amount)
