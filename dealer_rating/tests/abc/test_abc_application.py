from datetime import date

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import TransactionCase, tagged
from odoo.tools import convert_file

from .abc_common import DAY, AbcCommon


@tagged("post_install", "-at_install")
class TestAbcApplying(AbcCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.one, cls.other = cls._customers("One", "Other")
        cls._sell((cls.one, date(2026, 4, 4), 9000), (cls.other, date(2026, 4, 4), 9))

    def assertClass(self, customer, letter, since=DAY, previous=False):
        customer = customer.with_company(self.company)
        found = customer.rating_abc_class, customer.rating_abc_date
        self.assertEqual(found, (letter, since))
        self.assertEqual(customer.rating_abc_previous, previous)

    def test_nothing_happens_before_it_is_applied(self):
        self._classification()
        self.assertClass(self.one, False, False)

    def test_customers_get_class_day_and_can_be_searched(self):
        classification = self._apply()
        self.assertEqual(classification.state, "applied")
        self.assertEqual(classification.applied_by_id, self.manager)
        self.assertClass(self.one, "A")
        self.assertClass(self.other, "C")
        Partner = self.env["res.partner"].with_company(self.company)
        self.assertEqual(Partner.search([("rating_abc_class", "=", "A")]), self.one)
        self.assertEqual(
            Partner.search([("rating_abc_date", "=", DAY)]).ids,
            [self.one.id, self.other.id],
        )

    def test_class_before_is_kept_and_an_unchanged_class_keeps_its_day(self):
        self._apply()
        later = date(2026, 8, 1)
        self._sell((self.other, date(2026, 7, 1), 9000))
        self._sell((self.one, date(2026, 7, 1), 9000))
        second = self._apply(date=later, months=1)
        self.assertClass(self.other, "A", later, "C")
        self.assertClass(self.one, "A")
        moves = {line.partner_id: line.move for line in second.line_ids}
        self.assertEqual(moves, {self.one: "same", self.other: "up"})
        self.assertEqual(second.moved, 1)
        self._apply(date=date(2026, 8, 2), months=1)
        self.assertClass(self.other, "A", later, "C")

    def test_customer_whose_sales_are_gone_loses_the_class(self):
        self._apply()
        moves = self.env["account.move"].search([("partner_id", "=", self.one.id)])
        moves.button_draft()
        later = date(2026, 6, 20)
        self._apply(date=later)
        self.assertClass(self.one, False, later, "A")
        self.assertClass(self.other, "C")

    def test_lines_tell_what_was_there_when_it_was_applied(self):
        early = self._classification(date=date(2026, 6, 20))
        self.assertEqual(set(early.line_ids.mapped("move")), {"new"})
        self._apply()
        early.action_apply()
        self.assertEqual(set(early.line_ids.mapped("move")), {"same"})

    def test_branches_see_the_class_and_other_companies_do_not(self):
        branch = self._branch()
        other = self.setup_other_company()["company"]
        self._apply()
        self.assertEqual(self.one.with_company(branch).rating_abc_class, "A")
        self.assertEqual(self.one.with_company(branch).rating_abc_date, DAY)
        self.assertFalse(self.one.with_company(other).rating_abc_class)

    def test_companies_keep_their_own_classes(self):
        other = self.setup_other_company()["company"]
        self.manager.company_ids += other
        self._apply()
        self._sell((self.other, date(2026, 4, 4), 9000), company_id=other.id)
        self._apply(company_id=other.id)
        self.assertClass(self.other, "C")
        self.assertClass(self.one, "A")
        self.assertEqual(self.other.with_company(other).rating_abc_class, "A")
        self.assertFalse(self.one.with_company(other).rating_abc_class)

    def test_archived_customers_are_classified_and_contacts_bear_no_class(self):
        contact = self.env["res.partner"].create(
            {"name": "Ann", "parent_id": self.one.id}
        )
        self.other.active = False
        self._apply()
        self.assertClass(self.other, "C")
        self.assertClass(contact, False, False)

    def test_applied_classification_stays_as_it_is(self):
        classification = self._apply()
        for forbidden in (
            classification.action_apply,
            classification.action_compute,
            classification.unlink,
            lambda: classification.write({"months": 9}),
        ):
            with self.assertRaisesRegex(UserError, "stays as it is"):
                forbidden()
        classification.repeat = "no"
        self.assertFalse(classification.copy().line_ids)

    def test_visits_are_planned_anew_once_it_is_applied(self):
        classification = self._classification()
        cron = self.env.ref("dealer_rating.rating_abc_visit_cron")
        triggers = self.env["ir.cron.trigger"].sudo()
        before = triggers.search_count([("cron_id", "=", cron.id)])
        classification.action_apply()
        after = triggers.search_count([("cron_id", "=", cron.id)])
        self.assertEqual(after, before + 1)

    def test_older_classification_is_not_applied_after_a_newer_one(self):
        old = self._classification(date=date(2026, 6, 1))
        self._apply()
        with self.assertRaisesRegex(UserError, "is newer"):
            old.action_apply()

    def test_day_to_come_is_refused(self):
        """Applied, it would keep all others out until then."""
        classification = self._classification()
        with self.assertRaisesRegex(ValidationError, "still to come"):
            classification.date = date(2026, 6, 16)

    def test_only_managers_compute_and_apply(self):
        classification = self._classification()
        for user in self.reader, self.salesman, self.env.ref("base.public_user"):
            for name in "action_compute", "action_apply":
                with self.assertRaises(AccessError):
                    getattr(classification.with_user(user), name)()
        self.assertEqual(classification.with_user(self.reader).count_a, 1)
        lines = classification.line_ids
        for operation in "write", "create", "unlink":
            with self.assertRaises(AccessError):
                lines.check_access(operation)

    def test_nobody_writes_a_class_or_a_state(self):
        classification = self._classification()
        admin = self._user("abc_admin", "base.group_system,base.group_partner_manager")
        for user in self.manager, self.salesman, admin:
            Partner = self.env["res.partner"].with_user(user)
            for name, value in (
                ("rating_abc_class", "A"),
                ("rating_abc_date", DAY),
                ("rating_abc_previous", "A"),
            ):
                with self.assertRaisesRegex(AccessError, "comes from"):
                    Partner.browse(self.one.id).write({name: value})
                with self.assertRaisesRegex(AccessError, "comes from"):
                    Partner.create({"name": "x", name: value})
                context = {f"default_{name}": value}
                with self.assertRaisesRegex(AccessError, "comes from"):
                    Partner.with_context(**context).create({"name": "x"})
        with self.assertRaises(AccessError):
            classification.state = "applied"
        with self.assertRaises(AccessError):
            self._classification(state="applied")

    def test_other_companys_classification_is_not_seen(self):
        other = self.setup_other_company()["company"]
        classification = self._classification()
        stranger = self._user(
            "stranger",
            "dealer_rating.rating_group_manager",
            company_id=other.id,
            company_ids=other.ids,
        )
        for record in classification, classification.line_ids:
            with self.assertRaises(AccessError):
                record.with_user(stranger).check_access("read")

    def test_branch_is_classified_with_its_company(self):
        branch = self._branch()
        with self.assertRaisesRegex(ValidationError, "is a branch"):
            self._classification(company_id=branch.id)

    def test_applying_asks_as_much_for_many_customers_as_for_one(self):
        costs = []
        for number, count in enumerate((2, 2, 200)):
            self._many(count)
            found = self._classification(date=date(2026, 6, 16 + number))
            costs.append(self._queries(found.action_apply))
        self.assertEqual(costs[1], costs[2])


@tagged("post_install", "-at_install")
class TestAbcEachMonth(AbcCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.one = cls._customers("One")
        cls._sell((cls.one, date(2026, 4, 4), 9000))

    def _again(self, day):
        type(self).today = day
        return self.env["rating.abc"].sudo()._reclassify(self.company)

    def test_company_that_never_applied_one_is_left_alone(self):
        self._classification()
        self.assertFalse(self._again(date(2026, 7, 1)))

    def test_next_month_is_a_draft_with_the_same_parameters_and_who_applied_is_told(
        self,
    ):
        last = self._apply(months=4, a_from=3000, b_from=500)
        draft = self._again(date(2026, 7, 1))
        self.assertEqual((draft.state, draft.automatic), ("draft", True))
        for name in "months", "method", "a_from", "b_from", "repeat":
            self.assertEqual(draft[name], last[name], name)
        self.assertEqual(draft.line_ids.mean, 2250)
        self.assertEqual(draft.activity_ids.user_id, self.manager)
        draft.with_user(self.manager).action_apply()
        self.assertFalse(draft.activity_ids)
        self.assertEqual(draft.state, "applied")

    def test_second_run_in_a_month_does_nothing(self):
        self._apply()
        self.assertFalse(self._again(date(2026, 6, 30)))
        self.assertTrue(self._again(date(2026, 7, 1)))
        self.assertFalse(self._again(date(2026, 7, 1)))
        self.assertFalse(self._again(date(2026, 7, 31)))

    def test_draft_that_somebody_tries_things_on_keeps_none_out(self):
        self._apply()
        trial = self._classification(date=date(2026, 7, 1), compute=False)
        self.assertTrue(self._again(date(2026, 7, 2)))
        self.assertTrue(trial.exists())

    def test_draft_that_nobody_applied_gives_way_to_the_next(self):
        self._apply()
        july = self._again(date(2026, 7, 1))
        august = self._again(date(2026, 8, 1))
        self.assertFalse(july.exists())
        self.assertEqual(august.date, date(2026, 8, 1))

    def test_it_applies_itself_where_the_last_one_says_so(self):
        self._apply(repeat="apply", months=2)
        again = self._again(date(2026, 8, 1))
        self.assertEqual(again.state, "applied")
        one = self.one.with_company(self.company)
        self.assertEqual((one.rating_abc_class, one.rating_abc_previous), ("C", "A"))
        self.assertTrue(self._again(date(2026, 9, 1)))

    def test_it_is_not_repeated_where_the_last_one_says_so(self):
        self._apply(repeat="no")
        self.assertFalse(self._again(date(2026, 8, 1)))

    def test_job_runs_for_all_companies(self):
        self._apply()
        type(self).today = date(2026, 7, 1)
        with self.enter_registry_test_mode():
            self.env.ref("dealer_rating.rating_abc_cron").method_direct_trigger()
        made = self.env["rating.abc"].sudo().search([("automatic", "=", True)])
        self.assertEqual((made.company_id, made.date), (self.company, self.today))


@tagged("post_install", "-at_install")
class TestAbcDemo(TransactionCase):
    def test_demo_has_every_class_and_something_to_do(self):
        """The demo goes into the main company, whatever else is booked there."""
        convert_file(
            self.env,
            "dealer_rating",
            "demo/rating_abc_demo.xml",
            {},
            "init",
            noupdate=True,
        )
        classification = self.env.ref("dealer_rating.rating_abc_demo").sudo()
        self.assertEqual(classification.state, "applied")
        letters = set(classification.line_ids.mapped("abc_class"))
        self.assertEqual(letters, {"A", "B", "C"})
        main = classification.company_id
        flint = self.env.ref("dealer_rating.partner_flint_demo").with_company(main)
        self.assertEqual(flint.rating_abc_class, "C")
        amber = self.env.ref("dealer_rating.partner_amber_demo").with_company(main)
        self.assertEqual(amber.rating_abc_class, "A")
        rule = self.env.ref("dealer_rating.rating_abc_service_a_demo").sudo()
        self.assertTrue(rule.without_file_count)
        self.assertTrue(rule.without_salesperson_count)
