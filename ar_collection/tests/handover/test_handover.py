from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import date_utils

from ..common import CollectionCommon


class HandoverCommon(CollectionCommon):
    """A salesman hands his customers over: one late, one not, one taken over."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.heir = cls._user("heir", "ar_collection.collection_group_user")
        cls.mill, cls.works, cls.other = (
            cls._customer(name) for name in ("Mill", "Works", "Other's Customer")
        )
        cls.other.user_id = cls.heir
        cls._invoice(100, late=8)
        cls._invoice(40, late=-20)
        cls._invoice(70, late=-20, customer=cls.mill)
        cls._invoice(90, late=20, customer=cls.works)
        cls._invoice(80, late=8, customer=cls.other)
        cls._run()
        cls._perform()
        cls.cases = cls.env["collection.case"].search(
            [("company_id", "=", cls.company.id)]
        )
        cls.case = cls.cases.filtered(lambda each: each.partner_id == cls.shop)
        cls.taken = cls.cases.filtered(lambda each: each.partner_id == cls.works)

    def _prepare(self, user=None, **values):
        handovers = self.env["collection.handover"].with_user(user or self.collector)
        handover = handovers._prepare(self.company, self.salesman, self.heir, **values)
        return handover.with_env(self.env)


@tagged("post_install", "-at_install")
class TestHandover(HandoverCommon):
    def test_the_statement_lists_what_each_customer_owes(self):
        handover = self._prepare()
        self.assertRecordValues(
            handover.line_ids,
            [
                {
                    "partner_id": partner.id,
                    "case_id": case.id,
                    "receivables": owed,
                    "overdue": late,
                    "days_late": days,
                    "item_count": items,
                }
                for partner, case, owed, late, days, items in (
                    (self.shop, self.case, 140, 100, 8, 2),
                    (self.works, self.taken, 90, 90, 20, 1),
                    (self.mill, self.cases.browse(), 70, 0, 0, 1),
                )
            ],
        )
        self.assertEqual((handover.customer_count, handover.case_count), (3, 2))
        self.assertEqual((handover.receivables, handover.overdue), (300, 190))

    def test_a_handover_reaches_back_to_the_month_before(self):
        this_month = date_utils.start_of(self.today, "month")
        first = date_utils.subtract(this_month, months=1)
        self.assertEqual(self._prepare(date=first).date, first)
        with self.assertRaises(UserError):
            self._prepare(date=first - timedelta(days=1))

    def test_nothing_moves_before_it_is_confirmed(self):
        handover = self._prepare()
        self.assertEqual(self.case.user_id, self.salesman)
        self.assertEqual(self.shop.user_id, self.salesman)
        handover.with_user(self.collector).action_discard()
        self.assertFalse(handover.exists())

    def test_customers_cases_and_open_activities_move(self):
        contact = self.env["res.partner"].create(
            {
                "name": "Clerk",
                "parent_id": self.shop.id,
                "user_id": self.salesman.id,
                "active": False,
            }
        )
        todo = self.case.activity_schedule(summary="Call", user_id=self.salesman.id)
        handover = self._prepare()
        handover.with_user(self.collector).action_confirm()
        moved = self.shop + self.mill + self.works + contact
        self.assertEqual(moved.user_id, self.heir)
        self.assertEqual(self.case.user_id, self.heir)
        self.assertEqual(todo.user_id, self.heir)
        self.assertEqual(self.taken.user_id, self.collector, "the company has it")
        self.assertRecordValues(
            handover,
            [{"state": "done", "confirmed_by_id": self.collector.id}],
        )
        self.assertEqual(set(handover.line_ids.mapped("state")), {"done"})
        told = self.case.sudo().message_ids[:1].body
        self.assertIn("Handed over from", told)

    def test_a_statement_stays_as_it_was_signed(self):
        handover = self._prepare()
        handover.with_user(self.collector).action_confirm()
        for action in "action_refresh", "action_discard", "action_confirm":
            with self.subTest(action), self.assertRaisesRegex(UserError, "already"):
                getattr(handover.with_user(self.collector), action)()
        with self.assertRaises(UserError):
            handover.line_ids[:1].with_user(self.collector).action_leave_out()
        with self.assertRaises(UserError):
            handover.sudo().line_ids.unlink()
        with self.assertRaises(UserError):
            handover.sudo().unlink()

    def test_a_customer_is_left_out_before_it_is_signed(self):
        handover = self._prepare()
        line = handover.line_ids.filtered(lambda each: each.partner_id == self.mill)
        line.with_user(self.collector).action_leave_out()
        handover.with_user(self.collector).action_refresh()
        self.assertEqual(handover.line_ids.partner_id, self.shop + self.works)
        handover.with_user(self.collector).action_confirm()
        self.assertEqual(self.mill.user_id, self.salesman)

    def test_amounts_can_be_taken_anew_before_it_is_signed(self):
        handover = self._prepare(partners=self.shop)
        self._invoice(60, late=2)
        handover.with_user(self.collector).action_refresh()
        self.assertEqual((handover.receivables, handover.customer_count), (200, 1))

    def test_only_collectors_hand_over(self):
        with self.assertRaises(AccessError):
            self._prepare(user=self.heir)
        handover = self._prepare()
        for action in "action_refresh", "action_discard", "action_confirm":
            with self.subTest(action), self.assertRaises(AccessError):
                getattr(handover.with_user(self.heir), action)()
        with self.assertRaises(AccessError):
            handover.line_ids[:1].with_user(self.heir).action_leave_out()

    def test_nobody_hands_over_in_a_company_that_he_does_not_work_in(self):
        other = self.env["res.company"].sudo().create({"name": "Other"})
        heir = self.heir.sudo()
        heir.company_ids += other
        handovers = self.env["collection.handover"].with_user(self.collector)
        with self.assertRaisesRegex(AccessError, "Switch to the company"):
            handovers._prepare(other, self.salesman, heir)

    def test_nobody_takes_over_who_does_not_work_here(self):
        self.heir.active = False
        with self.assertRaisesRegex(UserError, "does not work"):
            self._prepare()

    def test_who_works_in_a_branch_takes_over(self):
        branch = self.env["res.company"].sudo()
        branch = branch.create({"name": "North", "parent_id": self.company.id})
        values = {"company_id": branch.id, "company_ids": [Command.set(branch.ids)]}
        self.heir.sudo().write(values)
        self.assertTrue(self._prepare())

    def test_nothing_to_hand_over_is_said(self):
        handovers = self.env["collection.handover"].with_user(self.collector)
        with self.assertRaisesRegex(UserError, "nothing to hand over"):
            handovers._prepare(
                self.company, self.collector, self.heir, partners=self.shop
            )

    def test_promises_and_disputes_are_told(self):
        values = {"case_id": self.case.id, "partner_id": self.shop.id}
        values |= {"company_id": self.company.id, "amount": 30}
        self.env["collection.promise"].sudo().create(
            {
                **values,
                "made_on": self.today,
                "date": self.today,
                "user_id": self.salesman.id,
            }
        )
        line = self._prepare(partners=self.shop).line_ids
        self.assertEqual((line.promise_count, line.promised), (1, 30))
        self.assertIn("Promised", line.remarks)
        self.assertNotIn("Disputed", line.remarks)

    def test_the_wizard_takes_the_cases_of_the_list(self):
        context = {"active_model": "collection.case", "active_ids": self.case.ids}
        wizards = self.env["collection.handover.make"].with_user(self.collector)
        wizard = wizards.with_context(**context).create({"to_id": self.heir.id})
        self.assertEqual(wizard.from_id, self.salesman)
        handover = self.env["collection.handover"].browse(
            wizard.action_make()["res_id"]
        )
        self.assertEqual(handover.line_ids.partner_id, self.shop)

    def test_the_statement_can_be_printed(self):
        handover = self._prepare()
        html, kind = self.env["ir.actions.report"]._render_qweb_html(
            "ar_collection.handover_report", handover.ids
        )
        self.assertEqual(kind, "html")
        for said in "Corner Shop", "Works", "salesman", "heir", "300.00":
            self.assertIn(said, html.decode())

    def test_any_number_of_customers_takes_the_same_statements(self):
        counts = []
        for number in 1, 2, 25:
            for each in range(number):
                shop = self._customer(f"Many {number} {each}")
                self._invoice(10, late=-20, customer=shop)
            handover = self._prepare()
            handover.with_user(self.collector).action_refresh()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            handover.with_user(self.collector).action_refresh()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])
