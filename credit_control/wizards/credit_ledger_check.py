from odoo import models
from odoo.fields import Command
from odoo.tools import format_date, formatLang

from odoo.addons.trade_credit_base.wizards.trade_sheet_import import SHOWN

from ..core import ledger as core


class CreditLedgerImport(models.TransientModel):
    """What the page says that checks a ledger, before anything is booked."""

    _inherit = "credit.ledger.import"

    def _prepare_shown(self, plan):
        ledger, figures = plan.ledger, core.figures(plan.rows, self.as_of)
        sums = core.figures(self._in_books(plan.rows), self.as_of)
        ask = self.env["credit.ledger.question"]._prepare
        unanswered = self.question_ids.filtered(lambda each: not each.choice_id)
        return {
            "question_ids": [
                *(Command.delete(each.id) for each in unanswered),
                *(Command.create(ask(each)) for each in plan.questions),
            ],
            "is_asking": bool(plan.questions),
            "recognised": self._recognised(ledger),
            "understood": "\n".join(self._understood(ledger)),
            "unused": ", ".join(ledger.unused),
            "varying": "\n".join(self._varying(ledger)),
            "misfits": "\n".join(self._misfits(ledger)),
            "by_currency": "\n".join(self._by_currency(plan)),
            "rows": len(ledger.rows) + len({each.line for each in ledger.problems}),
            "customers": figures.customers,
            "invoices": figures.invoices,
            "settled": figures.settled,
            "later": self._later(plan),
            "receivables": float(sums.receivables),
            "overdue": float(sums.overdue),
        }

    def _later(self, plan):
        return sum(row.date > self.as_of for row in plan.ledger.rows)

    # === WORDS === #

    def _refusal(self, plan):
        if plan.questions:
            return self.env._(
                "Nothing was imported: the file leaves %(count)s questions open. "
                "Answer them and check it again.",
                count=len(plan.questions),
            )
        return super()._refusal(plan)

    def _refusal_in_detail(self, plan):
        if not plan.questions:
            return super()._refusal_in_detail(plan)
        Question = self.env["credit.ledger.question"]
        asked = [Question._in_full(question) for question in plan.questions]
        return "\n".join([self._refusal(plan), *asked])

    def _recognised(self, ledger):
        labels = self.env["credit.ledger.problem"]._column_labels()
        lines = [f"{labels[key]}: {header}" for key, header in ledger.columns.items()]
        return "\n".join(lines)

    def _understood(self, ledger):
        """Yield what was taken from the file in another way than a line an invoice."""
        notes = {
            "by_name": self.env._(
                "Customers have no numbers: their names tell them apart."
            ),
            "unit": self.env._("Amounts are multiplied by %(count)s."),
            "repeated": self.env._(
                "Invoices on several lines that repeat the same amount, taken once: "
                "%(count)s"
            ),
            "parts": self.env._(
                "Invoices on several lines with parts of the amount, added up: "
                "%(count)s"
            ),
            "instalments": self.env._(
                "Invoices with several due dates, taken as instalments: %(count)s"
            ),
            "nothing": self.env._("Lines of which nothing is owed: %(count)s"),
            "void": self.env._("Drafts and cancelled invoices, left out: %(count)s"),
            "payable": self.env._("Lines that you owe, left out: %(count)s"),
            "left_out": self.env._("Lines left out as you chose: %(count)s"),
            "undated": self.env._(
                "Payments without a day, booked on the due date: %(count)s"
            ),
            "zeros": self.env._(
                "Customer numbers that differ in leading zeros only, taken as one: "
                "%(count)s"
            ),
            "totals": self.env._("Lines with totals, compared: %(count)s"),
        }
        for code, sentence in notes.items():
            if count := ledger.notes.get(code):
                yield sentence % {"count": count}

    def _varying(self, ledger):
        """Yield the customers with several names, and which one is taken."""
        for name in ledger.names[:SHOWN]:
            yield self.env._(
                "%(customer)s: %(taken)s (also %(others)s)",
                customer=name.customer,
                taken=name.taken,
                others=", ".join(name.others),
            )
        if more := len(ledger.names[SHOWN:]):
            yield self.env._("… and %(more)s more customers.", more=more)

    def _misfits(self, ledger):
        """Yield the totals that are not the sums of their lines."""
        labels = self.env["credit.ledger.problem"]._column_labels()
        for misfit in ledger.misfits[:SHOWN]:
            yield self.env._(
                "Line %(line)s, %(label)s: %(column)s says %(said)s, the lines come to "
                "%(found)s.",
                line=misfit.line,
                label=misfit.label,
                column=labels[misfit.column],
                said=formatLang(self.env, float(misfit.said)),
                found=formatLang(self.env, float(misfit.found)),
            )

    def _by_currency(self, plan):
        """Yield what is open in each currency, where there is more than that of the
        books."""
        own = self.currency_id.name
        for code in sorted({row.currency for row in plan.rows}):
            rows = [row for row in plan.rows if row.currency == code]
            sums = core.figures(rows, self.as_of)
            if code or len(rows) < len(plan.rows):
                yield self.env._(
                    "%(currency)s: %(invoices)s invoices, %(open)s open, %(overdue)s "
                    "overdue",
                    currency=code or own,
                    invoices=sums.invoices,
                    open=formatLang(self.env, float(sums.receivables)),
                    overdue=formatLang(self.env, float(sums.overdue)),
                )

    def _report_lines(self, _plan, counts):
        lines = [
            self.env._("Invoices added: %(count)s", count=counts.invoices_new),
            self.env._("Already in the ledger: %(count)s", count=counts.invoices_known),
            self.env._("Invoices settled: %(count)s", count=counts.settled),
            self.env._("Customers added: %(count)s", count=counts.customers_new),
        ]
        if counts.partly:
            lines.append(
                self.env._("Invoices paid in part: %(count)s", count=counts.partly)
            )
        if counts.later:
            lines.append(
                self.env._(
                    "Left out, dated after %(day)s: %(count)s",
                    day=format_date(self.env, self.as_of),
                    count=counts.later,
                )
            )
        return lines
