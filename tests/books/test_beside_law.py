"""The law of what stands beside the receivable, on random histories.

On every day, past, today or to come: bills in hand, advances and what is owed to a
customer are what a slow and obvious recomputation of the bare books finds, whether one
file is asked for or all of them; and the rows that a figure leads to add up to it.
"""

import random
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from unittest.mock import patch

from freezegun import freeze_time
from reference.receivable import Line, Match, Payment, beside

from odoo import Command
from odoo.tests import tagged

from odoo.addons.credit_control.models.exposure.credit_exposure import SUMMED
from odoo.addons.trade_credit_base.tests.books_common import BooksCommon
from odoo.addons.trade_credit_base.tests.sizes import sized

START = date(2026, 1, 5)
LAST = 60
CUSTOMERS = sized(30, 200)
PARTS = {"bill": "bills", "advance": "advances", "payable": "payable"}


def _exact(amount):
    return Decimal(str(round(amount, 2)))


def _on(number):
    return START + timedelta(days=number)


@tagged("post_install", "-at_install")
class TestBesideLaw(BooksCommon):
    """Entries on accounts that are reconciled and on such that are not, in a company,
    its branch and another one, of customers and their contacts; matched on other days,
    or not; some reset to draft; payments without an entry."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(
            context=dict(cls.env.context, tracking_disable=True, mail_create_nolog=True)
        )
        cls.draw = random.Random(20260106)
        cls.company = cls.company_data["company"].with_env(cls.env)
        cls.branch = cls.env["res.company"].create(
            {"name": "Branch", "parent_id": cls.company.id}
        )
        cls.env.cr.precommit.run()
        cls.other = cls.setup_other_company(name="Other company")["company"]
        cls.other = cls.other.with_env(cls.env)
        cls.env.user.company_ids += cls.branch
        cls.income = cls.company_data["default_account_revenue"]
        cls.accounts = {
            kind: [cls._account(kind, number, reconcile=number) for number in (0, 1)]
            for kind in ("bill", "advance")
        }
        cls.accounts["payable"] = [cls.company_data["default_account_payable"]]
        for company in cls.company | cls.other:
            company.trade_bill_account_ids = cls.accounts["bill"][0]
        cls.company.trade_bill_account_ids += cls.accounts["bill"][1]
        cls.company.trade_advance_account_ids = cls.env["account.account"].union(
            *cls.accounts["advance"]
        )
        cls.customers = cls.env["res.partner"].create(
            [{"name": f"C {n}", "is_company": True} for n in range(CUSTOMERS)]
        )
        cls.contacts = cls.env["res.partner"].create(
            [
                {"name": "Till", "parent_id": customer.id, "active": number % 2}
                for number, customer in enumerate(cls.customers)
            ]
        )
        cls.files = (
            cls.env["credit.file"]
            .sudo()
            .create(
                [
                    {"partner_id": customer.id, "company_id": company.id}
                    for customer in cls.customers
                    for company in (cls.company, cls.other)
                ]
            )
        )
        with freeze_time(_on(LAST)):
            cls._live()
        cls.env.flush_all()

    @classmethod
    def _account(cls, kind, number, reconcile):
        account = cls.env["account.account"].create(
            {
                "name": f"{kind} {number}",
                "code": f"{112 if kind == 'bill' else 220}90{number}",
                "account_type": "asset_current"
                if kind == "bill"
                else "liability_current",
                "reconcile": bool(reconcile),
                "company_ids": [Command.set(cls.company.ids)],
            }
        )
        account.sudo().with_company(cls.other).write(
            {"code": account.code, "company_ids": [Command.link(cls.other.id)]}
        )
        return account

    @classmethod
    def _live(cls):
        values = [
            cls._entry(number, kind)
            for number in range(CUSTOMERS)
            for kind in cls.accounts
            for _each in range(cls.draw.randint(1, 5))
        ]
        cls.draw.shuffle(values)
        cls.moves = cls.env["account.move"].create(values)
        cls.moves.action_post()
        cls._match_some()
        cls.moves[::19].button_draft()
        cls._pay_vendors()

    @classmethod
    def _entry(cls, number, kind):
        draw = cls.draw
        partner = draw.choice((cls.customers, cls.customers, cls.contacts))[number]
        company = draw.choice((cls.company, cls.company, cls.branch))
        account = draw.choice(cls.accounts[kind])
        if kind != "payable" and draw.random() < 0.2:
            company = cls.other
        usual = 1 if kind == "bill" else -1
        amount = draw.choice([100, 70.5, 33.33]) * draw.choice([1, 1, -1]) * usual
        on = _on(draw.randint(0, LAST + 20))
        income = cls.income
        if company == cls.other:
            income = cls.env["account.account"].search(
                [("company_ids", "in", company.ids), ("account_type", "=", "income")],
                limit=1,
            )
        journal = cls.env["account.journal"].search(
            [
                ("company_id", "=", company.root_id.id),
                ("type", "=", "general"),
            ],
            limit=1,
        )
        return {
            "move_type": "entry",
            "company_id": company.id,
            "journal_id": journal.id,
            "date": on,
            "line_ids": [
                Command.create(
                    {
                        "account_id": each.id,
                        "partner_id": partner.id,
                        "balance": balance,
                        "date_maturity": on + timedelta(days=draw.randint(0, 60)),
                    }
                )
                for each, balance in ((account, amount), (income, -amount))
            ],
        }

    @classmethod
    def _match_some(cls):
        lines = cls.moves.line_ids.filtered(lambda line: line.account_id.reconcile)
        by = lines.grouped(
            lambda each: (each.account_id, each.company_id, each.partner_id)
        )
        for own in by.values():
            debts = own.filtered(lambda line: line.balance > 0)
            for one, other in zip(debts, own - debts, strict=False):
                if cls.draw.random() < 0.8:
                    (one | other).reconcile()

    @classmethod
    def _pay_vendors(cls):
        bank = cls.company_data["default_journal_bank"]
        bank.outbound_payment_method_line_ids.payment_account_id = False
        bank.inbound_payment_method_line_ids.payment_account_id = False
        values = [
            {
                "partner_id": customer.id,
                "partner_type": "supplier",
                "payment_type": cls.draw.choice(["outbound", "inbound"]),
                "amount": cls.draw.choice([10, 33.3]),
                "date": _on(cls.draw.randint(0, LAST + 20)),
                "journal_id": bank.id,
            }
            for customer in cls.customers[::3]
        ]
        with patch.object(
            type(cls.env["account.move"]),
            "_get_invoice_in_payment_state",
            lambda move: "in_payment",
        ):
            cls.payments = cls.env["account.payment"].create(values)
            cls.payments.action_post()
        assert not cls.payments.move_id

    # === THE LAW === #

    def test_every_day_has_one_answer(self):
        for number in range(-2, LAST + 30, sized(11, 2)):
            day = _on(number)
            with self.subTest(day=day), freeze_time(_on(LAST)):
                expected = self._slowly(day)
                self._compare(expected, day)
                self._compare_rows(expected, day)

    def _books(self):
        """The bare books of each kind, company and customer."""
        books = defaultdict(lambda: ([], [], []))
        kinds = {
            account.id: kind
            for kind, accounts in self.accounts.items()
            for account in accounts
        }
        whose = {}
        for line in self.moves.line_ids.filtered(lambda ln: ln.account_id.id in kinds):
            company, account = line.company_id.root_id, line.account_id
            kind = kinds[account.id]
            if kind != "payable" and company == self.other:
                if account != self.accounts["bill"][0]:
                    continue  # named by the first company only
            key = kind, company, line.partner_id.commercial_partner_id
            whose[line.id] = key
            books[key][0].append(
                Line(
                    line.id,
                    line.move_id.id,
                    key[2].id,
                    line.parent_state == "posted",
                    line.date,
                    line.date_maturity,
                    _exact(line.balance),
                )
            )
        for match in self.env["account.partial.reconcile"].search(
            [("debit_move_id", "in", list(whose))]
        ):
            books[whose[match.debit_move_id.id]][1].append(
                Match(
                    match.debit_move_id.id,
                    match.credit_move_id.id,
                    _exact(match.amount),
                    None,
                )
            )
        for payment in self.payments:
            amount = _exact(payment.amount_company_currency_signed)
            books["payable", self.company, payment.partner_id][2].append(
                Payment(payment.id, payment.partner_id.id, payment.date, amount)
            )
        return books

    def _slowly(self, day):
        """:return: {(kind, company, customer): amount}"""
        return {
            key: beside(*history, day, owed=key[0] == "bill")
            for key, history in self._books().items()
        }

    def _compare(self, expected, day):
        Exposure = self.env["credit.exposure"]
        many = Exposure._standings(self.files.ids, day, payable=True)
        some = self.files[:: sized(7, 1)]
        for file in self.files:
            standings = [many[file.id]]
            if file in some:
                alone = Exposure._standings(file.ids, day, payable=True)[file.id]
                standings.append(alone)
            for standing in standings:
                for kind, part in PARTS.items():
                    key = kind, file.company_id, file.partner_id
                    amount = float(expected.get(key, 0))
                    amount *= -1 if part == "advances" else 1
                    self.assertAlmostEqual(standing.parts[part], amount, 2, key)
                summed = sum(standing.parts[part] for part in SUMMED)
                self.assertAlmostEqual(standing.exposure, summed, 2)

    def _compare_rows(self, expected, day):
        """Items that a figure leads to add up to it."""
        for company in self.company | self.other:
            rows = self.env["trade.beside.item"].with_context(
                trade_day=day, allowed_company_ids=company.ids
            )
            found = rows.sudo()._read_group(
                [("partner_id", "in", self.customers.ids), ("net", ">", 0)],
                ["kind", "partner_id"],
                ["net:sum"],
            )
            sums = {(kind, who): amount for kind, who, amount in found}
            for (kind, whose, customer), amount in expected.items():
                if whose == company:
                    shown = sums.get((kind, customer), 0)
                    self.assertAlmostEqual(shown, float(amount), 2, (kind, customer))
