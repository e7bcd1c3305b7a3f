from collections import defaultdict

from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain
from odoo.tools import SQL, format_date

from ..core.ledger import Problem
from .credit_ledger_import import OPENING, Counts

BATCH = 500
TABLES = [
    SQL.identifier(name)
    for name in ("account_move", "account_move_line", "account_partial_reconcile")
]
QUIET = {
    "tracking_disable": True,
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
    "mail_notrack": True,
    "skip_analytic_sync": True,  # posting creates the analytic items anyway
}


class CreditLedgerImport(models.TransientModel):
    """The part of the import that finds and writes records.

    Nothing here is done as superuser: who imports needs the rights of an accountant.
    """

    _inherit = "credit.ledger.import"

    # === WHAT IS IN THE BOOKS === #

    def _find_customers(self, rows):
        """Find the customers by their code, archived ones too.

        An active one goes before an archived one, one of the company before a shared
        one.

        :return: {code: res.partner, several where it stays unclear, none if new}
        """
        Partner = self.env["res.partner"].with_context(active_test=False)
        company = Domain(Partner._check_company_domain(self.company_id))
        commercial = Domain("is_company", "=", True) | Domain("parent_id", "=", False)
        codes = {row.customer for row in rows}
        found = Partner.search(Domain("ref", "in", list(codes)) & company & commercial)
        by_code = found.grouped("ref")
        return {code: self._nearest(by_code.get(code, Partner)) for code in codes}

    def _nearest(self, partners):
        for name in ("active", "company_id"):
            partners = partners.filtered(name) or partners
        return partners

    def _find_invoices(self, rows, partners):
        """Find the invoices that are in the ledger already, in whatever state.

        :param partners: see :meth:`_find_customers`
        :return: {row: account.move}
        """
        ids = [partner.id for found in partners.values() for partner in found]
        moves = self.env["account.move"].search_fetch(
            Domain("company_id", "=", self.company_id.id)
            & Domain("move_type", "in", ("out_invoice", "out_refund"))
            & Domain("commercial_partner_id", "in", ids)
            & Domain("ref", "in", list({row.invoice for row in rows})),
            ["commercial_partner_id", "ref", "move_type", "state", "invoice_date_due"],
        )
        posted_last = moves.sorted(lambda move: move.state == "posted")
        books = {(m.commercial_partner_id, m.ref, m.move_type): m for m in posted_last}
        keys = {
            row: (partners[row.customer], row.invoice, _move_type(row)) for row in rows
        }
        return {row: books[key] for row, key in keys.items() if key in books}

    def _unclear_customers(self, rows, partners):
        for row in rows:
            if len(partners[row.customer]) > 1:
                yield Problem(row.line, "customer", "unclear_customer", row.customer)

    def _contradictions(self, known):
        """Yield a problem for each row that the books tell differently."""
        for row, move in known.items():
            if move.state != "posted":
                continue
            amount, currency = move.amount_total_signed, self.company_id.currency_id
            if currency.compare_amounts(amount, float(row.amount)):
                booked = f"{amount:.{currency.decimal_places}f}"
                yield Problem(
                    row.line, "amount", "other_amount", str(row.amount), booked
                )
            if move.invoice_date_due != row.due:
                booked = str(move.invoice_date_due)
                yield Problem(row.line, "due", "other_due", str(row.due), booked)

    # === BOOKING === #

    def _carry_out(self, plan):
        """Book a plan. After an error nothing of it is left.

        :rtype: Counts
        """
        quiet = self.with_context(**QUIET).with_company(self.company_id)
        with self.env.cr.savepoint():
            quiet._provide_journal()
            quiet._serialize()
            created = quiet._create_customers(plan)
            moves = plan.known | quiet._create_invoices(
                plan.new, plan.partners | created
            )
            settled = quiet._settle(moves)
        return Counts(
            customers=len({row.customer for row in plan.rows}),
            customers_new=len(created),
            invoices_new=len(plan.new),
            invoices_known=len(plan.known),
            settled=settled,
            later=self._later(plan),
            bad=plan.bad_rows,
        )

    def _provide_journal(self):
        """Give the invoices a journal of their own where none was chosen."""
        if self.journal_id:
            return
        Journal = self.env["account.journal"]
        if not Journal.has_access("create"):
            raise UserError(
                self.env._(
                    "Choose the journal of the invoices, or ask an administrator of "
                    "Invoicing to import: only they may open a new one."
                )
            )
        self.journal_id = Journal.create(
            {
                "name": self.env._("Opening Receivables"),
                "code": OPENING,
                "type": "sale",
                "company_id": self.company_id.id,
                "show_on_dashboard": False,
                "alias_name": False,
            }
        )

    def _serialize(self):
        """Let one import at a time into the journal.

        The invoices to come are compared with a snapshot of the ledger. After a write,
        PostgreSQL refuses a transaction with an older snapshot than the winner's
        commit, and Odoo retries it on a new one.
        """
        self.flush_recordset()
        self.env.cr.execute(
            SQL(
                "UPDATE account_journal SET sequence = sequence WHERE id = %s",
                self.journal_id.id,
            )
        )

    def _create_customers(self, plan):
        """:return: {code: res.partner} of those created"""
        names = {}
        for row in plan.new:
            if not plan.partners[row.customer]:
                names[row.customer] = names.get(row.customer) or row.name
        values = [
            {
                "name": name or code,
                "ref": code,
                "is_company": True,
                "company_id": self.company_id.root_id.id,
            }
            for code, name in names.items()
        ]
        return dict(zip(names, self.env["res.partner"].create(values), strict=True))

    def _create_invoices(self, rows, partners):
        """Create and post invoices, in the order of their dates.

        :return: {row: account.move}
        """
        moves = {}
        by_date = sorted(rows, key=lambda row: (row.date, row.line))
        for batch in _growing(by_date):
            values = [
                self._prepare_invoice(row, partners[row.customer]) for row in batch
            ]
            created = self.env["account.move"].create(values)
            created._post(soft=False)
            moves.update(zip(batch, created, strict=True))
            self._close_batch(batch)
        return moves

    def _prepare_invoice(self, row, partner):
        line = {
            "name": self.env._("Opening receivable %(invoice)s", invoice=row.invoice),
            "account_id": self.account_id.id,
            "quantity": 1,
            "price_unit": float(abs(row.amount)),
            # What Odoo would compute, and write, invoice by invoice
            "balance": -float(row.amount),
            "amount_currency": -float(row.amount),
            "tax_ids": [Command.clear()],
        }
        return {
            "move_type": _move_type(row),
            "journal_id": self.journal_id.id,
            "company_id": self.company_id.id,
            "currency_id": self.company_id.currency_id.id,
            "partner_id": partner.id,
            "ref": row.invoice,
            "payment_reference": row.invoice,
            "invoice_date": row.date,
            "date": row.date,
            "invoice_date_due": row.due,
            "invoice_payment_term_id": False,
            "invoice_user_id": partner.user_id.id,
            "invoice_line_ids": [Command.create(line)],
        }

    def _settle(self, moves):
        """Settle what the file says was settled by the day, one entry a day.

        :param moves: {row: account.move}
        :return: how many invoices were settled now
        """
        settled = {
            moves[row].id: row.settled
            for row in moves
            if row.settled and row.settled <= self.as_of
        }
        open_lines = self.env["account.move.line"].search(
            Domain("move_id", "in", list(settled))
            & Domain("display_type", "=", "payment_term")
            & Domain("parent_state", "=", "posted")
            & Domain("reconciled", "=", False)
        )
        days = defaultdict(list)
        for line in open_lines:
            days[settled[line.move_id.id]].append(line)
        for batch in _growing(sorted(days)):
            self._settle_days({day: days[day] for day in batch})
            self._close_batch(batch)
        return len(open_lines.move_id)

    def _close_batch(self, batch):
        """Write a batch, forget it, and let PostgreSQL look at the first ones.

        It counts tables in the background, and only what is committed. Planning for
        tables that it holds to be empty, some of Odoo's joins take minutes.
        """
        self.env.flush_all()
        self.env.invalidate_all(flush=False)
        if len(batch) < BATCH:
            self.env.cr.execute(SQL("ANALYZE %s", SQL(", ").join(TABLES)))

    def _settle_days(self, days):
        """
        :param days: {day: [open receivable line]}
        """
        values = [self._prepare_settlement(day, lines) for day, lines in days.items()]
        entries = self.env["account.move"].create(values)
        entries._post(soft=False)
        pairs = []
        for entry, lines in zip(entries, days.values(), strict=True):
            *payments, _total = entry.line_ids.sorted("sequence")
            pairs += [a + b for a, b in zip(lines, payments, strict=True)]
        self.env["account.move.line"]._reconcile_plan(pairs)

    def _prepare_settlement(self, day, lines):
        payments = [
            {
                "sequence": place,
                "name": line.move_id.ref,
                "account_id": line.account_id.id,
                "partner_id": line.partner_id.id,
                "balance": -line.amount_residual,
            }
            for place, line in enumerate(lines, start=1)
        ]
        total = {
            "sequence": len(lines) + 1,
            "name": self.env._("Opening receivables settled"),
            "account_id": self.settlement_account_id.id,
            "balance": -sum(payment["balance"] for payment in payments),
        }
        return {
            "move_type": "entry",
            "journal_id": self.settlement_journal_id.id,
            "company_id": self.company_id.id,
            "date": day,
            "ref": self.env._(
                "Opening receivables settled on %(day)s", day=format_date(self.env, day)
            ),
            "line_ids": [Command.create(line) for line in [*payments, total]],
        }


def _growing(items):
    """Yield items in batches of 100, 100, 200, 400, and then ``BATCH``."""
    done = 0
    while done < len(items):
        size = min(max(done, BATCH // 5), BATCH)
        yield items[done : done + size]
        done += size


def _move_type(row):
    return "out_refund" if row.amount < 0 else "out_invoice"
