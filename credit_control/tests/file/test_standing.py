from datetime import timedelta

from odoo.tests import tagged

from ..common import CreditCommon

# The figures of a file and what their arrows open, with the amount that they add up
ITEMS = {"receivable": "net", "overdue": "net", "to_come": "net"}
OTHERS = {"draft": "amount_total", "ordered": "amount_total"}


@tagged("post_install", "-at_install")
class TestStanding(CreditCommon):
    """Every figure leads to rows whose sum is the figure, for whoever sees the file."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = cls._user("clerk", "credit_control.credit_group_user")
        later = cls.today + timedelta(20)
        cls._pay(cls._invoice(600, late=40), 100)
        cls._advance(250)
        cls._invoice(300, late=-10)
        cls._invoice(
            70, date=later, invoice_date=later, invoice_date_due=later + timedelta(30)
        )
        cls._invoice(45, post=False)
        cls._invoice(15, post=False, move_type="out_receipt")
        order = cls._order(80)
        cls.company.credit_mode = "observe"
        order.action_confirm()

    def _rows(self, file, part, user):
        """:return: what the arrow beside a figure opens for a user"""
        action = getattr(file.with_user(user), f"action_open_{part}")()
        context = action["context"]
        records = self.env[action["res_model"]].with_user(user)
        return records.with_context(
            trade_customers=context.get("trade_customers"),
            trade_day=context.get("search_default_day"),
        ).search(action["domain"])

    def assertLeads(self, file, user, **figures):
        self.env.invalidate_all()
        for part, total in (ITEMS | OTHERS).items():
            with self.subTest(part, user=user.login):
                seen = file.with_user(user)
                self.assertEqual(seen[part], figures[part])
                rows = self._rows(file, part, user)
                self.assertEqual(sum(rows.mapped(total)), figures[part])

    def test_every_figure_leads_to_rows_that_add_up_to_it(self):
        figures = {
            "receivable": 550,
            "overdue": 250,
            "to_come": 70,
            "draft": 60,
            "ordered": 80,
        }
        for user in self.manager, self.officer, self.clerk:
            self.assertLeads(self.file, user, **figures)
        rows = self._rows(self.file, "receivable", self.clerk)
        self.assertEqual(sum(rows.mapped("open")), 550)
        self.assertEqual(set(rows.mapped("day")), {self.today})

    def test_a_group_shows_and_opens_what_its_members_owe(self):
        holding = self._file(self._customer("Holding"), 5000)
        self._invoice(1000, holding.partner_id, late=5)
        self.file.parent_id = holding
        self.assertLeads(
            holding,
            self.clerk,
            receivable=1550,
            overdue=1250,
            to_come=70,
            draft=60,
            ordered=80,
        )
        parts = ("receivable", "to_come", "draft", "ordered", "prepaid", "other")
        self.assertEqual(holding.exposure, sum(holding[part] for part in parts))
        self.assertEqual((holding.due_30, holding.due_60), (1000, 250))
        self.assertEqual(self.file.receivable, 550)

    def test_rows_have_ids_that_clients_can_carry(self):
        for part in ITEMS:
            for row in self._rows(self.file, part, self.clerk):
                self.assertLess(abs(row.id), 2**31)

    def test_the_entry_is_opened_by_whoever_may_see_it(self):
        rows = self._rows(self.file, "receivable", self.clerk)
        invoices = rows.filtered(lambda row: row.booked > 0)
        self.assertTrue(all(invoices.mapped("has_entry")))
        self.assertFalse(any((rows - invoices).mapped("has_entry")))
        self.assertEqual(
            invoices[0].action_open_entry()["res_id"], invoices[0].move_id.id
        )
        rows = self._rows(self.file, "receivable", self.env.user)
        self.assertTrue(all(rows.mapped("has_entry")))

    def test_a_line_is_open_with_another_amount_on_each_day(self):
        items = self.env["trade.open.item"]
        own = [("partner_id", "=", self.customer.id), ("kind", "=", "owed")]
        before = self.today - timedelta(1)
        for day, amount in (before, 600), (self.today, 550), (before, 600):
            found = items.with_context(trade_day=day).search(own)
            self.assertEqual(sum(found.mapped("net")), amount)
        typed = items.with_context(trade_day=[str(before)])
        self.assertEqual(sum(typed.search(own).mapped("net")), 600)

    def test_other_companies_are_not_seen(self):
        other = self.env["res.company"].create({"name": "Other"})
        stranger = self._user("stranger", "credit_control.credit_group_user")
        stranger.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        items = self.env["trade.open.item"].with_user(stranger)
        self.assertFalse(items.search([]))
