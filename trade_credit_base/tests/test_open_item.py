from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .books_common import BooksCommon


@tagged("post_install", "-at_install")
class TestOpenItem(BooksCommon):
    """The rows behind a figure: those of the companies of whoever looks, on a day."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.items = cls.env["trade.open.item"]
        cls.customer = cls.env["res.partner"].create({"name": "Alder Hardware"})
        invoice = cls.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": cls.customer.id,
                "invoice_date": "2026-03-02",
                "invoice_line_ids": [
                    Command.create({"price_unit": 500, "quantity": 1, "tax_ids": []})
                ],
            }
        )
        invoice.action_post()

    def _seen_by(self, user):
        return self.items.with_user(user).search(
            [("partner_id", "=", self.customer.id)]
        )

    def test_an_open_invoice_is_a_row_of_its_day(self):
        own = [("partner_id", "=", self.customer.id)]
        self.assertEqual(self.items.search(own).mapped("net"), [500])
        early = self.items.with_context(trade_day="2026-03-01")
        self.assertEqual(early.search(own).mapped("kind"), ["to_come"])

    def test_an_invoice_from_elsewhere_is_known_by_its_old_number(self):
        own = [("partner_id", "=", self.customer.id)]
        item = self.items.search(own)
        self.assertEqual(item.number, item.move_id.name)
        item.move_id.trade_number = "R-17"
        line = item.move_id.line_ids[:1]
        with self.assertRaisesRegex(AccessError, "computes this"):
            line.trade_number = "R-18"
        self.env.invalidate_all()
        self.assertEqual(self.items.search(own).number, "R-17")
        early = self.items.with_context(trade_day="2026-03-01")
        self.assertEqual(early.search(own).number, "R-17")

    def test_another_company_sees_nothing_and_asks_in_vain(self):
        group = "base.group_user,account.group_account_readonly"
        own = new_test_user(
            self.env, "own_books", group, company_id=self.env.company.id
        )
        other = self.env["res.company"].create({"name": "Other Traders"})
        foreign = new_test_user(self.env, "foreign_books", group, company_id=other.id)
        self.assertEqual(len(self._seen_by(own)), 1)
        self.assertFalse(self._seen_by(foreign))
        ids = [self.env.company.id]
        asking = self.items.with_user(foreign).with_context(allowed_company_ids=ids)
        with self.assertRaises(AccessError):
            asking.search([])
        context = {"trade_customers": self.customer.ids}
        self.assertFalse(
            self.items.with_user(foreign).with_context(**context).search([])
        )

    def test_who_has_no_part_in_the_ledger_reads_no_row(self):
        clerk = new_test_user(self.env, "clerk", "base.group_user")
        with self.assertRaises(AccessError):
            self._seen_by(clerk)

    def test_what_is_no_day_is_refused_with_a_sentence(self):
        with self.assertRaisesRegex(UserError, "tomorrow is not a day"):
            self.items.with_context(trade_day="tomorrow").search([])

    def test_who_are_no_customers_is_refused_with_a_sentence(self):
        for chosen in "x", "1); select 1--", {"a": 1}, True, ["x"], [[1]], [None]:
            asking = self.items.with_context(trade_customers=chosen)
            with self.subTest(chosen=chosen), self.assertRaises(UserError):
                asking.search([])
        for none in [], False, 0:
            asking = self.items.with_context(trade_customers=none)
            self.assertFalse(asking.search([]))
        own = self.items.with_context(trade_customers=self.customer.id)
        self.assertEqual(own.search([]).mapped("net"), [500])

    def test_an_entry_is_named_by_its_number_and_not_by_its_reference(self):
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.env.company.id}
        )
        reader = new_test_user(
            self.env,
            "branch_books",
            "base.group_user,account.group_account_readonly",
            company_id=branch.id,
            company_ids=[Command.set(branch.ids)],
        )
        own = [("partner_id", "=", self.customer.id)]
        move = self.items.search(own).move_id
        move.ref = "Divorce of the owner"
        items = self.items.with_user(reader)
        tricks = {"name_as_amount_total": True, "input_full_display_name": True}
        for asking in items, items.with_context(**tricks):
            row = asking.search_read(own, ["move_id"])
            shown = asking.search(own).web_read(
                {"move_id": {"fields": {"display_name": {}}}}
            )
            groups = asking.formatted_read_group(own, ["move_id"])
            self.assertEqual(row[0]["move_id"], (move.id, move.name))
            self.assertEqual(groups[0]["move_id"], (move.id, move.name))
            self.assertEqual(shown[0]["move_id"]["display_name"], move.name)
        self.assertIn("Divorce", move.display_name)
