from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from ..common import CreditCommon


@tagged("post_install", "-at_install")
class TestModes(CreditCommon):
    """How strict the company is: off, observe or enforce; and with whom."""

    def _confirmed(self, amount, **values):
        order = self._order(amount, **values)
        order.action_confirm()
        self.env.flush_all()
        self.assertEqual(order.state, "sale")
        return order

    def _raise(self, order, amount):
        order.order_line.price_unit = amount
        self.env.flush_all()

    def assertRefused(self, order, amount):
        with self.assertRaises(ValidationError):
            self._raise(order, amount)
        self.env.invalidate_all()

    # === OFF, OBSERVE, ENFORCE === #

    def test_new_company_observes(self):
        company = self.env["res.company"].create({"name": "New"})
        self.assertEqual(company.credit_mode, "observe")
        self.assertEqual(company.credit_without_file, "free")
        self.assertTrue(company.credit_default_policy_id)
        self.assertFalse(company.credit_auto_confirm)

    def test_off_is_as_if_the_addon_were_not_there(self):
        self.company.credit_mode = "off"
        order = self._confirmed(9000)
        self._raise(order, 99000)
        self.assertFalse(self._decision(order))
        self.assertFalse(order.credit_checked)
        self.assertFalse(self._order(9000).credit_banner)
        self.assertFalse(order.sudo().activity_ids)

    def test_observing_records_what_would_be_held_and_holds_nothing(self):
        self.company.credit_mode = "observe"
        order = self._confirmed(9000)
        self.assertConfirmed(order, "observed")
        decision = self._decision(order)
        self.assertIn("9,000.00", decision.reasons)
        self.assertTrue(decision._replays())
        self.assertFalse(order.credit_hold)
        self.assertFalse(order.sudo().activity_ids)

    def test_observing_lets_orders_grow(self):
        self.company.credit_mode = "observe"
        order = self._confirmed(900)
        self._raise(order, 9000)
        self.assertConfirmed(order, "observed")
        self.assertEqual(self._decision(order).checkpoint, "growth")

    def test_observing_lets_any_door_stand_open(self):
        self.company.credit_mode = "observe"
        order = self._order(9000)
        order.write({"state": "sale"})
        self.assertConfirmed(order, "observed")

    def test_enforcing_holds(self):
        order = self._order(9000)
        order.action_confirm()
        self.assertHeld(order, "limit")

    # === SWITCHING === #

    def test_orders_of_before_are_adopted_and_can_be_edited(self):
        for mode in "off", "observe":
            with self.subTest(before=mode):
                self.company.credit_mode = mode
                order = self._confirmed(9000)
                self.company.credit_mode = "enforce"
                if mode == "off":
                    self.assertEqual(self._decision(order).checkpoint, "adopted")
                order.note = "Ring twice"
                order.order_line.name = "Other words"
                order.partner_shipping_id = self.customer
                order.write({"state": "sale"})
                self._raise(order, 8000)
                self.assertEqual(order.amount_total, 8000)

    def test_only_growth_of_orders_of_before_is_checked(self):
        for mode in "off", "observe":
            with self.subTest(before=mode):
                self.company.credit_mode = mode
                order = self._confirmed(9000)
                self.company.credit_mode = "enforce"
                self.assertRefused(order, 9001)

    def test_adopted_orders_take_room_from_new_ones(self):
        self.company.credit_mode = "off"
        self._confirmed(800)
        self.company.credit_mode = "enforce"
        self._confirmed(200)
        order = self._order(1)
        order.action_confirm()
        self.assertHeld(order, "limit")

    def test_order_that_grew_while_nobody_looked_is_adopted_as_it_is(self):
        order = self._confirmed(800)
        self.company.credit_mode = "off"
        self._raise(order, 5000)
        self.company.credit_mode = "enforce"
        self._raise(order, 4900)
        self.assertEqual(order.amount_total, 4900)
        self.assertRefused(order, 4901)

    def test_order_that_changed_its_customer_while_nobody_looked(self):
        other = self._customer("Other Shop")
        self._file(other, 10)
        order = self._confirmed(800)
        self.company.credit_mode = "off"
        order.write({"partner_id": other.id, "partner_invoice_id": other.id})
        self.env.flush_all()
        self.company.credit_mode = "enforce"
        self._raise(order, 700)
        self.assertEqual(order.amount_total, 700)

    def test_switching_twice_adopts_once(self):
        self.company.credit_mode = "off"
        order = self._confirmed(800)
        for mode in "observe", "enforce", "observe", "enforce":
            self.company.credit_mode = mode
        decisions = self.env["credit.decision"].search([("order_id", "=", order.id)])
        self.assertEqual(decisions.mapped("checkpoint"), ["adopted"])

    def test_quotations_are_not_adopted(self):
        self.company.credit_mode = "off"
        order = self._order(9000)
        self.company.credit_mode = "enforce"
        self.assertFalse(self._decision(order))
        order.action_confirm()
        self.assertHeld(order, "limit")

    def test_held_order_goes_once_nothing_is_checked(self):
        order = self._order(9000)
        order.action_confirm()
        self.company.credit_mode = "off"
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        self.assertFalse(order.credit_hold)
        self.assertFalse(order.sudo().activity_ids)
        self.assertEqual(self.file.held_count, 0)

    def test_held_order_goes_once_the_company_only_observes(self):
        order = self._order(9000)
        order.action_confirm()
        held = self._decision(order)
        self.company.credit_mode = "observe"
        order.action_confirm()
        self.assertConfirmed(order, "observed")
        self.assertNotEqual(held.state, "held")
        self.assertFalse(order.sudo().activity_ids)

    def test_nothing_waits_any_more_once_nothing_is_held(self):
        """Or else the queue would fill up with orders that anyone may confirm."""
        for mode in "off", "observe":
            with self.subTest(mode=mode):
                order = self._order(9000)
                order.action_confirm()
                self.assertHeld(order, "limit")
                self.company.credit_mode = mode
                self._retake()
                self.assertFalse(order.credit_hold)
                self.assertEqual(order.state, "draft")
                self.company.credit_mode = "enforce"

    def test_branch_does_as_the_head_company_says(self):
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id, "credit_mode": "off"}
        )
        self.salesman.company_ids |= branch
        order = (
            self.env["sale.order"]
            .with_user(self.salesman)
            .with_context(allowed_company_ids=(branch | self.company).ids)
            .create(
                {
                    "partner_id": self.customer.id,
                    "company_id": branch.id,
                    "order_line": [
                        Command.create(
                            {
                                "product_id": self.product.id,
                                "price_unit": 9000,
                                "tax_ids": [Command.clear()],
                            }
                        )
                    ],
                }
            )
        )
        order.action_confirm()
        self.assertHeld(order, "limit")
        self.assertEqual(self._decision(order).company_id, self.company)

    # === CUSTOMERS WITHOUT A FILE === #

    def test_free_customers_are_not_checked(self):
        stranger = self._customer("Stranger")
        order = self._confirmed(1e6, customer=stranger)
        self._raise(order, 2e6)
        self.assertFalse(self._decision(order))

    def test_cash_customers_pay_first(self):
        self.company.credit_without_file = "cash"
        order = self._order(10, customer=self._customer("Stranger"))
        order.action_confirm()
        self.assertHeld(order, "cash_only")
        self.assertIn("payment in advance only", order.credit_reasons)
        self.assertIn("10.00", order.credit_cures)

    def test_cash_customers_may_pay_on_the_spot(self):
        self.company.credit_without_file = "cash"
        now = self.env.ref("account.account_payment_term_immediate")
        stranger = self._customer("Stranger")
        self._confirmed(10, customer=stranger, payment_term_id=now.id)

    def test_customers_who_wait_for_a_file_go_when_they_have_one(self):
        self.company.write({"credit_without_file": "held", "credit_auto_confirm": True})
        stranger = self._customer("Stranger")
        order = self._order(10, customer=stranger)
        order.action_confirm()
        self.assertHeld(order, "no_file")
        self.assertIn("credit file", order.credit_cures)
        file = self._file(stranger)
        self._retake()
        self.assertHeld(order, "no_limit")
        file._grant(100, reason="first")
        self._retake()
        self.assertConfirmed(order)
        self.assertEqual(self._decision(order).file_id, file)

    def test_orders_without_a_file_are_checked_at_every_door(self):
        stranger = self._customer("Stranger")
        self.company.credit_without_file = "held"
        order = self._order(10, customer=stranger)
        with self.assertRaises(ValidationError):
            order.write({"state": "sale"})

    def test_orders_of_free_customers_are_adopted_when_the_freedom_ends(self):
        stranger = self._customer("Stranger")
        order = self._confirmed(9000, customer=stranger)
        self.company.credit_without_file = "held"
        self.assertEqual(self._decision(order).checkpoint, "adopted")
        self._raise(order, 8000)
        self.assertRefused(order, 8001)

    def test_orders_of_free_customers_are_adopted_with_their_file(self):
        stranger = self._customer("Stranger")
        order = self._confirmed(9000, customer=stranger)
        self._file(stranger, 100)
        self.assertEqual(self._decision(order).checkpoint, "adopted")
        self._raise(order, 8000)
        self.assertRefused(order, 8001)

    def test_archived_file_is_none(self):
        self.file.active = False
        order = self._confirmed(9000)
        self.assertFalse(self._decision(order))
        self.file.active = True
        self._raise(order, 8000)
        self.assertRefused(order, 8001)

    # === COMING FROM THE ACCOUNTING APP === #

    def _core_limit(self, name, amount, company=None, **values):
        customer = self._customer(name, **values)
        customer.with_company(company or self.company).credit_limit = amount
        self.env.flush_all()
        return customer

    def _adopt(self):
        self.env["res.company"].search([]).account_use_credit_limit = True
        self.env["credit.takeover"].sudo()._adopt()
        self.env.invalidate_all()

    def _files_of(self, customer):
        return self.env["credit.file"].search([("partner_id", "=", customer.id)])

    def test_limits_of_the_accounting_app_are_the_first_limits(self):
        customer = self._core_limit("Old Shop", 700)
        self._adopt()
        file = self._files_of(customer)
        self.assertEqual(file.company_id, self.company)
        self.assertEqual(file.limit_amount, 700)
        self.assertIn("accounting", file.limit_ids.reason)

    def test_limits_are_adopted_company_by_company(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.env.user.company_ids |= other
        customer = self._core_limit("Old Shop", 700)
        customer.with_company(other).credit_limit = 300
        self.env.flush_all()
        self._adopt()
        limits = {
            file.company_id: file.limit_amount
            for file in self._files_of(customer).sudo()
        }
        self.assertEqual(limits, {self.company: 700, other: 300})

    def test_adopting_twice_adds_nothing(self):
        customer = self._core_limit("Old Shop", 700)
        self._adopt()
        before = self.env["credit.limit"].sudo().search([])
        self._adopt()
        self.assertEqual(self.env["credit.limit"].sudo().search([]), before)
        self.assertEqual(len(self._files_of(customer)), 1)

    def test_customers_with_a_file_keep_their_own_limit(self):
        key = str(self.company.id)
        self.env.cr.execute(
            "UPDATE res_partner SET credit_limit = jsonb_build_object(%s, 5)"
            " WHERE id = %s",
            (key, self.customer.id),
        )
        self.env.invalidate_all()
        self._adopt()
        self.assertEqual(self.file.limit_amount, 1000)

    def test_no_limit_and_contacts_open_no_file(self):
        nothing = self._core_limit("Nobody", 0)
        contact = self._core_limit(
            "Contact", 700, parent_id=self.customer.id, is_company=False
        )
        self._adopt()
        self.assertFalse(self._files_of(nothing))
        self.assertFalse(self._files_of(contact))

    def test_running_company_goes_on_as_before_until_somebody_turns_it_on(self):
        """What installation does, on a company with limits and orders over them."""
        self.company.credit_mode = "observe"
        customer = self._core_limit("Old Shop", 700)
        old = self._confirmed(5000, customer=customer)
        self._adopt()
        new = self._confirmed(5000, customer=customer)
        self._raise(old, 6000)
        self.company.credit_mode = "enforce"
        self._raise(old, 5900)
        self._raise(new, 4900)
        self.assertRefused(new, 4901)
        last = self._order(1, customer=customer)
        last.action_confirm()
        self.assertHeld(last, "limit")
