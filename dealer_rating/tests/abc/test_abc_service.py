from datetime import date, timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged

from odoo.addons.trade_credit_base.tests.job.job_common import run_job

from .abc_common import DAY, AbcCommon

VISIT = "dealer_rating.mail_activity_type_visit"


@tagged("post_install", "-at_install")
class TestAbcService(AbcCommon):
    """Class A is visited every 30 days and has a file and a salesperson."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.visit = cls.env.ref(VISIT)
        cls.rule = cls._rule("A", needs_file=True, needs_salesperson=True)

    @classmethod
    def _rule(cls, letter, **values):
        return (
            cls.env["rating.abc.service"]
            .with_user(cls.manager)
            .create(
                {
                    "company_id": cls.company.id,
                    "abc_class": letter,
                    "visit_days": 30,
                    **values,
                }
            )
        )

    def _plan(self, day=DAY):
        """What the scheduled job does on a day; :return: the open visits then."""
        type(self).today = day
        with self.enter_registry_test_mode():
            self.env.ref("dealer_rating.rating_abc_visit_cron").method_direct_trigger()
        self.env.invalidate_all()
        return self._visits()

    def _visits(self, customer=None):
        domain = [("activity_type_id", "=", self.visit.id)]
        if customer:
            domain.append(("res_id", "=", customer.id))
        return self.env["mail.activity"].sudo().search(domain)

    def _done(self, visit, day):
        with freeze_time(day):
            visit.action_feedback(feedback="was there")
            self.env.flush_all()

    # === WHO LACKS WHAT === #

    def test_customers_without_a_salesperson_are_one_click_away(self):
        gone = self._user("gone", "sales_team.group_sale_salesman")
        named, without, left, old, small = self._customers(*"nwlos")
        self._give("A", named, without, left, old)
        self._give("C", small)
        named.user_id = self.salesman
        left.user_id = gone
        gone.active = False
        old.active = False
        self.assertEqual(self.rule.customer_count, 3)
        self.assertEqual(self.rule.without_salesperson_count, 2)
        action = self.rule.action_open_without_salesperson()
        found = self.env["res.partner"].search(action["domain"])
        self.assertEqual(
            found, (without | left).sorted(lambda x: found.ids.index(x.id))
        )

    def test_customers_without_a_file_are_one_click_away(self):
        known, unknown = self._customers("Known", "Unknown")
        self._give("A", known, unknown)
        other = self.setup_other_company()["company"]
        self.env["rating.dealer"].sudo().create(
            [
                {"partner_id": known.id, "company_id": self.company.id},
                {"partner_id": unknown.id, "company_id": other.id},
            ]
        )
        self.assertEqual(self.rule.without_file_count, 1)
        action = self.rule.action_open_without_file()
        found = self.env["res.partner"].search(action["domain"])
        self.assertEqual(found, unknown)

    def test_rule_that_does_not_ask_for_it_counts_none(self):
        self.rule.write({"needs_file": False, "needs_salesperson": False})
        self._give("A", self._customers("One"))
        counts = self.rule.without_file_count, self.rule.without_salesperson_count
        self.assertEqual(counts, (0, 0))
        self.assertEqual(self.rule.customer_count, 1)

    # === VISITS === #

    def test_customer_who_was_never_visited_gets_a_visit_for_the_salesperson(self):
        one, small = self._customers("One", "Small", user_id=self.salesman.id)
        self._give("A", one)
        self._give("C", small)
        visit = self._plan()
        self.assertEqual((visit.res_model, visit.res_id), ("res.partner", one.id))
        self.assertEqual(visit.user_id, self.salesman)
        self.assertEqual(visit.date_deadline, DAY)
        self.assertEqual(visit.res_name, "One")

    def test_visits_that_fail_are_reported_for_their_company(self):
        self._give("A", self._customers("One", user_id=self.salesman.id))
        services = self.env.registry["rating.abc.service"]
        with patch.object(services, "_plan", side_effect=UserError("No visit.")):
            run = run_job(self, self.env.ref("dealer_rating.job_abc_visit"))
        self.assertEqual(run.failure_ids.company_id, self.company)
        self.assertEqual(run.failure_ids.sentence, "No visit.")

    def test_there_are_never_two_open_visits(self):
        one = self._customers("One", user_id=self.salesman.id)
        self._give("A", one)
        visit = self._plan()
        self.assertEqual(self._plan(DAY + timedelta(days=100)), visit)

    def test_next_visit_is_planned_when_the_last_is_as_many_days_ago(self):
        one = self._customers("One", user_id=self.salesman.id)
        self._give("A", one)
        self._done(self._plan(), DAY)
        self.assertFalse(self._plan(DAY + timedelta(days=29)))
        again = self._plan(DAY + timedelta(days=30))
        self.assertEqual(again.date_deadline, DAY + timedelta(days=30))

    def test_visit_to_a_contact_counts_and_other_activities_do_not(self):
        one = self._customers("One", user_id=self.salesman.id)
        contact = self.env["res.partner"].create({"name": "Ann", "parent_id": one.id})
        self._give("A", one)
        call = one.activity_schedule("mail.mail_activity_data_call")
        visit = contact.activity_schedule(VISIT, user_id=self.manager.id)
        self.assertEqual(self._plan(), visit)
        self._done(visit | call, DAY)
        self.assertFalse(self._plan(DAY + timedelta(days=29)))
        self.assertEqual(len(self._plan(DAY + timedelta(days=30))), 1)

    def test_cancelled_visit_was_none(self):
        one = self._customers("One", user_id=self.salesman.id)
        self._give("A", one)
        self._plan().action_cancel()
        self.assertEqual(len(self._plan()), 1)

    def test_done_visit_is_known_by_its_message_when_the_activity_is_gone(self):
        one = self._customers("One", user_id=self.salesman.id)
        self._give("A", one)
        visit = self._plan()
        self._done(visit, DAY)
        self.assertFalse(visit.active)
        visit.unlink()
        self.assertFalse(self._plan(DAY + timedelta(days=29)))
        self.assertTrue(self._plan(DAY + timedelta(days=30)))

    def test_first_visits_are_spread_over_the_rhythm(self):
        customers = self._customers(*"abcdef", user_id=self.salesman.id)
        single = self._customers("Single", user_id=self.manager.id)
        self._give("A", *customers, single)
        visits = self._plan()
        days = [
            (visit.date_deadline - DAY).days
            for visit in visits.filtered(lambda each: each.user_id == self.salesman)
        ]
        self.assertEqual(sorted(days), [0, 5, 10, 15, 20, 25])
        self.assertEqual(self._visits(single).date_deadline, DAY)

    def test_without_a_salesperson_the_stand_in_goes_or_nobody(self):
        gone = self._user("gone", "sales_team.group_sale_salesman")
        without, left = self._customers("Without", "Left")
        left.user_id = gone
        self._give("A", without, left)
        gone.active = False
        self.assertFalse(self._plan())
        self.rule.user_id = self.manager
        self.assertEqual(self._plan().user_id, self.manager)
        self.assertEqual(len(self._visits()), 2)

    def test_visits_of_a_salesperson_who_leaves_go_to_the_stand_in(self):
        self.rule.user_id = self.manager
        one = self._customers("One", user_id=self.salesman.id)
        self._give("A", one)
        self.assertEqual(self._plan().user_id, self.salesman)
        self.salesman.active = False
        self.assertEqual(self._plan().user_id, self.manager)

    def test_archived_customers_and_classes_without_a_rhythm_are_not_visited(self):
        one, small = self._customers("One", "Small", user_id=self.salesman.id)
        self._give("A", one)
        self._give("B", small)
        self._rule("B", visit_days=0)
        one.active = False
        self.assertFalse(self._plan())

    def test_two_companies_share_one_visit_and_the_shorter_rhythm_counts(self):
        other = self.setup_other_company()["company"]
        self.manager.company_ids += other
        one = self._customers("One", user_id=self.salesman.id)
        self._give("A", one)
        self._sell((one, date(2026, 4, 4), 90000), company_id=other.id)
        self._apply(company_id=other.id)
        self._rule("A", company_id=other.id, visit_days=10)
        self._done(self._plan(), DAY)
        self.assertEqual(len(self._plan(DAY + timedelta(days=10))), 1)

    def test_planning_asks_as_much_for_many_customers_as_for_few(self):
        """Up to a hundred: from there Odoo inserts in portions of a hundred rows."""
        costs = []
        for day, count in enumerate((3, 3, 90), start=16):
            customers = self._many(count, user_id=self.salesman.id)
            self._apply(date=date(2026, 6, day), a_from=0.01, b_from=0.01)
            planner = self.env["rating.abc.service"].sudo()
            due = planner._visits_due(self.company)
            asking = self._queries(planner._visits_due, self.company)
            self.assertLessEqual(asking, 3)
            self.assertLessEqual(len(due), count)
            self.assertGreater(len(due), count * 0.9 - 2)
            costs.append(self._queries(planner._plan, due))
            self.assertLessEqual(set(row[0] for row in due), set(customers.ids))
        self.assertEqual(costs[1], costs[2])

    def test_type_of_visits_cannot_be_deleted(self):
        with self.assertRaises(UserError):
            self.visit.unlink()

    # === WHO MAY === #

    def test_readers_read_and_only_managers_write(self):
        rule = self.rule.with_user(self.reader)
        self.assertEqual(rule.customer_count, 0)
        for operation in "write", "create", "unlink":
            with self.assertRaises(AccessError):
                rule.check_access(operation)
        with self.assertRaises(AccessError):
            self.rule.with_user(self.salesman).check_access("read")

    def test_rules_of_another_company_are_not_seen(self):
        other = self.setup_other_company()["company"]
        self.rule.sudo().company_id = other
        with self.assertRaises(AccessError):
            self.rule.check_access("read")

    def test_branch_has_the_rules_of_its_company(self):
        branch = self._branch()
        with self.assertRaisesRegex(ValidationError, "is a branch"):
            self._rule("B", company_id=branch.id)
