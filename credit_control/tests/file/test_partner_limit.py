from datetime import date, timedelta

from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
from odoo.tests import Form, tagged

from ..common import CreditCommon

CONTACTS = "base.group_partner_manager,account.group_account_invoice"


@tagged("post_install", "-at_install")
class TestPartnerLimit(CreditCommon):
    """The limit of the accounting app, typed in for a customer with a credit file."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accountant = cls._user("accountant", CONTACTS)
        cls.boss = cls._user("boss", f"{CONTACTS},credit_control.credit_group_manager")
        cls.stranger = cls._customer("Stranger")
        cls.contact = cls._customer(
            "Buyer", parent_id=cls.customer.id, is_company=False
        )
        cls.company.account_use_credit_limit = True
        cls.env.flush_all()

    def _write(self, user, customer, **values):
        """What a client sends."""
        model = self.env["res.partner"].with_user(user)
        call_kw(model, "write", [customer.ids, values], {})
        self.env.invalidate_all()

    def _core(self, customer=None):
        customer = customer or self.customer
        return customer.with_company(self.company).credit_limit

    def test_who_may_not_grant_is_refused_aloud(self):
        for mode in "off", "observe", "enforce":
            self.company.credit_mode = mode
            with self.subTest(mode), self.assertRaisesRegex(AccessError, "Corner Shop"):
                self._write(self.accountant, self.customer, credit_limit=5000)
        for customer in self.contact, self.customer | self.stranger:
            with self.assertRaisesRegex(AccessError, "credit file"):
                self._write(self.accountant, customer, credit_limit=5000)
        self.assertEqual(self.file.limit_amount, 1000)

    def test_who_may_not_grant_takes_no_partner_limit_away(self):
        with self.assertRaises(AccessError):
            self._write(self.accountant, self.customer, use_partner_credit_limit=False)

    def test_one_amount_replaces_no_limit_that_stands_beside_another(self):
        self.file._grant(2000, "base")
        with self.assertRaisesRegex(UserError, "base limit"):
            self._write(self.boss, self.customer, credit_limit=10000)
        self.assertEqual(self._core(), 3000)
        self.file._grant(9000, "temporary", date_to=date.today() + timedelta(5))
        with self.assertRaisesRegex(UserError, "temporary limit"):
            self._write(self.boss, self.customer, credit_limit=10000)
        with self.assertRaisesRegex(UserError, "end the limit"):
            self._write(self.boss, self.customer, credit_limit=None)

    def test_who_may_not_write_contacts_is_told_nothing_of_them(self):
        portal = self._user("portal_limit", "base.group_portal")
        for amount in 999, 1000:
            with self.assertRaises(AccessError) as caught:
                self._write(portal, self.customer, credit_limit=amount)
            self.assertNotIn("Corner Shop", str(caught.exception))
            self.assertNotIn("credit file", str(caught.exception))

    def test_a_contact_that_changes_its_company_brings_its_limit_there(self):
        other = self._customer("Other Shop")
        file = self._file(other, 700)
        values = {"parent_id": other.id, "credit_limit": 3200}
        self._write(self.boss, self.contact, **values)
        self.assertEqual((self.file.limit_amount, file.limit_amount), (1000, 3200))

    def test_no_default_limit_is_granted_by_unticking_the_box(self):
        self.env["ir.default"].set("res.partner", "credit_limit", 25000)
        self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, "credit file"):
            self._write(self.boss, self.customer, use_partner_credit_limit=False)
        self.assertEqual(self.file.limit_amount, 1000)

    def test_an_import_says_why(self):
        result = (
            self.env["res.partner"]
            .with_user(self.accountant)
            .load([".id", "credit_limit"], [[str(self.customer.id), "5000"]])
        )
        self.assertFalse(result["ids"])
        self.assertIn("credit manager", result["messages"][0]["message"])

    def test_a_contact_that_is_created_with_a_limit_is_refused_too(self):
        values = {"name": "New", "parent_id": self.customer.id, "credit_limit": 5000}
        model = self.env["res.partner"].with_user(self.accountant)
        with self.assertRaises(AccessError):
            call_kw(model, "create", [[values]], {})
        contact = model.create({**values, "credit_limit": 1000})
        self.assertEqual(self._core(contact), 1000)

    def test_a_manager_grants_it(self):
        self._write(self.boss, self.customer, credit_limit=5000, comment="Good")
        self.assertEqual(self.file.limit_amount, 5000)
        newest = self.file.limit_ids[0]
        self.assertEqual(newest.create_uid, self.boss)
        self.assertEqual(self._core(), 5000)
        self.assertEqual(self._core(self.contact), 5000)
        self.assertIn("Good", self.customer.comment)
        self._write(self.boss, self.contact, credit_limit=600)
        self.assertEqual(self.file.limit_amount, 600)

    def test_a_manager_grants_it_of_a_contact_that_they_create(self):
        values = {"name": "New", "parent_id": self.customer.id, "credit_limit": 700}
        self.env["res.partner"].with_user(self.boss).create(values)
        self.env.invalidate_all()
        self.assertEqual(self.file.limit_amount, 700)

    def test_no_limit_is_nothing_that_can_be_granted(self):
        with self.assertRaisesRegex(UserError, "end the limit"):
            self._write(self.boss, self.customer, credit_limit=0)
        with self.assertRaisesRegex(UserError, "end the limit"):
            self._write(self.boss, self.customer, use_partner_credit_limit=False)
        with self.assertRaises(UserError):
            self._write(self.boss, self.customer, credit_limit=-5)
        self.assertEqual(self.file.limit_amount, 1000)

    def test_the_same_amount_is_nothing_new(self):
        limits = self.file.limit_ids
        for user in self.accountant, self.boss:
            self._write(user, self.customer, credit_limit=1000)
        self.assertEqual(self.file.limit_ids, limits)

    def test_customers_without_a_file_have_it_as_before(self):
        self._write(self.accountant, self.stranger, credit_limit=5000)
        self.assertEqual(self._core(self.stranger), 5000)
        self._write(self.accountant, self.stranger, use_partner_credit_limit=False)
        self.assertFalse(self._core(self.stranger))
        self.assertFalse(self.stranger.sudo().credit_file_ids)

    def test_of_many_each_goes_its_way(self):
        both = self.customer | self.stranger
        self._write(self.boss, both, credit_limit=5000)
        self.assertEqual(self.file.limit_amount, 5000)
        self.assertEqual(self._core(self.stranger), 5000)

    def test_another_company_has_its_own_limit(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.boss.company_ids |= other
        self.customer.with_user(self.boss).with_company(other).credit_limit = 300
        self.env.flush_all()
        self.assertEqual(self.file.limit_amount, 1000)
        self.assertEqual(self.customer.with_company(other).credit_limit, 300)

    def test_no_context_key_grants(self):
        partner = self.customer.with_user(self.accountant)
        partner.with_context(credit_limit_stays=True).credit_limit = 5000
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(self.file.limit_amount, 1000)
        self.assertEqual(self._core(), 1000)

    def test_odoo_keeps_contacts_alike(self):
        """Which it does in the name of whoever changes the contact."""
        self.stranger.with_user(self.accountant).write(
            {"is_company": False, "parent_id": self.customer.id}
        )
        self.env.flush_all()
        self.assertEqual(self._core(self.stranger), 1000)
        self.assertEqual(len(self.file.limit_ids), 1)

    def test_merged_customers_have_the_limit_of_the_file(self):
        self.stranger.with_company(self.company).credit_limit = 5000
        self.env.flush_all()
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        both = (self.customer | self.stranger).ids
        wizard._merge(both, self.stranger)
        self.env.invalidate_all()
        self.assertEqual(self.file.partner_id, self.stranger)
        self.assertEqual(self.file.limit_amount, 1000)
        self.assertEqual(len(self.file.limit_ids), 1)
        self.assertEqual(self._core(self.stranger), 1000)

    # === THE FORM === #

    def _form(self, user, customer):
        view = self.env.ref("base.view_partner_form")
        return Form(customer.with_user(user), view)

    def test_the_form_shows_it_and_leads_to_the_file(self):
        for user in self.accountant, self.boss:
            form = self._form(user, self.customer)
            self.assertEqual(form.credit_limit, 1000)
            with self.assertRaisesRegex(AssertionError, "readonly"):
                form.credit_limit = 5000
            with self.assertRaisesRegex(AssertionError, "readonly"):
                form.use_partner_credit_limit = False
            form.name = "Corner Store"
            form.save()
        action = self.customer.with_user(self.boss).action_open_credit_file()
        self.assertEqual(action["res_id"], self.file.id)

    def test_the_form_of_others_takes_one(self):
        form = self._form(self.accountant, self.stranger)
        form.use_partner_credit_limit = True
        form.credit_limit = 5000
        form.save()
        self.assertEqual(self._core(self.stranger), 5000)
