from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from odoo.addons.credit_control.groups import USER

from ..common import CreditCommon

SALES = "sales_team.group_sale_salesman"


@tagged("post_install", "-at_install")
class TestOpenForm(CreditCommon):
    """What a client may write into a form that nobody has saved tells it nothing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.elsewhere = cls.env["res.company"].create({"name": "Elsewhere"})
        cls.customer.company_id = cls.company
        cls.stranger = cls._of(cls.elsewhere, "stranger", SALES)
        cls.clerk = cls._of(cls.elsewhere, "clerk", f"{SALES},{USER}")
        cls.colleague = cls._of(cls.company, "colleague", f"{SALES},{USER}")

    @classmethod
    def _of(cls, company, login, groups):
        return new_test_user(
            cls.env,
            login=login,
            groups=groups,
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )

    def _told(self, user, name, **chosen):
        """What a form says of a field once a client has chosen something in it."""
        self.env.flush_all()
        self.env.invalidate_all()
        values = {
            "partner_id": self.customer.id,
            "partner_invoice_id": self.customer.id,
            "company_id": self.company.id,
            "currency_id": self.currency.id,
            "state": "draft",
            "amount_total": 1,
            **chosen,
        }
        orders = self.env["sale.order"].with_user(user)
        return orders.onchange(values, [], {name: {}})["value"].get(name)

    def test_a_quotation_of_ones_own_company_shows_the_room(self):
        self.assertIn("1,000.00", self._told(self.colleague, "credit_banner"))
        self.assertEqual(self._told(self.colleague, "credit_available"), 1000)

    def test_the_banner_shows_nothing_of_another_company(self):
        ours = self.elsewhere.id
        made_up = {"id": ours, "root_id": self.company.id}
        for company in self.company.id, ours, made_up:
            for user in self.stranger, self.clerk:
                with self.subTest(company=company, user=user.login):
                    told = self._told(user, "credit_banner", company_id=company)
                    self.assertFalse(told)
        with self.subTest("level"):
            self.assertFalse(self._told(self.stranger, "credit_banner_level"))

    def test_no_form_says_who_has_a_file_or_which_mode_is_on_elsewhere(self):
        for name in "credit_askable", "credit_checked":
            self.assertTrue(self._told(self.colleague, name, state="sale"), name)
            for user in self.stranger, self.clerk:
                with self.subTest(name, user=user.login):
                    self.assertFalse(self._told(user, name, state="sale"))

    def test_the_banner_shows_nothing_of_a_contact_that_is_made_up(self):
        own = self._customer("Own", company_id=self.elsewhere.id)
        self.elsewhere.credit_mode = "enforce"
        made_up = {"id": own.id, "commercial_partner_id": self.customer.id}
        chosen = {"partner_id": own.id, "partner_invoice_id": made_up}
        for company in self.elsewhere, self.company:
            told = self._told(
                self.stranger, "credit_banner", company_id=company.id, **chosen
            )
            self.assertFalse(told)

    def test_the_room_of_another_company_is_not_shown(self):
        for company in self.company, self.env["res.company"]:
            self.customer.company_id = company
            with self.subTest(of=company.name):
                self.assertFalse(self._told(self.clerk, "credit_available"))
