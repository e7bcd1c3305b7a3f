from datetime import date
from unittest.mock import patch

from odoo.fields import Command
from odoo.tests import new_test_user
from odoo.tools import SQL

from odoo.addons.trade_credit_base.tests.books_common import BooksCommon

DAY = date(2026, 6, 15)  # looked at: whole months up to May


class AbcCommon(BooksCommon):
    """A company with a manager, a reader and a salesman; nobody has bought yet."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.company_data["company"]
        cls.manager = cls._user("abc_manager", "dealer_rating.rating_group_manager")
        cls.reader = cls._user("abc_reader", "dealer_rating.rating_group_user")
        cls.salesman = cls._user("abc_salesman", "sales_team.group_sale_salesman")
        today = patch.object(type(cls.company), "_trade_day", lambda company: cls.today)
        cls.today = DAY
        cls.startClassPatcher(today)

    def setUp(self):
        super().setUp()
        type(self).today = DAY

    @classmethod
    def _user(cls, login, groups, **values):
        values = {"company_id": cls.company.id, "company_ids": cls.company.ids} | values
        values["company_ids"] = [Command.set(values["company_ids"])]
        return new_test_user(cls.env, login=login, groups=groups, **values)

    @classmethod
    def _customers(cls, *names, **values):
        return cls.env["res.partner"].create(
            [{"name": name, "is_company": True, **values} for name in names]
        )

    @classmethod
    def _branch(cls):
        branch = cls.env["res.company"].create(
            {"name": "Branch", "parent_id": cls.company.id}
        )
        cls.env.cr.precommit.run()  # loads the chart of accounts
        (cls.env.user | cls.manager).company_ids += branch
        return branch

    @classmethod
    def _sell(cls, *sales, post=True, **values):
        """Invoices, or credit notes, of (customer, day, amount without tax)."""
        company = cls.env["res.company"].browse(values.get("company_id"))
        Move = cls.env["account.move"].with_company(company or cls.company)
        moves = Move.create(
            [
                {
                    "move_type": "out_invoice" if amount >= 0 else "out_refund",
                    "company_id": cls.company.id,
                    "partner_id": customer.id,
                    "invoice_date": day,
                    "invoice_line_ids": [
                        Command.create({"name": "Goods", "price_unit": abs(amount)})
                    ],
                    **values,
                }
                for customer, day, amount in sales
            ]
        )
        if post:
            moves.action_post()
        return moves

    @classmethod
    def _many(cls, count, **values):
        """That many customers with an invoice in May each, the invoices copied."""
        customers = cls._customers(*(f"Shop {number}" for number in range(count)))
        customers.write(values)
        first = cls._sell((customers[0], date(2026, 5, 1), 100))
        cls.env.flush_all()
        columns = {
            name: SQL.identifier(name)
            for name, field in cls.env["account.move"]._fields.items()
            if field.store and field.column_type and name != "id"
        }
        copied = columns | {
            "name": SQL("'Copy ' || partner.id"),
            "sequence_number": SQL("0"),  # the next invoice follows no copy
            "partner_id": SQL("partner.id"),
            "commercial_partner_id": SQL("partner.id"),
            "amount_untaxed_signed": SQL("partner.id %% 17 * 50"),
        }
        cls.env.cr.execute(
            SQL(
                """INSERT INTO account_move (%s) SELECT %s FROM (
                   SELECT * FROM account_move WHERE id = %s) AS account_move,
                   unnest(%s) AS partner (id)""",
                SQL(", ").join(columns.values()),
                SQL(", ").join(
                    SQL("account_move.%s", sql) if sql is columns[name] else sql
                    for name, sql in copied.items()
                ),
                first.id,
                customers[1:].ids,
            )
        )
        cls.env.invalidate_all()
        return customers

    @classmethod
    def _classification(cls, compute=True, **values):
        cls.today = max(cls.today, values.get("date", DAY))
        classification = (
            cls.env["rating.abc"]
            .with_user(cls.manager)
            .create(
                {
                    "company_id": cls.company.id,
                    "date": DAY,
                    "months": 3,
                    "method": "amount",
                    "a_from": 1000,
                    "b_from": 100,
                    **values,
                }
            )
        )
        if compute:
            classification.action_compute()
        return classification

    def _apply(self, **values):
        classification = self._classification(**values)
        classification.action_apply()
        return classification

    def _give(self, letter, *customers):
        """Let customers have a class, by way of a classification."""
        amount = {"A": 90000, "B": 900, "C": 9}[letter]
        self._sell(*((customer, date(2026, 4, 4), amount) for customer in customers))
        return self._apply()

    def _queries(self, method, *arguments):
        self.env.flush_all()
        self.env.invalidate_all()
        start = self.env.cr.sql_log_count
        method(*arguments)
        self.env.flush_all()
        return self.env.cr.sql_log_count - start
