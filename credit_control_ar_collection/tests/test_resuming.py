from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.trade_credit_base.tests.job.job_common import run_job

from .common import SupplyCommon


@tagged("post_install", "-at_install")
class TestResuming(SupplyCommon):
    """The last late item paid: somebody is asked, or supply resumes by itself."""

    def test_the_last_late_item_paid_proposes_to_resume(self):
        invoice = self._warn()
        self.file.user_id = self.officer
        self._pay(invoice)
        self._follow()
        self.assertTrue(self.file.on_hold, "a person confirms")
        self.assertEqual(self.file.collection_paid_on, self.today)
        self.assertEqual(self.file.activity_ids.user_id, self.officer)
        self._follow()
        self.assertEqual(len(self.file.activity_ids), 1, "asked once")

    def test_a_cent_that_is_left_over_stops_nobody(self):
        self.procedure.small_amount = 10
        invoice = self._warn()
        self._paid(invoice, self.today, 90)
        self._follow()
        self.assertFalse(self.file.collection_paid_on, "10 are not below 10")
        self._paid(invoice, self.today, 9.99)
        self._follow()
        self.assertEqual(self.file.collection_paid_on, self.today)

    def test_without_a_responsible_all_officers_are_asked(self):
        self._pay(self._warn())
        self._follow()
        asked = self.file.activity_ids.user_id
        self.assertLessEqual(self.officer | self.manager, asked)
        self.assertNotIn(self.collector, asked)

    def test_an_officer_confirms_and_the_order_goes(self):
        invoice = self._warn()
        order = self._order(10)
        order.action_confirm()
        self._pay(invoice)
        self._follow()
        self.file.with_user(self.officer).action_resume_collected()
        self.assertFalse(self.file.on_hold)
        self.assertFalse(self.file.collection_paid_on)
        self.assertFalse(self.file.activity_ids)
        self._decision(order).sudo()._retake()
        self.assertEqual(self._decision(order).state, "cured")

    def test_the_case_has_the_button_too(self):
        invoice = self._warn()
        case = self.file.collection_case_id
        self._pay(invoice)
        self._follow()
        case.invalidate_recordset()
        self.assertEqual(case.credit_paid_on, self.today)
        self.officer.group_ids += self.env.ref("ar_collection.collection_group_user")
        case.with_user(self.officer).action_resume_supply()
        self.assertFalse(self.file.on_hold)

    def test_supply_resumes_by_itself_where_the_company_wants_that(self):
        self.company.credit_collection_resume = True
        self._pay(self._warn())
        self._follow()
        self.assertFalse(self.file.on_hold)
        self.assertFalse(self.file.activity_ids)

    def test_the_setting_also_resumes_what_was_proposed_before(self):
        self._pay(self._warn())
        self._follow()
        self.assertTrue(self.file.on_hold)
        self.company.credit_collection_resume = True
        self._follow()
        self.assertFalse(self.file.on_hold)

    def test_nothing_is_proposed_while_anything_is_late(self):
        pays = {
            "the other item": lambda warned, other: self._pay(warned),
            "part of it": lambda warned, other: self._part(warned, 60),
            "nothing": lambda warned, other: None,
        }
        owed = {}
        for case in pays:
            customer = self._customer(case)
            other = self._invoice(50, late=3, customer=customer)
            owed[customer] = self._invoice(100, late=15, customer=customer), other
        self._warn()
        for customer, (warned, other) in owed.items():
            pays[customer.name](warned, other)
        self._follow()
        files = self.env["credit.file"].search(
            [("partner_id", "in", [customer.id for customer in owed])]
        )
        self.assertEqual(len(files.filtered("on_hold")), 3)
        self.assertFalse(files.filtered("collection_paid_on"))
        for warned, other in owed.values():
            self._pay((warned | other).filtered("amount_residual"))
        self._follow()
        self.assertEqual(files.filtered("collection_paid_on"), files)

    def test_what_is_promised_or_disputed_is_not_paid(self):
        invoices = {
            self._invoice(100, late=15, customer=self._customer(name)): values
            for name, values in (
                ("Promised", {"paused_amount": 100}),
                ("Disputed", {"paused_since": self.today}),
            )
        }
        self._warn()
        for invoice, values in invoices.items():
            item = self.env["collection.item"].sudo()
            item.search([("move_id", "=", invoice.id)]).write(values)
        self._follow()
        customers = [invoice.partner_id.id for invoice in invoices]
        files = self.env["credit.file"].search([("partner_id", "in", customers)])
        self.assertEqual(files.mapped("on_hold"), [True, True])
        self.assertFalse(files.filtered("collection_paid_on"))

    def _part(self, invoice, amount):
        wizard = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        wizard.create(
            {"payment_date": self.today, "amount": amount}
        ).action_create_payments()

    def test_money_that_is_not_allocated_counts(self):
        self._warn()
        self._invoice(-100)
        self._follow()
        self.assertEqual(self.file.collection_paid_on, self.today)

    def test_late_again_takes_the_proposal_back(self):
        self._pay(self._warn())
        self._follow()
        self._invoice(70, late=2)
        self._follow()
        self.assertFalse(self.file.collection_paid_on)
        self.assertFalse(self.file.activity_ids)
        self.assertTrue(self.file.on_hold)

    def _woken(self):
        cron = self.env.ref("credit_control_ar_collection.credit_collection_cron")
        return self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)])

    def test_money_that_came_is_looked_at_soon_and_not_tomorrow(self):
        invoice = self._warn()
        before = self._woken()
        self._pay(invoice)
        self.assertGreater(self._woken(), before)
        run = run_job(self, self.env.ref("credit_control_ar_collection.job_collection"))
        codes = {"files_followed": 1, "supply_proposed": 1}
        own = run.figure_ids.filtered(lambda each: each.company_id == self.company)
        self.assertEqual({each.code: each.number for each in own}, codes)
        self.assertEqual(self.file.collection_paid_on, self.today)

    def test_what_fails_is_reported_for_its_company(self):
        self._pay(self._warn())
        files = self.env.registry["credit.file"]
        with patch.object(
            files, "_collection_follow", side_effect=UserError("No officer.")
        ):
            run = run_job(
                self, self.env.ref("credit_control_ar_collection.job_collection")
            )
        self.assertEqual(run.failure_ids.company_id, self.company)
        self.assertEqual(run.failure_ids.sentence, "No officer.")

    def test_nothing_stopped_wakes_nobody(self):
        before = self._woken()
        self._pay(self._invoice(5))
        self.assertEqual(self._woken(), before)

    def test_only_what_collection_stopped_resumes(self):
        self._pay(self._warn())
        self.file._stop_supply("manual", "Cheque returned")
        self._follow()
        self.file.with_user(self.officer).action_resume_collected()
        self.assertEqual(self.file.stops, {"manual": "Cheque returned"})
        with self.assertRaises(UserError):
            self.file.with_user(self.officer).action_resume_collected()

    def test_lifting_a_hold_by_hand_takes_the_paid_one_too(self):
        self._pay(self._warn())
        self._follow()
        self.file.with_user(self.officer).action_lift_hold()
        self.assertFalse(self.file.on_hold)

    def test_only_a_manager_resumes_supply_before_everything_is_paid(self):
        self._warn()
        with self.assertRaises(UserError):
            self.file.with_user(self.officer).action_lift_hold()
        with self.assertRaises(AccessError):
            self.file.with_user(self.officer).action_resume_collected()
        self.file.with_user(self.manager).action_resume_collected()
        self.assertFalse(self.file.on_hold)
        self._follow()
        self.assertFalse(self.file.on_hold, "the same warning stops it once")
