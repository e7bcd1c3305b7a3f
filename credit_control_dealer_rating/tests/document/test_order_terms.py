from contextlib import nullcontext
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form, freeze_time, new_test_user, tagged

from ..common import RatedCommon

KEPT = ("credit_kept_term_id", "credit_kept_pricelist_id", "credit_kept_deposit")


class TermsCommon(RatedCommon):
    """Oak is graded BB, which gives 30 days, a price list 10 % down and a deposit."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.credit_mode = "observe"
        lists = cls.env.ref("product.group_product_pricelist")
        cls.env.ref("base.group_user").implied_ids += lists
        cls.list_bb = cls._list("Dealers", 10)
        cls.list_aa = cls._list("Best", 20)
        cls._terms("BB").write(
            {
                "payment_term_id": cls.term_30.id,
                "pricelist_id": cls.list_bb.id,
                "deposit": 12,
            }
        )
        cls._terms("AC").payment_term_id = cls.term_now
        cls._sale(10_000)
        cls._rate("BB").with_user(cls.manager).action_accept()
        cls.clerk = cls._user("clerk", "credit_control.credit_group_user")

    @classmethod
    def _list(cls, name, percent, **values):
        rule = {"compute_price": "percentage", "percent_price": percent}
        return cls.env["product.pricelist"].create(
            {
                "name": name,
                "currency_id": cls.currency.id,
                "item_ids": [Command.create({"applied_on": "3_global", **rule})],
                **values,
            }
        )

    @classmethod
    def _plain(cls, partner=None, **values):
        """A quotation as a salesperson enters it: terms and prices are Odoo's."""
        line = {"product_id": cls.product.id, "product_uom_qty": 2}
        return (
            cls.env["sale.order"]
            .with_user(cls.salesman)
            .create(
                {
                    "partner_id": (partner or cls.oak).id,
                    "company_id": cls.company.id,
                    "user_id": cls.salesman.id,
                    "order_line": [Command.create(line)],
                    **values,
                }
            )
        )

    def _seen(self, record, user=None):
        self.env.flush_all()
        self.env.invalidate_all()
        return record.with_user(user or self.salesman)


@tagged("post_install", "-at_install")
class TestOrderTerms(TermsCommon):
    """A quotation gets what the grade gives, and shows where it has something else."""

    def test_a_quotation_gets_what_the_grade_gives(self):
        order = self._plain()
        self.assertEqual(order.payment_term_id, self.term_30)
        self.assertEqual(order.pricelist_id, self.list_bb)
        self.assertEqual(order.currency_id, self.currency)
        seen = self._seen(order)
        self.assertEqual(seen.credit_given_term_id, self.term_30)
        self.assertEqual(seen.credit_given_pricelist_id, self.list_bb)
        self.assertEqual(seen.credit_given_deposit, 12)
        self.assertEqual(seen.credit_terms_ease, "equal")
        self.assertFalse(seen.credit_list_differs)
        self.assertFalse(seen.credit_below_list)
        self.assertFalse(seen.credit_terms_words)

    def test_an_easier_term_is_said_and_found(self):
        order = self._plain(payment_term_id=self.term_60.id)
        seen = self._seen(order)
        self.assertEqual(seen.credit_terms_ease, "easier")
        self.assertEqual(
            seen.credit_terms_words,
            "Payment term 60 days is easier than 30 days, which grade BB gives.",
        )
        found = [("credit_terms_ease", "=", "easier"), ("id", "=", order.id)]
        self.assertEqual(seen.search(found), order)

    def test_no_payment_term_is_due_at_once(self):
        seen = self._seen(self._plain(payment_term_id=False))
        self.assertEqual(seen.credit_terms_ease, "stricter")
        self.assertIn("due at once is stricter", seen.credit_terms_words)

    def test_another_price_list_is_named_with_what_it_costs(self):
        order = self._plain(pricelist_id=self.list_aa.id)
        self.assertEqual(order.amount_untaxed, 160)
        seen = self._seen(order)
        self.assertTrue(seen.credit_list_differs)
        self.assertAlmostEqual(seen.credit_below_list, 20)
        words = seen.credit_terms_words
        self.assertIn("Price list Best is not Dealers, which grade BB gives.", words)
        self.assertIn("20.00 below those that grade BB gives", words)

    def test_a_discount_and_a_price_below_the_list_add_up(self):
        order = self._plain()
        order.order_line.price_unit = 80
        self.assertAlmostEqual(self._seen(order).credit_below_list, 20)
        order.order_line.write({"price_unit": 90, "discount": 50})
        self.assertAlmostEqual(self._seen(order).credit_below_list, 90)
        order.order_line.write({"price_unit": 300, "discount": 0})
        self.assertFalse(self._seen(order).credit_below_list)
        found = [("credit_below_list", ">", 0), ("id", "=", order.id)]
        self.assertFalse(order.search(found))

    def test_a_discount_that_the_list_shows_is_none_of_the_orders(self):
        self.env.user.group_ids += self.env.ref("sale.group_discount_per_so_line")
        self.salesman.group_ids += self.env.ref("sale.group_discount_per_so_line")
        order = self._plain()
        self.assertEqual(order.amount_untaxed, 180)
        self.assertFalse(self._seen(order).credit_below_list)

    def test_updating_prices_compares_with_the_grade_of_today(self):
        order = self._plain()
        self._terms("BB").pricelist_id = self.list_aa
        order.action_update_prices()
        self.assertEqual(self._seen(order).credit_below_list, 0)
        order.pricelist_id = self.list_aa
        order.action_update_prices()
        self.assertEqual(order.amount_untaxed, 160)
        self.assertFalse(self._seen(order).credit_below_list)

    def test_a_confirmed_order_keeps_what_the_grade_gave(self):
        order = self._plain(payment_term_id=self.term_60.id)
        order.order_line.price_unit = 80
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        self.dealer._downgrade(1, "A warning", "manual")
        self._terms("BB").write(
            {"payment_term_id": self.term_60.id, "pricelist_id": self.list_aa.id}
        )
        seen = self._seen(order)
        self.assertEqual(seen.credit_given_term_id, self.term_30)
        self.assertEqual(seen.credit_terms_ease, "easier")
        self.assertIn("grade BB gives", seen.credit_terms_words)
        self.assertAlmostEqual(seen.credit_below_list, 20)

    def test_a_downgrade_shows_on_a_quotation_and_is_what_the_next_gets(self):
        order = self._plain()
        self.dealer._downgrade(1, "A warning", "manual")
        seen = self._seen(order)
        self.assertEqual(seen.credit_given_term_id, self.term_now)
        self.assertEqual(seen.credit_terms_ease, "easier")
        self.assertEqual(self._plain().payment_term_id, self.term_now)

    def test_a_corrected_quarter_is_what_the_next_gets(self):
        first = self._last().quarter_id.sudo()
        first.is_current = False
        first.flush_recordset()
        self._rate("AC", version=2)
        self.assertEqual(self._plain().payment_term_id, self.term_now)

    def test_a_copy_gets_the_term_of_today(self):
        order = self._plain()
        order.action_confirm()
        self.dealer._downgrade(1, "A warning", "manual")
        self.assertEqual(order.copy().payment_term_id, self.term_now)
        self.assertEqual(self._plain().copy().payment_term_id, self.term_now)

    def test_a_copy_keeps_what_was_agreed(self):
        order = self._plain(payment_term_id=self.term_60.id)
        copied = order.copy()
        self.assertEqual(copied.payment_term_id, self.term_60)
        self.assertEqual(self._seen(copied).credit_terms_ease, "easier")

    def test_a_contact_of_the_dealer_gets_the_same(self):
        buyer = self.env["res.partner"].create(
            {"name": "Buyer", "parent_id": self.oak.id, "user_id": self.salesman.id}
        )
        order = self._plain(buyer)
        self.assertEqual(order.payment_term_id, self.term_30)
        self.assertEqual(order.pricelist_id, self.list_bb)
        self.assertEqual(self._seen(order).credit_given_term_id, self.term_30)

    def test_a_persons_own_term_is_not_overridden(self):
        change = self.dealer.credit_change_ids[0]
        change.with_user(self.manager).action_restore()
        order = self._plain()
        self.assertFalse(order.payment_term_id)
        self.assertEqual(self._seen(order).credit_terms_ease, "stricter")

    def test_sales_are_reported_by_ease(self):
        order = self._plain(payment_term_id=self.term_60.id)
        report = self._seen(self.env["sale.report"])
        own = [("order_reference", "=", f"sale.order,{order.id}")]
        told = report._read_group(own, ["credit_terms_ease"], ["price_total:sum"])
        self.assertEqual(told, [("easier", order.amount_total)])

    def test_an_open_form_compares_what_is_chosen(self):
        with Form(self.env["sale.order"].with_user(self.salesman)) as form:
            form.partner_id = self.oak
            self.assertEqual(form.payment_term_id, self.term_30)
            self.assertFalse(form.credit_terms_words)
            form.payment_term_id = self.term_60
            self.assertIn("60 days is easier", form.credit_terms_words)
            form.pricelist_id = self.list_aa
            self.assertIn("Price list Best is not Dealers", form.credit_terms_words)
            order = form.save()
        with Form(order) as form:
            form.payment_term_id = self.term_30
            self.assertNotIn("easier", form.credit_terms_words)
            form.partner_id = self._customer("Nobody", user_id=self.salesman.id)
            self.assertFalse(form.credit_terms_words)

    def test_a_form_shows_it_for_each(self):
        order = self._plain(payment_term_id=self.term_60.id)
        for user in self.salesman, self.clerk, self.officer, self.manager:
            with self.subTest(user.login), Form(self._seen(order, user)) as form:
                self.assertIn("easier", form.credit_terms_words)
                self.assertEqual(form.rating_grade_id, self._grade("BB"))

    def test_a_form_opens_for_an_accountant_who_sees_no_grade(self):
        accountant = new_test_user(
            self.env, "books", groups="account.group_account_invoice"
        )
        with Form(self._seen(self._plain(), accountant)) as form:
            self.assertFalse(form.credit_has_grade)
        with Form(self._seen(self._plain(), self.salesman)) as form:
            self.assertTrue(form.credit_has_grade)

    # === WHO GETS NOTHING === #

    def test_a_customer_who_is_no_dealer_is_given_nothing(self):
        seen = self._seen(self._plain(self._customer("Nobody"), user_id=False))
        for name in "credit_given_term_id", "credit_terms_ease", "credit_below_list":
            self.assertFalse(seen[name])
        self.assertFalse(seen.credit_terms_words)

    def test_a_dealer_without_a_grade_or_file_is_given_nothing_or_the_companys(self):
        new = self._customer("New", user_id=self.salesman.id)
        dealer = self._dealer(new)
        order = self._plain(new)
        self.assertFalse(self._seen(order).credit_terms_ease)
        dealer.sudo().grade_id = self._grade("BB")
        self.assertEqual(self._seen(order).credit_given_term_id, self.term_30)

    def test_an_archived_term_or_list_is_given_to_nobody(self):
        order = self._plain()
        kept = self._plain()
        kept.action_confirm()
        self.term_30.active = self.list_bb.active = False
        seen = self._seen(order)
        self.assertFalse(seen.credit_given_term_id)
        self.assertFalse(seen.credit_terms_ease)
        self.assertFalse(seen.credit_list_differs)
        self.assertEqual(self._seen(kept).credit_given_term_id, self.term_30)

    def test_an_archived_dealer_gives_nothing(self):
        order = self._plain()
        self.dealer.active = False
        self.assertFalse(self._seen(order).credit_given_term_id)

    def test_a_policy_of_the_file_comes_before_the_companys(self):
        order = self._plain()
        other = self.policy.copy({"name": "Own"})
        grade = self._grade("BB")
        terms = other.grade_terms_ids.filtered(lambda each: each.grade_id == grade)
        terms.payment_term_id = self.term_60
        self._credit_file().policy_id = other
        self.assertEqual(self._seen(order).credit_given_term_id, self.term_60)

    def test_a_merged_dealer_takes_the_quotation_along(self):
        elm = self._customer("Elm", user_id=self.salesman.id)
        order = self._plain(elm)
        wizard = self.env["base.partner.merge.automatic.wizard"]
        wizard._merge((elm | self.oak).ids, self.oak)
        self.assertEqual(self._seen(order).credit_given_term_id, self.term_30)

    # === RIGHTS === #

    def test_another_salespersons_customer_shows_nothing(self):
        order = self._plain(payment_term_id=self.term_60.id)
        self.oak.user_id = self.manager
        seen = self._seen(order)
        self.assertFalse(seen.credit_terms_ease)
        self.assertFalse(seen.credit_terms_words)
        self.assertFalse(seen.search([("credit_terms_ease", "=", "easier")]) & order)
        self.assertEqual(self._seen(order, self.clerk).credit_terms_ease, "easier")

    def test_limits_are_for_credit_users(self):
        order = self._plain()
        for name in "credit_given_limit", "credit_had_limit", "credit_limit_words":
            with self.subTest(name), self.assertRaises(AccessError):
                self._seen(order).read([name])

    def test_nobody_writes_what_was_given(self):
        order = self._plain().with_user(self.manager)
        for name in KEPT:
            with self.subTest(name), self.assertRaises(AccessError):
                order.write({name: 1})
            with self.subTest(f"context {name}"), self.assertRaises(AccessError):
                order.with_context(**{f"default_{name}": 1}).create(
                    {"partner_id": self.oak.id}
                )
        with self.subTest("line"), self.assertRaises(AccessError):
            order.order_line.write({"credit_list_price": 1})
        with self.subTest("own default"):
            self.env["ir.default"].set("sale.order", "credit_kept_deposit", 99, True)
            made = self._plain()
            self.assertFalse(made.sudo().credit_kept_deposit)

    def test_an_order_of_another_company_shows_nothing_of_ours(self):
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        self.env.user.company_ids += elsewhere
        order = self.env["sale.order"].create(
            {"partner_id": self.oak.id, "company_id": elsewhere.id}
        )
        self.assertFalse(order.credit_given_term_id)
        self.assertFalse(order.credit_terms_words)
        self.assertFalse(order.credit_file_id)

    # === QUERIES === #

    def _many(self, number, **values):
        made = [self._plain(**values) for _each in range(number)]
        return self.env["sale.order"].union(*made)

    def test_keeping_costs_the_same_for_any_number(self):
        counts = []
        for number in 2, 2, 12:
            orders = self._many(number)
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            orders._rating_keep()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1:], [1, 1])

    def test_confirming_costs_one_statement_more_for_any_number(self):
        def cost(number, keeping):
            orders = self._many(number)
            self.env.flush_all()
            self.env.invalidate_all()
            still = patch.object(type(orders), "_rating_keep", lambda orders: None)
            before = self.env.cr.sql_log_count
            with nullcontext() if keeping else still:
                orders.action_confirm()
                self.env.flush_all()
            self.assertEqual(set(orders.mapped("state")), {"sale"})
            return self.env.cr.sql_log_count - before

        # Odoo writes the order's date or not, as a second goes by
        with freeze_time(fields.Datetime.now()):
            cost(2, True)  # warms the caches up
            for number in 2, 10:
                with self.subTest(number):
                    self.assertEqual(cost(number, True) - cost(number, False), 1)

    def test_a_list_of_orders_costs_as_much_as_one(self):
        names = ["credit_terms_words", "credit_below_list", "credit_given_level_id"]
        counts = []
        for number in 2, 2, 12:
            orders = self._many(number, payment_term_id=self.term_60.id)
            seen = self._seen(orders)
            before = self.env.cr.sql_log_count
            self.assertIn("easier", seen.read(names)[0]["credit_terms_words"])
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])
