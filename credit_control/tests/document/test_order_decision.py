from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from ..common import CreditCommon

FIGURES = ("credit_limit_then", "credit_exposure_then", "credit_room_left")


@tagged("post_install", "-at_install")
class TestOrderDecision(CreditCommon):
    """An order shows the decision that covers it, and what that was decided on."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = cls._user("clerk", "credit_control.credit_group_user")

    def _seen(self, order, user=None):
        self.env.invalidate_all()
        return order.with_user(user or self.clerk)

    def _found(self, *domain):
        self.env.invalidate_all()
        return self.env["sale.order"].with_user(self.clerk).search(list(domain))

    def test_a_confirmed_order_shows_what_it_was_decided_on(self):
        self._invoice(300)
        order = self._order(200)
        order.action_confirm()
        seen = self._seen(order)
        self.assertEqual(seen.credit_outcome, "passed")
        self.assertEqual(seen.credit_decision_id.order_id, order)
        self.assertEqual([seen[name] for name in FIGURES], [1000, 300, 500])

    def test_later_figures_change_nothing_of_it(self):
        order = self._order(200)
        order.action_confirm()
        self._invoice(700)
        self.file._grant(50, reason="less")
        self.assertEqual([self._seen(order)[name] for name in FIGURES], [1000, 0, 800])

    def test_a_held_quotation_shows_the_hold_and_the_room_of_today(self):
        order = self._order(1500)
        order.action_confirm()
        self._invoice(100)
        seen = self._seen(order)
        self.assertEqual(seen.credit_outcome, "held")
        self.assertEqual(seen.credit_room_left, -500)
        self.assertEqual(seen.credit_available, 900)

    def test_who_released_it_is_shown_and_found(self):
        order = self._order(1500)
        order.action_confirm()
        self._decision(order).with_user(self.manager).action_release(reason="once")
        seen = self._seen(order, self.salesman)
        self.assertEqual(seen.credit_outcome, "released")
        self.assertEqual(seen.credit_released_by_id, self.manager)
        self.assertIn(order, self._found(("credit_released_by_id", "!=", False)))
        self.assertIn(order, self._found(("credit_room_left", "<", 0)))

    def test_an_order_that_is_raised_shows_the_decision_that_covers_it_now(self):
        order = self._order(200)
        order.action_confirm()
        order.order_line.price_unit = 300
        self.assertEqual(self._seen(order).credit_room_left, 700)

    def test_a_cancelled_order_has_no_decision(self):
        order = self._order(200)
        order.action_confirm()
        order._action_cancel()
        self.assertFalse(self._seen(order).credit_outcome)

    def test_a_copy_begins_without_a_decision(self):
        order = self._order(200)
        order.action_confirm()
        self.assertFalse(self._seen(order.copy()).credit_outcome)

    def test_orders_without_a_decision_are_found(self):
        free = self._order(10, self._customer("No File"))
        free.action_confirm()
        decided = self._order(10)
        decided.action_confirm()
        found = self._found(("credit_outcome", "=", False))
        self.assertIn(free, found)
        self.assertNotIn(decided, found)
        self.assertFalse(self._seen(free).credit_file_id)
        self.assertFalse(self._seen(free).credit_available)

    def test_without_a_limit_the_room_is_less_than_nothing(self):
        self.company.credit_mode = "observe"
        order = self._order(10, self._file(self._customer("New")).partner_id)
        order.action_confirm()
        seen = self._seen(order)
        self.assertEqual(seen.credit_outcome, "observed")
        self.assertEqual(seen.credit_room_left, -10)
        self.assertIn(order, self._found(("credit_room_left", "<", 0)))

    def test_orders_of_before_say_that_they_were_taken_over(self):
        order = self._order(10, self._customer("Old"))
        order.action_confirm()
        self._file(order.partner_id, 100)
        self.assertEqual(self._seen(order).credit_outcome, "adopted")

    def test_lists_group_by_what_was_decided(self):
        held, passed = self._order(1500), self._order(100)
        held.action_confirm()
        passed.action_confirm()
        orders = self.env["sale.order"].with_user(self.salesman)
        own = [("id", "in", (held | passed).ids)]
        counted = dict(orders._read_group(own, ["credit_outcome"], ["__count"]))
        self.assertEqual(counted, {"held": 1, "passed": 1})
        self.assertEqual(orders.search(own, order="credit_outcome"), held | passed)

    def test_sales_are_reported_by_what_was_decided(self):
        held, passed = self._order(1500), self._order(100)
        held.action_confirm()
        passed.action_confirm()
        report = self.env["sale.report"].with_user(self.salesman)
        self.env.flush_all()
        told = dict(
            report._read_group(
                [
                    (
                        "order_reference",
                        "in",
                        [f"sale.order,{held.id}", f"sale.order,{passed.id}"],
                    )
                ],
                ["credit_outcome"],
                ["price_total:sum"],
            )
        )
        self.assertEqual(told, {"held": 1500, "passed": 100})

    def test_the_room_of_many_quotations_is_added_up_at_once(self):
        customers = [self._customer(f"Shop {number}") for number in range(20)]
        for customer in customers:
            self._file(customer, 100)
        few = self.env["sale.order"].union(*(self._order(1, c) for c in customers[:2]))
        many = self.env["sale.order"].union(*(self._order(1, c) for c in customers))
        counts = []
        for orders in few, few, many:
            seen = self._seen(orders)
            seen.mapped("partner_invoice_id.commercial_partner_id.name")
            before = self.env.cr.sql_log_count
            self.assertEqual(set(seen.mapped("credit_available")), {100})
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])

    # === RIGHTS === #

    def test_a_salesperson_sees_the_outcome_and_no_figures(self):
        order = self._order(200)
        order.action_confirm()
        seen = self._seen(order, self.salesman)
        self.assertEqual(seen.credit_outcome, "passed")
        for name in (
            *FIGURES,
            "credit_decision_id",
            "credit_file_id",
            "credit_available",
        ):
            with self.subTest(name), self.assertRaises(AccessError):
                seen.read([name])
            with self.subTest(f"search {name}"), self.assertRaises(AccessError):
                seen.search([(name, "=", 1)])
        for user in self.salesman, self.clerk, self.manager:
            with self.subTest(user.login), Form(self._seen(order, user)) as form:
                self.assertEqual(form.credit_outcome, "passed")

    def test_nobody_writes_what_is_shown(self):
        order = self._order(200).with_user(self.manager)
        values = {"credit_outcome": "passed", "credit_room_left": 9}
        for name, value in values.items():
            with self.subTest(name), self.assertRaises(AccessError):
                order.write({name: value})
            with self.subTest(f"create {name}"), self.assertRaises(AccessError):
                order.create({"partner_id": self.customer.id, name: value})
        given = {f"default_{name}": value for name, value in values.items()}
        made = order.with_context(**given).create({"partner_id": self.customer.id})
        self.env.invalidate_all()
        self.assertFalse(made.credit_outcome)

    def test_the_decision_and_the_file_open(self):
        order = self._order(200)
        order.action_confirm()
        seen = self._seen(order)
        opened = seen.action_open_credit_decision()
        self.assertEqual(opened["res_id"], self._decision(order).id)
        self.assertEqual(seen.action_open_credit_file()["res_id"], self.file.id)

    def test_an_order_billed_to_another_shows_the_file_of_who_owes(self):
        head = self._customer("Head Office")
        file = self._file(head, 500)
        order = self._order(100, partner_invoice_id=head.id)
        order.action_confirm()
        seen = self._seen(order)
        self.assertEqual(seen.credit_file_id, file)
        self.assertEqual(seen.credit_limit_then, 500)

    def test_an_invoice_leads_to_the_file_of_who_owes_it(self):
        contact = self.env["res.partner"].create(
            {"name": "Buyer", "parent_id": self.customer.id}
        )
        invoice = self._invoice(10, contact).with_user(self.clerk)
        self.assertEqual(invoice.credit_file_id, self.file)
        self.assertEqual(invoice.action_open_credit_file()["res_id"], self.file.id)
        bill = self._invoice(10, contact, move_type="in_invoice", post=False)
        self.assertFalse(bill.credit_file_id)
