from contextlib import contextmanager

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from odoo.addons.credit_control.tests.common import CreditCommon

SHIPPED = {
    "AA": 60,
    "AB": 50,
    "BA": 45,
    "BB": 40,
    "AC": 25,
    "CA": 20,
    "BC": 10,
    "CB": 5,
    "CC": 0,
}


@tagged("post_install", "-at_install")
class TestTerms(CreditCommon):
    """What each grade gives under a policy."""

    def _terms(self, *grades):
        terms = self.policy.grade_terms_ids
        return terms.filtered(lambda each: each.grade_id.name in grades)

    def _update(self, **values):
        """Commands that write a rate for each of these grades."""
        return [
            Command.update(self._terms(grade).id, {"rate": rate})
            for grade, rate in values.items()
        ]

    @contextmanager
    def assertRefused(self, sentence):
        # The plain one takes back what was written; the one with a pattern does not.
        with self.assertRaises(ValidationError) as refusal:
            yield
        self.assertIn(sentence, str(refusal.exception))

    def test_a_new_policy_gets_the_shipped_rates(self):
        rates = {each.grade_id.name: each.rate for each in self.policy.grade_terms_ids}
        self.assertEqual(rates, SHIPPED)
        self.assertEqual(list(rates), list(SHIPPED), "best grade first")
        worthy = self.policy.grade_terms_ids.filtered("creditworthy")
        self.assertEqual(set(worthy.grade_id.mapped("name")), set(SHIPPED) - {"CC"})

    def test_a_copied_policy_keeps_its_own_terms(self):
        self._terms("AA").write({"rate": 70, "deposit": 10})
        copied = self.policy.copy()
        self.assertEqual(copied.grade_terms_ids[0].rate, 70)
        self.assertEqual(copied.grade_terms_ids[0].deposit, 10)
        self.assertEqual(len(copied.grade_terms_ids), 9)

    def test_policies_that_were_there_before_get_terms_once(self):
        self.policy.grade_terms_ids.unlink()
        self.policy._add_missing_terms()
        self.policy._add_missing_terms()
        self.assertEqual(len(self.policy.grade_terms_ids), 9)

    def test_a_rate_that_rises_as_the_grade_falls_is_refused_and_says_where(self):
        refused = "BB has 51 %, more than the 45 % of the better grade BA"
        with self.assertRefused(refused):
            self._terms("BB").rate = 51
        with self.assertRefused(refused):
            self.policy.grade_terms_ids = self._update(BB=51)

    def test_several_rates_may_change_together_in_any_order(self):
        self.policy.grade_terms_ids = self._update(BB=80, AA=95, BA=85, AB=90)
        self.assertEqual(self._terms("BB").rate, 80)
        self.policy.grade_terms_ids = self._update(AA=60, AB=50, BA=45, BB=40)
        self.assertEqual(self._terms("AA").rate, 60)

    def test_a_refused_write_does_not_switch_the_check_off(self):
        for _again in range(2):
            with self.assertRaises(ValidationError):
                self.policy.grade_terms_ids = self._update(CC=99)
        with self.assertRaises(ValidationError):
            self._terms("CC").rate = 99

    def test_equal_rates_are_no_rise(self):
        self._terms("BA", "BB").rate = 45
        self.assertEqual(self._terms("BB").rate, 45)

    def test_no_context_key_lets_a_rate_rise(self):
        terms = self._terms("BB").with_context(credit_grade_terms_together=True)
        with self.assertRaises(ValidationError):
            terms.rate = 51

    def test_a_policy_cannot_be_created_with_rising_rates(self):
        grades = self.env["dealer.grade"].search([], limit=2)
        with self.assertRaises(ValidationError):
            self.env["credit.policy"].create(
                {
                    "name": "Upside down",
                    "grade_terms_ids": [
                        Command.create({"grade_id": grades[0].id, "rate": 10}),
                        Command.create({"grade_id": grades[1].id, "rate": 20}),
                    ],
                }
            )

    def test_a_worse_grade_gets_neither_credit_nor_cap_that_a_better_one_lacks(self):
        with self.assertRefused("AC cannot give credit"):
            self._terms("BB").creditworthy = False
        with self.assertRefused("highest limit cannot rise"):
            self._terms("BA").cap = 80000
        self._terms(*SHIPPED).cap = 80000
        self.assertEqual(self._terms("CC").cap, 80000)

    def test_grades_cannot_change_places_against_the_rates(self):
        below, above = self._terms("AC").grade_id, self._terms("BB").grade_id
        places = below.sequence, above.sequence
        above.sudo().sequence = places[0]
        with self.assertRefused("cannot rise"):
            below.sudo().sequence = places[1]

    def test_figures_have_to_be_sane(self):
        for values in (
            {"rate": -1},
            {"rate": 1e6},
            {"deposit": 101},
            {"cap": -1},
            {"cap": 1e16},
        ):
            with self.assertRaises(UserError, msg=values):
                self._terms("CC").write(values)

    def test_the_form_of_a_policy_takes_new_rates(self):
        with Form(self.policy) as form:
            for place, rate in ((0, 90), (1, 85), (2, 80)):
                with form.grade_terms_ids.edit(place) as line:
                    line.rate = rate
        self.assertEqual(self._terms("BA").rate, 80)

    def test_the_form_of_a_new_policy_shows_nine_grades(self):
        with Form(self.env["credit.policy"]) as form:
            form.name = "New"
            self.assertEqual(len(form.grade_terms_ids), 9)
            with form.grade_terms_ids.edit(0) as line:
                line.rate = 65
        self.assertEqual(
            form.record.grade_terms_ids.mapped("rate"),
            [65, *SHIPPED.values()][:1] + list(SHIPPED.values())[1:],
        )

    def test_only_managers_write_terms_and_salespeople_do_not_read_them(self):
        terms = self._terms("AA")
        with self.assertRaises(AccessError):
            terms.with_user(self.salesman).read(["rate"])
        self.assertEqual(terms.with_user(self.officer).rate, 60)
        with self.assertRaises(AccessError):
            terms.with_user(self.officer).rate = 61
        terms.with_user(self.manager).rate = 61
        self.assertEqual(terms.rate, 61)

    def test_a_hole_among_the_grades_is_refused(self):
        with self.assertRefused("AC cannot give credit while the better grade BB"):
            self._terms("BB").unlink()

    def _dealer(self, company):
        values = {"partner_id": self.customer.id, "company_id": company.id}
        return self.env["rating.dealer"].sudo().create(values)

    def test_a_shared_policy_names_what_one_company_has(self):
        """The other companies' dealers get nothing there."""
        shared = self.env["credit.policy"].create(
            {"name": "Shared", "company_id": False}
        )
        terms = shared.grade_terms_ids[0]
        other = self.env["res.company"].create({"name": "Elsewhere"})
        values = {
            name: self.env[model].create({"name": "Theirs", "company_id": other.id}).id
            for name, model in (
                ("pricelist_id", "product.pricelist"),
                ("payment_term_id", "account.payment.term"),
            )
        }
        terms.write(values)
        rated = {
            "dealer_id": self._dealer(self.company).id,
            "partner_id": self.customer.id,
            "company_id": self.company.id,
            "quarter_id": None,
            "grade_id": terms.grade_id.id,
            **values,
        }
        Change = self.env["credit.terms.change"].sudo()
        self.assertFalse(Change._apply([rated]))
        there = self._dealer(other)
        theirs = rated | {"dealer_id": there.id, "company_id": other.id}
        change = Change._apply([theirs])
        self.assertEqual(change.pricelist_id.id, values["pricelist_id"])
        self.assertEqual(change.payment_term_id.id, values["payment_term_id"])
        own = self.policy.grade_terms_ids[0]
        for name, value in values.items():
            with self.subTest(name), self.assertRaises(UserError):
                own.write({name: value})
