from collections import defaultdict
from decimal import Decimal

from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain
from odoo.tools import SQL, format_date

from ..core.ledger import Problem, left_at
from .credit_ledger_import import OPENING, Counts
from .credit_sheet_import import QUIET

BATCH = 500
TABLES = [
    SQL.identifier(name)
    for name in ("account_move", "account_move_line", "account_partial_reconcile")
]
KNOWN_FIELDS = [
    *("commercial_partner_id", "ref", "move_type", "state", "invoice_date_due"),
    *("currency_id", "amount_total_in_currency_signed"),
]
BOOKING = QUIET | {
    "skip_analytic_sync": True,  # posting creates the analytic items anyway
    # An invoice comes with all its lines: nothing is left to derive from the others
    "skip_invoice_sync": True,
}


class CreditLedgerImport(models.TransientModel):
    """The part of the import that finds and writes records.

    Nothing here is done as superuser: who imports needs the rights of an accountant.
    """

    _inherit = "credit.ledger.import"

    # === WHAT IS IN THE BOOKS === #

    def _find_customers(self, rows, by_name):
        """Find the customers by their number (spreadsheets drop its leading zeros) or,
        in a file without numbers, by their name or what was taken for a number once;
        archived ones too.

        An active one goes before an archived one, one of the company before a shared
        one.

        :return: {code: res.partner, several where it stays unclear, none if new}
        """
        Partner = self.env["res.partner"]
        company = Domain(Partner._check_company_domain(self.company_id))
        commercial = Domain("is_company", "=", True) | Domain("parent_id", "=", False)
        codes = {row.customer for row in rows}
        known = self._known_customers(
            codes, codes if by_name else (), company & commercial
        )
        find = known.named if by_name else known.numbered
        return {code: self._nearest(find(code)) for code in codes}

    def _find_invoices(self, rows, partners):
        """Find the invoices that are in the ledger already, in whatever state. Of
        instalments, which bear one number, the due date tells which is which.

        :param partners: see :meth:`_find_customers`
        :return: {row: account.move}
        """
        ids = [partner.id for found in partners.values() for partner in found]
        moves = self.env["account.move"].search_fetch(
            Domain("company_id", "=", self.company_id.id)
            & Domain("move_type", "in", ("out_invoice", "out_refund"))
            & Domain("commercial_partner_id", "in", ids)
            & Domain("ref", "in", list({row.invoice for row in rows})),
            KNOWN_FIELDS,
        )
        booked, told = defaultdict(list), defaultdict(list)
        for move in moves.sorted(lambda move: move.state != "posted"):
            key = move.commercial_partner_id, move.ref, move.move_type
            booked[key].append(move)
        for row in rows:
            told[partners[row.customer], row.invoice, _move_type(row)].append(row)
        return {
            row: move
            for key in told.keys() & booked.keys()
            for row, move in _pairs(told[key], booked[key])
        }

    def _unclear_customers(self, rows, partners):
        for row in rows:
            if len(partners[row.customer]) > 1:
                yield Problem(row.line, "customer", "unclear_customer", row.customer)

    def _contradictions(self, known, ledger):
        """Yield a problem for each row that the books tell differently.

        A file of what is open says nothing of the amount that was invoiced.
        """
        told = {"amount", "local_amount", "debit", "paid"} & ledger.columns.keys()
        for row, move in known.items():
            if move.state != "posted":
                continue
            currency, code = move.currency_id, row.currency or self.currency_id.name
            amount = move.amount_total_in_currency_signed
            if currency.name != code:
                yield Problem(
                    row.line, "currency", "other_currency", code, currency.name
                )
            elif told and currency.compare_amounts(amount, float(row.amount)):
                booked = f"{amount:.{currency.decimal_places}f}"
                yield Problem(
                    row.line, "amount", "other_amount", str(row.amount), booked
                )
            if move.invoice_date_due != row.due:
                booked = str(move.invoice_date_due)
                yield Problem(row.line, "due", "other_due", str(row.due), booked)

    # === CURRENCIES === #

    def _without_rate(self, rows):
        """Yield a problem for each row in a currency that nobody gave a rate."""
        codes = self._unrated(
            {row.currency for row in rows if row.currency and row.local is None}
        )
        for row in rows:
            if row.currency in codes and row.local is None:
                own = self.currency_id.name
                yield Problem(row.line, "currency", "no_rate", row.currency, own)

    def _in_books(self, rows):
        """:return: the rows in the currency of the books, as they will be booked"""
        return [row._replace(**self._booked(row), currency="") for row in rows]

    def _booked(self, row):
        if not row.currency:
            return {}
        local = self._balance(row)
        left = row.left and Decimal(
            str(self.currency_id.round(float(row.left * local / row.amount)))
        )
        return {"amount": local, "left": left}

    def _balance(self, row):
        """:return: the amount of a row in the currency of the books"""
        if not row.currency:
            return row.amount
        if row.local is not None:
            return row.local
        own = self.currency_id
        rate = self.env["res.currency"]._get_conversion_rate(
            self._currency(row.currency), own, self.company_id, row.date
        )
        return Decimal(str(own.round(float(row.amount) * rate)))

    # === BOOKING === #

    def _carry_out(self, plan):
        """Book a plan. After an error nothing of it is left.

        :rtype: Counts
        """
        quiet = self.with_context(**BOOKING).with_company(self.company_id)
        with self.env.cr.savepoint():
            quiet._provide_journal()
            quiet._serialize()
            created = quiet._create_customers(plan)
            moves = plan.known | quiet._create_invoices(
                plan.new, plan.partners | created
            )
            settled, partly = quiet._settle(moves)
        return Counts(
            customers=len({row.customer for row in plan.rows}),
            customers_new=len(created),
            invoices_new=len(plan.new),
            invoices_known=len(plan.known),
            settled=settled,
            partly=partly,
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
        by_name = plan.ledger.by_name
        values = [
            {
                "name": name or code,
                "ref": not by_name and code,
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
            with created._credit_by_books():
                self._number(created)
                drafts = created.filtered(lambda move: move.state == "draft")
                drafts._post(soft=False)
            moves.update(zip(batch, created, strict=True))
            self._close_batch(batch)
        return moves

    def _number(self, moves):
        """Give invoices their numbers, in the order of their dates.

        Odoo posts and numbers the first of each series, as a year is, and so locks it;
        to look for the last number again for each of the others would take a fifth of
        the time.
        """
        series, reset = {}, None
        for move in moves.sorted(lambda move: (move.date, move.ref, move.id)):
            kind = move.journal_id.refund_sequence and move.move_type
            key = reset and (kind, *move._get_sequence_date_range(reset))
            if key not in series:
                move._post(soft=False)
                reset = move._deduce_sequence_number_reset(move.name)
                key = kind, *move._get_sequence_date_range(reset)
                series[key] = move._get_sequence_format_param(move.name)
                continue
            form, values = series[key]
            values["seq"] += 1
            move.name = form.format(**values)

    def _prepare_invoice(self, row, partner):
        balance = float(self._balance(row))
        line = {
            "name": self.env._("Opening receivable %(invoice)s", invoice=row.invoice),
            "account_id": self.account_id.id,
            "quantity": 1,
            "price_unit": float(abs(row.amount)),
            "display_type": "product",
            "analytic_distribution": False,
            "balance": -balance,
            "amount_currency": -float(row.amount),
            "tax_ids": [Command.clear()],
        }
        owed = {
            "name": row.invoice,
            "display_type": "payment_term",
            "date_maturity": row.due,
            "balance": balance,
            "amount_currency": float(row.amount),
        }
        values = {
            "move_type": _move_type(row),
            "journal_id": self.journal_id.id,
            "company_id": self.company_id.id,
            "currency_id": self.currency_id.id,
            "partner_id": partner.id,
            "ref": row.invoice,
            "trade_number": row.invoice,
            "payment_reference": row.invoice,
            "invoice_origin": row.reference or False,
            "invoice_date": row.date,
            "date": row.date,
            "invoice_date_due": row.due,
            "invoice_payment_term_id": False,
            "fiscal_position_id": False,
            "invoice_user_id": partner.user_id.id,
            "line_ids": [Command.create(line), Command.create(owed)],
        }
        if row.currency:
            values["currency_id"] = self._currency(row.currency).id
            values["invoice_currency_rate"] = abs(float(row.amount) / balance)
        return values

    def _settle(self, moves):
        """Settle what the file says was paid by the day, one entry a day. A payment
        whose day nobody knows counts as made when it was due.

        :param moves: {row: account.move}
        :return: how many invoices were settled now, and how many paid in part
        """
        left = {move.id: (row, left_at(row, self.as_of)) for row, move in moves.items()}
        paid = [key for key, (row, rest) in left.items() if rest != row.amount]
        open_lines = self.env["account.move.line"].search(
            Domain("move_id", "in", paid)
            & Domain("display_type", "=", "payment_term")
            & Domain("parent_state", "=", "posted")
            & Domain("reconciled", "=", False)
        )
        days, settled, partly = defaultdict(list), set(), set()
        for line in open_lines:
            row, rest = left[line.move_id.id]
            share = _share(line, float(rest))
            if not share:
                continue
            day = row.settled or max(row.date, min(row.due, self.as_of))
            days[day].append((line, share))
            (partly if rest else settled).add(line.move_id.id)
        for batch in _growing(sorted(days)):
            self._settle_days({day: days[day] for day in batch})
            self._close_batch(batch)
        return len(settled), len(partly)

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
        :param days: {day: [(open receivable line, share of it that was paid)]}
        """
        values = [self._prepare_settlement(day, lines) for day, lines in days.items()]
        entries = self.env["account.move"].create(values)
        entries._post(soft=False)
        pairs = []
        for entry, lines in zip(entries, days.values(), strict=True):
            *payments, _total = entry.line_ids.sorted("sequence")
            pairs += [
                line + payment
                for (line, _share), payment in zip(lines, payments, strict=True)
            ]
        self.env["account.move.line"]._reconcile_plan(pairs)

    def _prepare_settlement(self, day, lines):
        own = self.currency_id
        payments = [
            {
                "sequence": place,
                "name": line.move_id.ref,
                "account_id": line.account_id.id,
                "partner_id": line.partner_id.id,
                "currency_id": line.currency_id.id,
                "analytic_distribution": False,
                "balance": -own.round(line.amount_residual * share),
                "amount_currency": -line.currency_id.round(
                    line.amount_residual_currency * share
                ),
            }
            for place, (line, share) in enumerate(lines, start=1)
        ]
        total = {
            "sequence": len(lines) + 1,
            "name": self.env._("Opening receivables settled"),
            "account_id": self.settlement_account_id.id,
            "analytic_distribution": False,
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


def _pairs(rows, moves):
    """Yield each row with its move: of several, those with one due date first, then
    what is left in the order of due dates."""
    rest, free = [], list(moves)
    for row in rows:
        same = next((move for move in free if move.invoice_date_due == row.due), None)
        if same is None:
            rest.append(row)
            continue
        free.remove(same)
        yield row, same
    rest.sort(key=lambda row: row.due)
    free.sort(key=lambda move: (move.state != "posted", str(move.invoice_date_due)))
    yield from zip(rest, free, strict=False)


def _share(line, rest):
    """:return: how much of what is open of a line is paid when ``rest`` is left"""
    open_ = line.amount_residual_currency
    if not open_ or rest * open_ < 0 or abs(rest) >= abs(open_):
        return 0
    return 1 - rest / open_


def _move_type(row):
    return "out_refund" if row.amount < 0 else "out_invoice"
