from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from odoo.addons.credit_control.groups import USER

from .test_order_terms import TermsCommon

SALES = "sales_team.group_sale_salesman"


@tagged("post_install", "-at_install")
class TestOpenForm(TermsCommon):
    """What a client may write into a form that nobody has saved names no grade and no
    terms of customers whose rating its user may not see."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.elsewhere = cls.env["res.company"].create({"name": "Elsewhere"})
        cls.other = cls._user("other", SALES)
        cls.stranger, cls.foreign_clerk = (
            new_test_user(
                cls.env,
                login=login,
                groups=groups,
                company_id=cls.elsewhere.id,
                company_ids=[Command.set(cls.elsewhere.ids)],
            )
            for login, groups in (
                ("stranger", SALES),
                ("foreign clerk", f"{SALES},{USER},account.group_account_invoice"),
            )
        )
        cls.mine = cls._customer("Mine", user_id=cls.other.id)
        values = {"partner_id": cls.mine.id, "company_id": cls.company.id}
        cls.own_order = cls.env["sale.order"].with_user(cls.other).create(values)

    def _told(self, user, names, changed=(), record=None, **chosen):
        """What a form says once a client has chosen something in it."""
        self.env.flush_all()
        self.env.invalidate_all()
        if record is None:
            record = self.env["sale.order"]
        values = {
            "partner_id": self.oak.id,
            "company_id": self.company.id,
            "currency_id": self.currency.id,
            "state": "draft",
            **chosen,
        }
        changed = [name for name in changed if name in values]
        told = record.with_user(user).onchange(
            values, changed, {name: {} for name in names}
        )
        return told["value"]

    def test_words_follow_what_is_chosen_and_not_what_is_said_of_it(self):
        said = {"credit_terms_ease": "easier", "credit_below_list": 1.0}
        names = ["credit_terms_words"]
        said["payment_term_id"] = self.term_60.id
        told = self._told(self.salesman, names, said, **said)
        self.assertEqual(
            told["credit_terms_words"],
            "Payment term 60 days is easier than 30 days, which grade BB gives.",
        )

    def test_no_words_of_another_ones_customer(self):
        for said in (
            {"credit_below_list": 1.0},
            {"credit_terms_ease": "easier"},
            {"credit_list_differs": True},
            {"credit_given_term_id": self.term_60.id, "credit_terms_ease": "easier"},
            {"credit_below_list": 1.0, "state": "sale"},
        ):
            for user in self.other, self.stranger, self.foreign_clerk:
                with self.subTest(user=user.login, **said):
                    told = self._told(user, ["credit_terms_words"], said, **said)
                    self.assertFalse(told.get("credit_terms_words"))

    def test_no_words_of_an_order_whose_customer_went_to_another(self):
        self.oak.user_id = self.other
        said = {"credit_below_list": 1.0, "state": "sale"}
        order = self._plain()
        order.action_confirm()
        told = self._told(
            self.salesman, ["credit_terms_words"], said, record=order, **said
        )
        self.assertFalse(told.get("credit_terms_words"))

    def test_no_words_of_a_limit_of_another_company(self):
        said = {"credit_had_limit": 10.0}
        told = self._told(self.foreign_clerk, ["credit_limit_words"], said, **said)
        self.assertFalse(told.get("credit_limit_words"))

    def test_no_words_on_invoices(self):
        for said in {"credit_below_list": 1.0}, {"credit_terms_ease": "easier"}:
            told = self._told(
                self.foreign_clerk,
                ["credit_terms_words"],
                said,
                record=self.env["account.move"],
                move_type="out_invoice",
                **said,
            )
            self.assertFalse(told.get("credit_terms_words"))

    def test_a_grade_that_the_client_says_gives_no_terms(self):
        said = {
            "payment_term_id": self.term_60.id,
            "rating_grade_id": self._grade("BB").id,
        }
        names = [
            "credit_given_term_id",
            "credit_given_pricelist_id",
            "credit_terms_ease",
            "credit_list_differs",
            "credit_terms_words",
        ]
        for record in self.env["sale.order"], self.own_order:
            for user in self.other, self.stranger, self.foreign_clerk:
                if record and user != self.other:
                    continue
                with self.subTest(user=user.login, saved=bool(record)):
                    told = self._told(user, names, said, record=record, **said)
                    self.assertFalse(any(told.values()), told)

    def test_a_deposit_of_another_company_is_not_shown(self):
        file = self._credit_file()
        self.assertTrue(file.deposit_asked)
        names, said = ["credit_deposit_asked"], {"credit_file_id": file.id}
        told = self._told(self.foreign_clerk, names, said, **said)
        self.assertFalse(told.get("credit_deposit_asked"))
        order = self._plain()
        seen = self._seen(order, self.clerk)
        self.assertEqual(seen.credit_deposit_asked, file.deposit_asked)
