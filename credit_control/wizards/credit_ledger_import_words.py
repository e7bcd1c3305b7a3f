from odoo import models
from odoo.fields import Command
from odoo.tools import format_date

from ..core import ledger as core

SHOWN = 200  # bad rows on the screen; the file to download has all
NAMED = 20  # bad rows in an error message


class CreditLedgerImport(models.TransientModel):
    """The part of the import that puts what it found and did into words."""

    _inherit = "credit.ledger.import"

    def _show(self, plan):
        """Store what a plan found, for the form."""
        figures = core.figures(plan.rows, self.as_of)
        Problem = self.env["credit.ledger.problem"]
        shown = [Problem._prepare_values(item) for item in plan.problems[:SHOWN]]
        self.write(
            {
                "state": "checked",
                "recognised": self._recognised(plan.ledger),
                "customers": figures.customers,
                "invoices": figures.invoices,
                "settled": figures.settled,
                "later": self._later(plan),
                "receivables": float(figures.receivables),
                "overdue": float(figures.overdue),
                "bad": plan.bad_lines,
                "problem_ids": [Command.clear(), *map(Command.create, shown)],
                "problem_file": plan.problems and Problem._file(plan.problems),
                "result": self._is_refused(plan) and self._refusal(plan),
            }
        )

    def _later(self, plan):
        return sum(row.date > self.as_of for row in plan.ledger.rows)

    def _recognised(self, ledger):
        labels = self.env["credit.ledger.problem"]._column_labels()
        lines = [f"{labels[key]}: {header}" for key, header in ledger.columns.items()]
        return "\n".join(lines)

    def _refusal(self, plan):
        """Say that bad rows are in the way."""
        return self.env._(
            "Nothing was imported: %(bad)s bad rows. Mend the file, or skip them.",
            bad=plan.bad_lines,
        )

    def _refusal_in_detail(self, plan):
        """Say it, and what is wrong with the first bad rows."""
        Problem = self.env["credit.ledger.problem"]
        first = map(Problem._sentence, plan.problems[:NAMED])
        lines = [self._refusal(plan), *first]
        if len(plan.problems) > NAMED:
            more = len(plan.problems) - NAMED
            lines.append(self.env._("… and %(more)s more problems.", more=more))
        return "\n".join(lines)

    def _report(self, counts):
        """Say what an import did."""
        lines = [
            self.env._("Invoices added: %(count)s", count=counts.invoices_new),
            self.env._("Already in the books: %(count)s", count=counts.invoices_known),
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
        if counts.bad:
            lines.append(self.env._("Bad rows skipped: %(count)s", count=counts.bad))
        return "\n".join(lines)
