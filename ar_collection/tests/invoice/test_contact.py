from datetime import timedelta

from odoo.tests import tagged

from .invoice_common import InvoiceCommon


@tagged("post_install", "-at_install")
class TestContact(InvoiceCommon):
    """Contacts, with the worst of their open items."""

    def test_a_customer_shows_the_worst_of_its_items(self):
        self._invoice(1000, late=20)
        self._invoice(500, late=2)
        self._run()
        shop = self._seen(self.shop)
        self.assertEqual(shop.collection_stage_id, self.stages["warning"])
        self.assertEqual(shop.collection_overdue, 1500)
        self.assertEqual(shop.collection_case_id, self._case())

    def test_what_is_paid_counts_no_more(self):
        worst = self._invoice(1000, late=20)
        self._invoice(500, late=2)
        self._run()
        self._pay(worst)
        self.env["collection.item"]._sync(self.company, self.today)
        shop = self._seen(self.shop)
        self.assertEqual(shop.collection_stage_id, self.stages["notice"])
        self.assertEqual(shop.collection_overdue, 500)

    def test_a_contact_shows_what_its_company_owes_and_is_found_with_it(self):
        clerk = self.env["res.partner"].create(
            {"name": "Clerk", "parent_id": self.shop.id}
        )
        self._invoice(1000, late=8, customer=clerk)
        self._run()
        both = clerk | self.shop
        for contact in self._seen(both):
            self.assertEqual(contact.collection_overdue, 1000)
            self.assertEqual(contact.collection_stage_id, self.stages["notice2"])
        for domain in (
            [("collection_overdue", ">", 0)],
            [("collection_case_id", "!=", False)],
            [("collection_stage_id.is_warned", "=", False)],
        ):
            own = [*domain, ("id", "in", both.ids)]
            self.assertEqual(self._found(own, model="res.partner"), both)

    def test_a_customer_without_a_case_shows_nothing(self):
        new = self._customer("New Shop")
        seen = self._seen(new)
        self.assertFalse(seen.collection_overdue or seen.collection_stage_id)
        self.assertFalse(seen.collection_case_id)
        none = [("collection_case_id", "=", False), ("id", "=", new.id)]
        self.assertEqual(self._found(none, model="res.partner"), new)

    def test_merged_with_one_who_was_never_late_it_shows_the_same(self):
        invoice, fresh = self._invoice(1000, late=20), self._customer("Fresh")
        self._run()
        promise = self._case()._promise(400, self.today)
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.shop | fresh).ids, fresh)
        seen = self._seen(fresh)
        self.assertEqual(seen.collection_overdue, 1000)
        self.assertEqual(seen.collection_stage_id, self.stages["warning"])
        self.assertEqual(self._seen(invoice).collection_case_id, self._case(fresh))
        self.assertEqual(self._seen(invoice).collection_promise_id, promise)

    def test_a_contact_of_another_since_then_shows_what_was_said_to_it(self):
        twin = self._customer("Twin")
        invoice = self._invoice(500, late=20, customer=twin)
        self._invoice(1000, late=2)
        self._run()
        promise = self._case(twin)._promise(400, self.today)
        twin.write({"parent_id": self.shop.id, "is_company": False})
        self._run(1)
        seen = self._seen(twin | self.shop)
        self.assertEqual(seen.mapped("collection_overdue"), [1500, 1500])
        self.assertEqual(self._seen(invoice).collection_case_id, self._case())
        self.assertEqual(self._seen(invoice).collection_promise_id, promise)

    def test_contacts_take_a_fixed_number_of_statements(self):
        customers = self.env["res.partner"].union(
            *(self._customer(f"Shop {place}") for place in range(20))
        )
        for place, customer in enumerate(customers):
            self._invoice(100, late=place, customer=customer)
        self._run()
        names = ["collection_overdue", "collection_stage_id", "collection_case_id"]
        self._statements(customers[:2], names)
        few = self._statements(customers[:2], names)
        self.assertEqual(self._statements(customers, names), few)

    def _statements(self, partners, names):
        seen = self._seen(partners)
        before = self.cr.sql_log_count
        seen.read(names)
        return self.cr.sql_log_count - before

    def test_contacts_are_grouped_by_stage(self):
        self._invoice(1000, late=20)
        self._run()
        partners = self._seen(self.env["res.partner"])
        groups = partners._read_group(
            [("id", "=", self.shop.id)],
            ["collection_stage_id"],
            ["collection_overdue:sum"],
        )
        self.assertEqual(groups, [(self.stages["warning"], 1000)])

    def test_not_due_yet_is_not_overdue(self):
        self._invoice(1000, late=-3)
        self._run()
        shop = self._seen(self.shop)
        self.assertFalse(shop.collection_overdue)
        self.assertEqual(shop.collection_stage_id, self.stages["reminder"])
        self.assertEqual(
            self._seen(
                self.shop.with_context(trade_day=self.today + timedelta(9))
            ).collection_overdue,
            0,
        )
