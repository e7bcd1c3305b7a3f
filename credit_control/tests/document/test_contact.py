from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from ..common import CreditCommon


@tagged("post_install", "-at_install")
class TestContact(CreditCommon):
    """A contact shows limit, room and hold of its company's credit file."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = cls._user("clerk", "credit_control.credit_group_user")
        cls.buyer = cls.env["res.partner"].create(
            {"name": "Buyer", "parent_id": cls.customer.id}
        )

    def _seen(self, partner, user=None):
        self.env.invalidate_all()
        return partner.with_user(user or self.clerk)

    def _found(self, *domain, user=None):
        self.env.invalidate_all()
        Partner = self.env["res.partner"].with_user(user or self.clerk)
        return Partner.search(list(domain))

    def test_company_and_contact_show_limit_and_room(self):
        self._invoice(300)
        for partner in self.customer, self.buyer:
            seen = self._seen(partner)
            self.assertEqual(seen.credit_file_id, self.file)
            self.assertEqual(seen.credit_limit_amount, 1000)
            self.assertEqual(seen.credit_available, 700)
            self.assertFalse(seen.credit_on_hold)

    def test_a_group_above_leaves_less(self):
        group = self._file(self._customer("Group"), 100)
        self.file.parent_id = group
        self.assertEqual(self._seen(self.customer).credit_available, 100)

    def test_a_stop_is_said_with_its_reason(self):
        group = self._file(self._customer("Group"))
        self.file.parent_id = group
        group._stop_supply("manual", "Owes too long")
        self.customer.user_id = self.salesman
        seen = self._seen(self.buyer, self.salesman)
        self.assertTrue(seen.credit_on_hold)
        words = "Supply to Group is stopped: Owes too long"
        self.assertEqual(seen.credit_hold_words, words)
        found = self._found(("credit_on_hold", "=", True), user=self.salesman)
        self.assertIn(self.customer, found)
        self.customer.user_id = False
        seen = self._seen(self.buyer, self.salesman)
        self.assertIn("Supply is stopped", seen.credit_hold_words)
        self.assertNotIn("too long", seen.credit_hold_words)
        self.assertEqual(self._seen(self.buyer, self.clerk).credit_hold_words, words)
        group._resume_supply("manual")
        self.assertFalse(self._seen(self.buyer, self.salesman).credit_hold_words)

    def test_who_is_over_the_limit_is_found(self):
        self._invoice(1000)
        self.assertNotIn(self.customer, self._found(("credit_available", "<", 0)))
        self._invoice(1)
        self.assertIn(self.buyer, self._found(("credit_available", "<", 0)))

    def test_who_has_no_file_is_found(self):
        other = self._customer("Other")
        found = self._found(("credit_file_id", "=", False))
        self.assertIn(other, found)
        self.assertNotIn(self.buyer, found)
        self.assertEqual(self._seen(other).credit_available, 0)
        self.assertFalse(self._seen(other).credit_limit_amount)

    def test_an_archived_file_is_none(self):
        self.file.active = False
        self.assertFalse(self._seen(self.customer).credit_file_id)

    def test_lists_sort_by_the_limit(self):
        other = self._customer("Other")
        self._file(other, 500)
        own = [("id", "in", (self.customer | other).ids)]
        Partner = self.env["res.partner"].with_user(self.clerk)
        self.assertEqual(
            Partner.search(own, order="credit_limit_amount"), other | self.customer
        )

    def test_a_file_of_another_company_does_not_show(self):
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        self.env["credit.file"].create(
            {"partner_id": self._customer("Shared").id, "company_id": elsewhere.id}
        )._stop_supply("manual", "there")
        shared = self.env["res.partner"].search([("name", "=", "Shared")])
        seen = self._seen(shared)
        self.assertFalse(seen.credit_file_id)
        self.assertFalse(seen.credit_on_hold)
        self.assertFalse(seen.credit_hold_words)

    def test_a_page_of_contacts_costs_as_much_as_one(self):
        customers = self.env["res.partner"].union(
            *(self._customer(f"Shop {number}") for number in range(20))
        )
        for customer in customers:
            self._file(customer, 100)
        counts = []
        for partners in customers[:2], customers[:2], customers:
            seen = self._seen(partners)
            seen.mapped("commercial_partner_id")
            before = self.env.cr.sql_log_count
            self.assertEqual(set(seen.mapped("credit_available")), {100})
            self.assertEqual(set(seen.mapped("credit_limit_amount")), {100})
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])

    def test_a_salesperson_sees_stops_and_no_figures(self):
        seen = self._seen(self.customer, self.salesman)
        for name in "credit_file_id", "credit_limit_amount", "credit_available":
            with self.subTest(name), self.assertRaises(AccessError):
                seen.read([name])
        with self.subTest("search"), self.assertRaises(AccessError):
            seen.search([("credit_available", "<", 0)])

    def test_the_form_opens_for_each(self):
        self.file._stop_supply("manual", "Owes too long")
        self.customer.user_id = self.salesman
        for user in self.salesman, self.clerk, self.manager:
            with (
                self.subTest(user.login),
                Form(self._seen(self.customer, user)) as form,
            ):
                self.assertIn("Owes too long", form.credit_hold_words)
