from datetime import timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from ..common import CreditCommon

FILED = "credit_control.credit_group_user,sales_team.group_sale_salesman_all_leads"


class ListingCommon(CreditCommon):
    """A stranger without a credit file, whom the company would leave free."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stranger = cls._customer("Stranger")
        cls.until = cls.today + timedelta(30)

    @classmethod
    def _put(cls, customers, kind="always_hold", until=None, **values):
        user = values.pop("user", cls.manager)
        listings = cls.env["credit.listing"].with_user(user)
        return listings._put(
            customers.with_user(user),
            kind,
            values.get("reason", "Went to court"),
            values.get("owner", cls.officer),
            until or cls.until,
        )

    def _confirm(self, amount=100, **values):
        order = self._order(amount, **values)
        order.action_confirm()
        return order


@tagged("post_install", "-at_install")
class TestListing(ListingCommon):
    """What lists do to orders."""

    def test_who_is_always_held_is_held_without_a_file_too(self):
        entry = self._put(self.stranger)
        order = self._confirm(customer=self.stranger)
        self.assertHeld(order, "always_hold")
        decision = self._decision(order)
        self.assertFalse(decision.file_id)
        self.assertTrue(decision._replays())
        self.assertIn("always hold", decision.reasons)
        self.assertIn("Went to court", decision.reasons)
        self.assertIn("unlist", self._cures(order))
        entry.with_user(self.manager).action_end()
        self._retake()
        self.assertEqual(self._decision(order).state, "cured")
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_who_is_always_held_has_room_and_is_held(self):
        entry = self._put(self.customer)
        order = self._confirm()
        self.assertHeld(order, "always_hold")
        entry.with_user(self.manager).action_end()
        self._retake()
        self.assertEqual(self._decision(order).state, "cured")

    def test_cash_is_held_too(self):
        self._put(self.customer)
        at_once = self.env.ref("account.account_payment_term_immediate")
        order = self._confirm(payment_term_id=at_once.id)
        self.assertHeld(order, "always_hold")

    def test_a_manager_releases_and_an_officer_does_not(self):
        self._put(self.customer)
        order = self._confirm()
        decision = self._decision(order)
        self.assertTrue(decision._release_objection(self.officer))
        self.assertFalse(decision._release_objection(self.manager))

    def test_who_is_never_checked_passes_whatever_is_owed(self):
        self._invoice(5000, late=90)
        self._put(self.customer, "never_check", reason="The state pays late")
        order = self._confirm(9000)
        self.assertConfirmed(order)
        decision = self._decision(order)
        self.assertEqual(decision.verdict["action"], "pass")
        self.assertIn("never check", decision.reasons)
        self.assertIn("The state pays late", decision.reasons)
        self.assertTrue(decision._replays())
        order.sudo().order_line.price_unit = 20000
        self.assertEqual(order.state, "sale")

    def test_contacts_are_their_company(self):
        buyer = self.env["res.partner"].create(
            {"name": "Ann", "parent_id": self.stranger.id}
        )
        entry = self._put(buyer)
        self.assertEqual(entry.partner_id, self.stranger)
        self.assertHeld(self._confirm(customer=buyer), "always_hold")
        self.assertTrue(buyer.credit_listing_words)

    def test_who_orders_is_held_and_never_spared_by_another_one(self):
        """On the list *never check* is who owes; *always hold* is stricter."""
        self._put(self.stranger, "never_check")
        billed_elsewhere = {"partner_invoice_id": self.customer.id}
        order = self._confirm(9000, customer=self.stranger, **billed_elsewhere)
        self.assertHeld(order, "limit")
        self._put(self.stranger)
        self._put(self.customer, "never_check")
        order = self._confirm(customer=self.stranger, **billed_elsewhere)
        self.assertHeld(order, "always_hold")

    def test_another_company_has_its_own_lists(self):
        self._put(self.stranger)
        other = self.setup_other_company(name="Other company")["company"]
        other.credit_mode = "enforce"
        self.assertFalse(self.env["credit.listing"]._of(self.stranger, other))
        self.assertTrue(self.env["credit.listing"]._of(self.stranger, self.company))

    def test_it_only_tells_where_nothing_is_enforced(self):
        self._put(self.stranger)
        self.company.credit_mode = "observe"
        self.assertConfirmed(self._confirm(customer=self.stranger), "observed")
        self.company.credit_mode = "off"
        order = self._confirm(customer=self.stranger)
        self.assertEqual(order.state, "sale")
        self.assertFalse(self._decision(order))

    def test_the_quotation_tells(self):
        self._put(self.stranger)
        quotation = self._order(100, customer=self.stranger)
        self.assertIn("always hold", quotation.credit_banner)
        self.assertEqual(quotation.credit_banner_level, "danger")
        self._put(self.stranger, "never_check")
        self.env.invalidate_all()
        self.assertIn("never check", quotation.credit_banner)
        self.assertEqual(quotation.credit_banner_level, "info")


@tagged("post_install", "-at_install")
class TestListingLife(ListingCommon):
    """Entries have an end, an owner, and stay on record."""

    def _follow(self):
        self.env["credit.listing"].sudo()._follow_all_waits(self.company)
        self.env.invalidate_all()

    def test_it_counts_on_its_last_day_and_ends_by_itself(self):
        entry = self._put(self.stranger, until=self.today)
        self.assertHeld(self._confirm(customer=self.stranger), "always_hold")
        with freeze_time(self.today + timedelta(2)):
            self.env.invalidate_all()
            self.assertFalse(entry.in_force)
            order = self._confirm(customer=self.stranger)
            self.assertEqual(order.state, "sale")
            self._follow()
            self.assertTrue(entry.ended_on)
            self.assertFalse(entry.ended_by_id)
        told = entry.message_ids.filtered(
            lambda each: self.officer.partner_id in each.notified_partner_ids
        )
        self.assertEqual(len(told), 1)
        self.assertIn("no more", told.subject)

    def test_the_owner_is_told_before_it_ends(self):
        entry = self._put(self.stranger)
        self.assertFalse(entry.activity_ids)
        with freeze_time(self.today + timedelta(20)):
            self._follow()
            self.assertEqual(entry.activity_ids.user_id, self.officer)
            self.assertEqual(entry.activity_ids.date_deadline, self.until)
            self.company.credit_listing_days = 5
            self._follow()
            self.assertFalse(entry.activity_ids)
            self.company.credit_listing_days = 14
            self._follow()
            entry.with_user(self.manager).action_end()
            self.assertFalse(entry.activity_ids)

    def test_one_entry_is_open_and_the_others_stay(self):
        first = self._put(self.stranger)
        second = self._put(self.stranger, "never_check")
        self.assertEqual(
            (first.ended_by_id, bool(first.ended_on)), (self.manager, True)
        )
        self.assertFalse(second.ended_on)
        self.assertEqual(self.stranger.credit_listing_ids, second | first)
        with self.assertRaises(UserError):
            first.with_user(self.manager).action_end()
        with self.assertRaises(UserError):
            first.sudo().unlink()

    def test_customers_who_become_one_keep_the_stricter_list(self):
        self._put(self.customer, "never_check")
        held = self._put(self.stranger)
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (self.customer | self.stranger).ids, self.customer
        )
        entry = self.env["credit.listing"]._of(self.customer, self.company)
        self.assertEqual(entry, {self.customer: held})


@tagged("post_install", "-at_install")
class TestListingRights(ListingCommon):
    """Credit managers put customers there, in a dialog or through the API; all credit
    users read."""

    def test_only_managers_put_and_end(self):
        entry = self._put(self.stranger)
        for user in self.officer, self.salesman:
            with self.assertRaises(AccessError):
                self._put(self.customer, user=user)
            with self.assertRaises(AccessError):
                entry.with_user(user).action_end()
            with self.assertRaises(AccessError):
                self.env["credit.listing.entry"].with_user(user).create({})
        for user in self.manager, self.officer:
            with self.assertRaises(AccessError):
                entry.with_user(user).write({"date_to": self.until})
            with self.assertRaises(AccessError):
                entry.with_user(user).copy()
            self.assertEqual(entry.with_user(user).reason, "Went to court")
        with self.assertRaises(AccessError):
            entry.with_user(self.salesman).read(["reason"])

    def test_what_cannot_be_meant_is_refused(self):
        for values in (
            {"reason": " . "},
            {"until": self.today - timedelta(1)},
            {"owner": self.salesman},
            {"owner": self.env["res.users"]},
            {"kind": "sometimes"},
        ):
            with self.subTest(values), self.assertRaises(UserError):
                self._put(self.stranger, **values)
        with self.assertRaises(UserError):
            self._put(self.env["res.partner"])
        other = self.setup_other_company(name="Other company")["company"]
        self.stranger.company_id = other
        with self.assertRaises(ValidationError):
            self._put(self.stranger, user=self.env.user)

    def test_the_dialog_puts_customers_on_a_list(self):
        self._put(self.customer)
        wizard = self.env["credit.listing.entry"].with_user(self.manager)
        chosen = (self.customer | self.stranger).ids
        form = Form(wizard.with_context(active_model="res.partner", active_ids=chosen))
        self.assertIn("Went to court", form.replaced)
        form.kind = "never_check"
        form.reason = "Belongs to us"
        form.date_to = self.until
        form.save().action_put()
        for customer in self.customer, self.stranger:
            entry = self.env["credit.listing"]._of(customer, self.company)[customer]
            self.assertEqual(entry.kind, "never_check")
            self.assertEqual(entry.user_id, self.manager)
            self.assertEqual(entry.create_uid, self.manager)

    def test_file_and_contact_show_it_and_their_views_open(self):
        entry = self._put(self.customer)
        clerk = self._user("clerk", FILED)
        file = self.file.with_user(clerk)
        self.assertIn("Went to court", file.listing_words)
        self.assertEqual(file.action_open_listing()["res_id"], entry.id)
        action = self.customer.with_user(clerk).action_open_credit_listings()
        found = self.env["credit.listing"].with_user(clerk).search(action["domain"])
        self.assertEqual(found, entry)
        for view in "list", "kanban", "form", "search":
            entry.with_user(clerk).get_view(view_type=view)
        Form(entry.with_user(clerk))
        again = entry.with_user(self.manager).action_put_again()
        form = Form(
            self.env["credit.listing.entry"]
            .with_user(self.manager)
            .with_context(**again["context"])
        )
        self.assertEqual(form.reason, "Went to court")
