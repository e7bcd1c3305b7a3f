"""The law of the reader of the books, on random histories.

On every day, past, today or to come: the exposure's receivable, the items, the ageing
and the statement of a customer are one figure; with what is nobody's they add up to the
balance of the trade receivable accounts, plus the exchange entries dated later that
belong to matches of that day, less the payments without an entry.

All histories are customers of one database: a statement a day asks for all of them.
"""

import os
import random
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from unittest.mock import patch

from freezegun import freeze_time
from reference.receivable import (
    Line,
    Match,
    Payment,
    counts_from,
    made_by_matches,
    open_items,
)

from odoo import Command
from odoo.tests import tagged

from odoo.addons.trade_credit_base.tests.books_common import BooksCommon

START = date(2026, 1, 5)
LAST = 60  # days on which something may happen
LONG = bool(os.environ.get("CREDIT_LONG"))
HISTORIES = 1000 if LONG else 300
DAYS = range(-2, LAST + 70) if LONG else range(-2, LAST + 45, 2)


def _exact(amount):
    """Odoo reads numbers as floats; books are kept in cents."""
    return Decimal(str(round(amount, 2)))


def _on(number):
    return START + timedelta(days=number)


@tagged("post_install", "-at_install")
class TestReceivableLaw(BooksCommon):
    """Invoices, payments, credit notes, matches and mismatches as they come."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(
            context=dict(cls.env.context, tracking_disable=True, mail_create_nolog=True)
        )
        cls.company = cls.company_data["company"].with_env(cls.env)
        cls.random = random.Random(20260105)
        cls.coin = cls.setup_other_currency(
            "EUR",
            rates=[(str(_on(n)), 0.5 + 0.01 * (n % 17)) for n in range(-40, 180, 3)],
        )
        cls.receivable = cls.company_data["default_account_receivable"]
        cls.income = cls.company_data["default_account_revenue"]
        cls.tax_office = cls.receivable.copy({"name": "Tax refund", "code": "119999"})
        cls.tax_office.non_trade = True
        cls.customers = cls.env["res.partner"].create(
            [
                {"name": f"Customer {number}", "is_company": True}
                for number in range(HISTORIES)
            ]
        )
        cls.contacts = cls.env["res.partner"].create(
            [
                {"name": "Till", "parent_id": customer.id, "type": "other"}
                for customer in cls.customers[::7]
            ]
        )
        cls.files = (
            cls.env["credit.file"]
            .sudo()
            .create(
                [
                    {"partner_id": customer.id, "company_id": cls.company.id}
                    for customer in cls.customers
                ]
            )
        )
        with freeze_time(_on(LAST)):
            cls._live()

    # === HISTORIES === #

    @classmethod
    def _live(cls):
        cls._write_entries()
        cls._write_invoices()
        cls._match_some()
        cls._unmatch_some()
        cls._shift_exchange()
        cls._pay_without_entries()
        cls.env.flush_all()

    @classmethod
    def _whom(cls, number):
        """The customer, or a contact of its that somebody billed."""
        customer = cls.customers[number]
        contact = cls.contacts.filtered(lambda each: each.parent_id == customer)
        return contact if contact and cls.random.random() < 0.3 else customer

    @classmethod
    def _write_entries(cls):
        """Debts and money as plain entries, ids against dates: the older is often
        written later. Some are nobody's, some no trade."""
        values = []
        for number in range(HISTORIES):
            for _each in range(cls.random.randint(2, 6)):
                values.append(cls._entry(cls._whom(number)))
        values += [cls._entry(cls.env["res.partner"]) for _each in range(20)]
        cls.random.shuffle(values)
        cls.entries = cls.env["account.move"].create(values)
        cls.entries.filtered(lambda move: move.id % 23).action_post()

    @classmethod
    def _entry(cls, partner):
        draw = cls.random
        foreign = draw.random() < 0.5
        amount = draw.choice([100, 70.5, 33.33, 12.07, 1000]) * draw.choice([1, -1, 1])
        on = _on(draw.randint(0, LAST + 20))
        rate = 0.5 + 0.01 * draw.randint(0, 16)
        coin = cls.coin if foreign else cls.company.currency_id
        balance = round(amount / rate, 2) if foreign else amount
        account = cls.tax_office if draw.random() < 0.05 else cls.receivable
        shared = {"partner_id": partner.id, "currency_id": coin.id}
        due = on + timedelta(days=draw.randint(-20, 40))
        return {
            "move_type": "entry",
            "date": on,
            "journal_id": cls.company_data["default_journal_misc"].id,
            "line_ids": [
                Command.create(
                    {
                        **shared,
                        "account_id": account.id,
                        "balance": balance,
                        "amount_currency": amount,
                        "date_maturity": due,
                    }
                ),
                Command.create(
                    {
                        **shared,
                        "account_id": cls.income.id,
                        "balance": -balance,
                        "amount_currency": -amount,
                    }
                ),
            ],
        }

    @classmethod
    def _write_invoices(cls):
        """Invoices and credit notes, some dated later than today."""
        draw, values = cls.random, []
        for number in range(0, HISTORIES, 4):
            on = _on(draw.randint(0, LAST + 20))
            values.append(
                {
                    "move_type": draw.choice(["out_invoice"] * 3 + ["out_refund"]),
                    "partner_id": cls._whom(number).id,
                    "invoice_date": on,
                    "date": on,
                    "invoice_date_due": on + timedelta(days=draw.randint(0, 30)),
                    "currency_id": draw.choice([cls.coin, cls.company.currency_id]).id,
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "name": "Goods",
                                "price_unit": draw.choice([250, 19.99, 480]),
                                "account_id": cls.income.id,
                                "tax_ids": [Command.clear()],
                            }
                        )
                    ],
                }
            )
        cls.invoices = cls.env["account.move"].create(values)
        cls.invoices.action_post()

    @classmethod
    def _lines(cls):
        lines = (cls.entries | cls.invoices).line_ids
        return lines.filtered(
            lambda line: (
                line.account_id == cls.receivable
                and line.parent_state == "posted"
                and line.partner_id
            )
        )

    @classmethod
    def _match_some(cls):
        """Match debts with money of the same customer, on different days: the exchange
        entries are dated by Odoo, in the same month, at a later one's end, or next
        year."""
        pairs = defaultdict(list)
        for _customer, lines in (
            cls._lines().grouped(lambda line: line.partner_id).items()
        ):
            debts = lines.filtered(lambda line: line.balance > 0)
            money = lines - debts
            for one, other in zip(debts, money, strict=False):
                if one.currency_id == other.currency_id and cls.random.random() < 0.8:
                    pairs[cls.random.choice([0, 0, 40, 360])].append(one | other)
        for later, plan in pairs.items():
            with freeze_time(_on(LAST + later)):
                cls.env["account.move.line"]._reconcile_plan(plan)

    @classmethod
    def _shift_exchange(cls):
        """Date some exchange entries later, as other journals would."""
        moves = cls._matches().exchange_move_id
        cls.exchange_dates = set(moves.mapped("date"))
        for move in moves[::2]:
            later = move.date + timedelta(days=cls.random.choice([1, 9, 31, 200]))
            cls.env.cr.execute(
                """UPDATE account_move SET date = %(day)s WHERE id = %(id)s;
                   UPDATE account_move_line SET date = %(day)s WHERE move_id = %(id)s;
                   UPDATE account_partial_reconcile SET max_date = %(day)s
                    WHERE %(id)s IN (SELECT move_id FROM account_move_line
                                      WHERE id IN (debit_move_id, credit_move_id))""",
                {"day": later, "id": move.id},
            )
        cls.env.invalidate_all()

    @classmethod
    def _unmatch_some(cls):
        """Take items apart again: Odoo reverses their exchange entries."""
        cls._matches().debit_move_id[::17].remove_move_reconcile()

    @classmethod
    def _matches(cls):
        return cls.env["account.partial.reconcile"].search(
            [("debit_move_id.account_id", "=", cls.receivable.id)], order="id"
        )

    @classmethod
    def _pay_without_entries(cls):
        """Payments in both directions that wait for the bank, some dated later."""
        bank = cls.company_data["default_journal_bank"]
        methods = (
            bank.inbound_payment_method_line_ids + bank.outbound_payment_method_line_ids
        )
        methods.payment_account_id = False
        # As with an accounting app, where only the bank statement makes the entry
        later = patch.object(
            type(cls.env["account.move"]),
            "_get_invoice_in_payment_state",
            lambda move: "in_payment",
        )
        with later:
            cls.payments = cls._waiting_payments(bank)
            cls.payments.action_post()
        assert not cls.payments.move_id

    @classmethod
    def _waiting_payments(cls, bank):
        draw = cls.random
        return cls.env["account.payment"].create(
            [
                {
                    "partner_id": cls.customers[number].id,
                    "partner_type": "customer",
                    "payment_type": draw.choice(["inbound", "inbound", "outbound"]),
                    "amount": draw.choice([50, 33.3, 210]),
                    "currency_id": draw.choice([cls.coin, cls.company.currency_id]).id,
                    "date": _on(draw.randint(0, LAST + 20)),
                    "journal_id": bank.id,
                }
                for number in range(0, HISTORIES, 5)
            ]
        )

    # === THE LAW === #

    def test_every_day_has_one_answer(self):
        books = self._books()
        self.assertGreater(len(self._exchange_dates_behind(books)), HISTORIES // 40)
        for number in DAYS:
            day = _on(number)
            with self.subTest(day=day):
                expected = self._slowly(books, day)
                self._compare_items(expected, day)
                self._compare_customers(expected, day)
                self._compare_books(books, expected, day)

    def _books(self):
        """The bare books by customer, read once: (lines, matches, payments)."""
        self.env.cr.execute(
            """SELECT line.id, line.move_id, partner.commercial_partner_id,
                      line.parent_state = 'posted', line.date,
                      COALESCE(line.date_maturity, line.date), line.balance
                 FROM account_move_line AS line
                 LEFT JOIN res_partner AS partner ON partner.id = line.partner_id
                WHERE line.account_id = %s""",
            [self.receivable.id],
        )
        lines = [Line(*row[:6], _exact(row[6])) for row in self.env.cr.fetchall()]
        self.env.cr.execute(
            """SELECT debit_move_id, credit_move_id, amount, exchange_move_id
                 FROM account_partial_reconcile
                WHERE debit_move_id = ANY(%s)""",
            [[line.id for line in lines]],
        )
        matches = [
            Match(debit, credit, _exact(amount), exchange)
            for debit, credit, amount, exchange in self.env.cr.fetchall()
        ]
        self.env.cr.execute(
            """SELECT id, partner_id, date, amount_company_currency_signed
                 FROM account_payment WHERE id = ANY(%s)""",
            [self.payments.ids],
        )
        payments = [Payment(*row[:3], _exact(row[3])) for row in self.env.cr.fetchall()]
        return lines, matches, payments

    def _exchange_dates_behind(self, books):
        """Exchange entries that are dated after the match that they arose from."""
        lines, matches, _payments = books
        dates = {line.move: line.date for line in lines}
        days = {line.id: line.date for line in lines}
        return [
            match
            for match in matches
            if match.exchange in dates
            and dates[match.exchange] > max(days[match.debit], days[match.credit])
        ]

    def _slowly(self, books, day):
        """What the slow reference finds, customer by customer.

        :return: {item id: reference.receivable.Item}
        """
        lines, matches, payments = books
        theirs, whose = defaultdict(lambda: ([], [], [])), {}
        for line in lines:
            theirs[line.customer][0].append(line)
            whose[line.id] = line.customer
        for match in matches:
            theirs[whose[match.debit]][1].append(match)
        for payment in payments:
            theirs[payment.customer][2].append(payment)
        found = {}
        for history in theirs.values():
            found |= open_items(*history, day)
        return found

    def _compare_items(self, expected, day):
        """Items of the ageing and of collecting are those of the reference, each."""
        reader = self.env["trade.receivable"]
        rows = self.env.execute_query_dict(
            reader._net_sql(reader._of_company(self.company), [day])
        )
        found = {row["line_id"] or -row["payment_id"]: row for row in rows}
        self.assertEqual(found.keys(), expected.keys())
        for key, row in found.items():
            item = expected[key]
            left = _exact(row["amount"]), _exact(row["net"])
            self.assertEqual(left, (item.open, item.net), item)
        items = self.env["collection.item"].sudo()
        items._sync(self.company, day)
        open_now = items.search(
            [("company_id", "=", self.company.id), ("state", "=", "open")]
        )
        chased = {item.line_id.id: item.residual for item in open_now}
        owed = {
            key: float(item.net)
            for key, item in expected.items()
            if key > 0 and item.open > 0 and item.customer
        }
        self.assertEqual(chased.keys(), owed.keys())
        for key, residual in chased.items():
            self.assertAlmostEqual(residual, owed[key], 2)

    def _compare_customers(self, expected, day):
        """Exposure, ageing, statement, figures, account and rating of each customer."""
        owed, late = defaultdict(Decimal), defaultdict(Decimal)
        for item in expected.values():
            owed[item.customer] += item.open
            if item.net > 0 and item.due < day:
                late[item.customer] += item.net
        standings = self.env["credit.exposure"]._standings(self.files.ids, day)
        for file in self.files:
            parts = standings[file.id].parts
            customer = file.partner_id.id
            self.assertAlmostEqual(parts["receivable"], float(owed[customer]), 2)
            self.assertAlmostEqual(parts["overdue"], float(late[customer]), 2)
        ageing = (
            self.env["collection.receivable"]
            .sudo()
            .with_context(trade_day=day, allowed_company_ids=self.company.ids)
        )
        ageing.invalidate_model()
        rows = ageing._read_group([], ["partner_id"], ["net:sum"])
        self._assert_amounts({p.id or None: amount for p, amount in rows}, owed)
        statement = self.env["collection.statement"]._open_items_sql(
            self.company, day, None
        )
        rows = self.env.execute_query_dict(statement)
        self._assert_amounts(self._sums(rows, "residual"), owed, nobody=False)
        self._assert_amounts(self._sums(rows, "late"), late, nobody=False)
        for customers in (self.customers[:1], self.customers[1:3]):
            reader = self.env["trade.receivable"]
            rows = self.env.execute_query_dict(
                reader._open_sql(reader._of_company(self.company, customers), [day])
            )
            few = {id_: owed[id_] for id_ in customers.ids}
            self._assert_amounts(self._sums(rows, "amount"), few)

    def _sums(self, rows, column):
        sums = defaultdict(Decimal)
        for row in rows:
            sums[row["partner_id"]] += _exact(row[column])
        return sums

    def _assert_amounts(self, found, expected, nobody=True):
        self.assertEqual(
            {key: round(float(amount), 2) for key, amount in found.items() if amount},
            {
                key: round(float(amount), 2)
                for key, amount in expected.items()
                if amount and (key or nobody)
            },
        )

    def _compare_books(self, books, expected, day):
        """All of it is the trial balance, with its two corrections."""
        lines, matches, payments = books
        by_id = {line.id: line for line in lines}
        balance = sum(
            line.balance for line in lines if line.posted and line.date <= day
        )
        arose = made_by_matches(matches, by_id)
        later = Decimal(0)
        for match in matches:
            if counts_from(match, by_id, arose) <= day:
                debit, credit = by_id[match.debit], by_id[match.credit]
                later += match.amount * (debit.move in arose and debit.date > day)
                later -= match.amount * (credit.move in arose and credit.date > day)
        paid = sum(payment.amount for payment in payments if payment.date <= day)
        total = sum(item.open for item in expected.values())
        self.assertEqual(total, balance + later - paid)
