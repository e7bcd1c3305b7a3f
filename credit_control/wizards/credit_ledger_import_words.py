from odoo import models
from odoo.tools import format_date

from ..core import ledger as core


class CreditLedgerImport(models.TransientModel):
    """The part of the import that puts what it found and did into words."""

    _inherit = "credit.ledger.import"

    def _prepare_shown(self, plan):
        figures = core.figures(plan.rows, self.as_of)
        return {
            "recognised": self._recognised(plan.ledger),
            "customers": figures.customers,
            "invoices": figures.invoices,
            "settled": figures.settled,
            "later": self._later(plan),
            "receivables": float(figures.receivables),
            "overdue": float(figures.overdue),
        }

    def _later(self, plan):
        return sum(row.date > self.as_of for row in plan.ledger.rows)

    def _recognised(self, ledger):
        labels = self.env["credit.ledger.problem"]._column_labels()
        lines = [f"{labels[key]}: {header}" for key, header in ledger.columns.items()]
        return "\n".join(lines)

    def _report_lines(self, _plan, counts):
        lines = [
            self.env._("Invoices added: %(count)s", count=counts.invoices_new),
            self.env._("Already in the ledger: %(count)s", count=counts.invoices_known),
            self.env._("Invoices settled: %(count)s", count=counts.settled),
            self.env._("Customers added: %(count)s", count=counts.customers_new),
        ]
        if counts.later:
            lines.append(
                self.env._(
                    "Left out, dated after %(day)s: %(count)s",
                    day=format_date(self.env, self.as_of),
                    count=counts.later,
                )
            )
        return lines
