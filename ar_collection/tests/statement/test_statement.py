from datetime import date, timedelta

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged, warmup

from .statement_common import DAY, StatementCommon


@tagged("post_install", "-at_install")
class TestStatement(StatementCommon):
    """What a customer owed on a day, and what it says to that."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.statements = cls.env["collection.statement"].sudo()
        cls.desk = cls._user("desk", "ar_collection.collection_group_user")

    def test_a_statement_shows_what_was_open_on_the_day(self):
        paid = self._sold(100, date(2024, 1, 1), date(2024, 2, 1))
        self._paid(paid, DAY + timedelta(1))
        part = self._sold(200, date(2024, 2, 1), date(2024, 3, 1))
        self._paid(part, DAY, amount=50)
        self._paid(part, DAY + timedelta(1), amount=60)
        self._sold(400, DAY, date(2024, 4, 30))
        self._sold(-30, date(2024, 3, 5), date(2024, 3, 5))
        self._sold(800, DAY + timedelta(1), date(2024, 4, 30))
        gone = self._sold(1600, date(2024, 1, 1), date(2024, 2, 1))
        self._paid(gone, DAY)
        statement = self._make(self.shop)
        self.assertRecordValues(
            statement.line_ids,
            [
                {"residual": 100, "days_late": 59, "kind": "invoice"},
                {"residual": 150, "days_late": 30, "kind": "invoice"},
                {"residual": -30, "days_late": 0, "kind": "refund"},
                {"residual": 400, "days_late": -30, "kind": "invoice"},
            ],
        )
        self.assertRecordValues(
            statement, [{"amount": 620, "overdue": 220, "state": "draft"}]
        )
        self._paid(part, DAY + timedelta(2))
        self.assertEqual(statement.amount, 620, "it stays as it was")

    def test_what_the_customer_gave_falls_due_on_no_day(self):
        self._sold(400, date(2024, 2, 1), date(2024, 3, 1))
        self._received(90, date(2024, 3, 10))
        statement = self._make(self.shop)
        self.assertRecordValues(
            statement.line_ids,
            [
                {"kind": "invoice", "date_due": date(2024, 3, 1), "days_late": 30},
                {"kind": "payment", "date_due": False, "days_late": 0},
            ],
        )
        self.assertEqual(statement.line_ids[1]._cells()[3:5], ["", ""])

    def test_balances_of_all_statements_are_the_receivables_of_the_day(self):
        euro = self.setup_other_currency("EUR", rates=[("2024-01-01", 0.5)])
        shops = [self._customer(f"Shop {number}") for number in range(3)]
        foreign = self._sold(100, date(2024, 3, 1), DAY, shops[0], currency_id=euro.id)
        self._paid(foreign, date(2024, 3, 20), amount=40, currency_id=euro.id)
        self._sold(70, date(2024, 3, 1), DAY, shops[1])
        self._sold(-20, date(2024, 3, 1), DAY, shops[2])
        contact = self.env["res.partner"].create(
            {"name": "Desk", "parent_id": shops[1].id}
        )
        self._sold(7, date(2024, 3, 1), DAY, contact)
        shops[1].active = False
        made = self._make()
        reader = self.env["trade.receivable"]
        owed = self.env.execute_query_dict(
            reader._open_sql(reader._of_company(self.company), [DAY])
        )
        self.assertAlmostEqual(
            sum(made.mapped("amount")), sum(row["amount"] for row in owed)
        )
        self.assertEqual(
            {each.partner_id: each.amount for each in made},
            {shops[0]: 120, shops[1]: 77, shops[2]: -20},
        )
        self.assertRecordValues(
            made.filtered(lambda each: each.partner_id == shops[0]).line_ids,
            [
                {
                    "amount_currency": 100,
                    "residual_currency": 60,
                    "document_currency_id": euro.id,
                }
            ],
        )

    @warmup
    def test_many_statements_cost_as_many_queries_as_one(self):
        self._sold(100, date(2024, 1, 1), date(2024, 2, 1))
        for number in range(8):
            self._sold(100, date(2024, 2, 1), DAY, self._customer(f"Shop {number}"))
        self._make(day=date(2024, 1, 30))
        for day, many in (date(2024, 1, 31), 1), (DAY, 9):
            self.env.invalidate_all()
            with self.subTest(many), self.assertQueryCount(7):
                made = self._make(day=day)
            self.assertEqual(len(made.line_ids), many)

    def test_a_day_has_one_statement_unless_it_was_contested(self):
        self._sold(100, date(2024, 3, 1), DAY)
        statement = self._make(self.shop)
        self.assertFalse(self._make(self.shop))
        statement.action_mark_sent()
        statement._contest(self.today, "We paid that.")
        again = self._make(self.shop)
        self.assertEqual(len(again), 1)
        self.assertNotEqual(again.number, statement.number)

    def test_only_those_who_were_late_if_asked_so(self):
        late, soon = self._customer("Late"), self._customer("Soon")
        covered = self._customer("Covered")
        self._sold(100, date(2024, 3, 1), DAY - timedelta(1), late)
        self._sold(100, date(2024, 3, 1), DAY, soon)
        self._sold(100, date(2024, 3, 1), DAY - timedelta(1), covered)
        self._sold(-100, date(2024, 3, 1), DAY, covered)
        self.assertEqual(self._make(overdue_only=True).partner_id, late)

    def test_users_make_them_for_customers_of_their_own(self):
        self._sold(100, date(2024, 3, 1), DAY)
        mine = self.env["collection.statement"].with_user(self.desk)
        for customers in (self.shop, None):
            with self.subTest(customers), self.assertRaises(AccessError):
                mine._make(self.company, DAY, customers)
        self.shop.user_id = self.desk
        with self.assertRaises(AccessError):
            mine._make(self.company, DAY)
        statement = mine._make(self.company, DAY, self.shop)
        statement.action_mark_sent()
        self.assertEqual(statement.state, "sent")
        self.shop.user_id = self.salesman
        with self.assertRaises(AccessError):
            statement._acknowledge(self.today, self._proof(self.desk))
        other = self.env["res.company"].create({"name": "Other"})
        with self.assertRaises(AccessError):
            statement.with_user(self.collector)._make(other, DAY)
        proof = self._proof(self.collector)
        statement.with_user(self.collector)._acknowledge(self.today, proof)

    def _proof(self, user):
        signed = {"name": "signed.pdf", "raw": b"signed"}
        return self.env["ir.attachment"].with_user(user).create(signed)

    def test_an_answer_is_recorded_once_with_its_proof(self):
        self._sold(100, date(2024, 3, 1), DAY)
        statement = self._make(self.shop).with_user(self.collector)
        proof = self._proof(self.collector)
        with self.assertRaises(UserError):
            statement._acknowledge(self.today, proof)  # not sent yet
        statement.action_mark_sent()
        for day in (self.today - timedelta(1), self.today + timedelta(1)):
            with self.subTest(day), self.assertRaises(UserError):
                statement._acknowledge(day, proof)
        with self.assertRaises(UserError):
            statement._acknowledge(self.today, proof.browse())
        with self.assertRaises(UserError):
            statement._contest(self.today, " ")
        theirs = self.env["ir.attachment"].with_user(self.boss)
        theirs = theirs.create({"name": "secret.pdf", "raw": b"secret"})
        with self.assertRaises(AccessError):
            statement._acknowledge(self.today, theirs.with_user(self.collector))
        wizard = self.env["collection.statement.answer"].with_user(self.collector)
        wizard.create(
            {
                "statement_id": statement.id,
                "answer": "acknowledged",
                "day": self.today,
                "proof_ids": proof.ids,
            }
        ).action_record()
        self.assertRecordValues(
            statement,
            [
                {
                    "state": "acknowledged",
                    "acknowledged_on": self.today,
                    "answered_by_id": self.collector.id,
                    "proof_ids": proof.ids,
                }
            ],
        )
        with self.assertRaises(UserError):
            proof.write({"raw": b"forged"})
        with self.assertRaises(UserError):
            statement._contest(self.today, "After all not.")

    def test_nobody_writes_or_deletes_a_statement(self):
        self._sold(100, date(2024, 3, 1), DAY)
        statement = self._make(self.shop)
        for record in statement, statement.line_ids:
            with self.subTest(record._name):
                with self.assertRaises(AccessError):
                    record.with_user(self.boss).write({"number": "1"})
                with self.assertRaises(UserError):
                    record.unlink()

    def test_the_wizard_makes_and_shows_them(self):
        self._sold(100, date(2024, 3, 1), DAY)
        wizard = self.env["collection.statement.make"].with_user(self.collector)
        values = {"day": DAY, "who": "chosen", "partner_ids": self.shop.ids}
        action = wizard.create(values).action_make()
        made = self.statements.browse(action["res_id"])
        self.assertEqual(made.partner_id, self.shop)
        with self.assertRaises(UserError):
            wizard.create(values).action_make()
        with self.assertRaises(UserError):
            wizard.create({**values, "day": self.today + timedelta(1)}).action_make()

    def test_another_company_sees_nothing_of_it(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.boss.write({"company_ids": [Command.set(other.ids)], "company_id": other})
        self._sold(100, date(2024, 3, 1), DAY)
        statement = self._make(self.shop)
        for record in statement, statement.line_ids:
            self.assertTrue(record)
            with self.subTest(record._name), self.assertRaises(AccessError):
                record.with_user(self.boss).read(["company_id"])
