import random
from datetime import date
from unittest.mock import patch

from dateutil.relativedelta import relativedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import TransactionCase, new_test_user, tagged
from odoo.tools import SQL, convert_file

from odoo.addons.account.tests.common import AccountTestInvoicingCommon
from odoo.addons.dealer_rating.core import abc as core

DAY = date(2026, 6, 15)  # looked at: whole months up to May


class AbcCommon(AccountTestInvoicingCommon):
    """A company with a manager, a reader and a salesman; nobody has bought yet."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.company_data["company"]
        cls.manager = cls._user("abc_manager", "dealer_rating.rating_group_manager")
        cls.reader = cls._user("abc_reader", "dealer_rating.rating_group_user")
        cls.salesman = cls._user("abc_salesman", "sales_team.group_sale_salesman")
        today = patch.object(
            type(cls.company), "_rating_day", lambda company: cls.today
        )
        cls.today = DAY
        cls.startClassPatcher(today)

    @classmethod
    def _user(cls, login, groups, **values):
        values = {"company_id": cls.company.id, "company_ids": cls.company.ids} | values
        values["company_ids"] = [Command.set(values["company_ids"])]
        return new_test_user(cls.env, login=login, groups=groups, **values)

    @classmethod
    def _customers(cls, *names, **values):
        return cls.env["res.partner"].create(
            [{"name": name, "is_company": True, **values} for name in names]
        )

    @classmethod
    def _branch(cls):
        branch = cls.env["res.company"].create(
            {"name": "Branch", "parent_id": cls.company.id}
        )
        cls.env.cr.precommit.run()  # loads the chart of accounts
        (cls.env.user | cls.manager).company_ids += branch
        return branch

    @classmethod
    def _sell(cls, *sales, post=True, **values):
        """Invoices, or credit notes, of (customer, day, amount without tax)."""
        company = cls.env["res.company"].browse(values.get("company_id"))
        Move = cls.env["account.move"].with_company(company or cls.company)
        moves = Move.create(
            [
                {
                    "move_type": "out_invoice" if amount >= 0 else "out_refund",
                    "company_id": cls.company.id,
                    "partner_id": customer.id,
                    "invoice_date": day,
                    "invoice_line_ids": [
                        Command.create({"name": "Goods", "price_unit": abs(amount)})
                    ],
                    **values,
                }
                for customer, day, amount in sales
            ]
        )
        if post:
            moves.action_post()
        return moves

    @classmethod
    def _many(cls, count, **values):
        """That many customers with an invoice in May each, the invoices copied."""
        customers = cls._customers(*(f"Shop {number}" for number in range(count)))
        customers.write(values)
        first = cls._sell((customers[0], date(2026, 5, 1), 100))
        cls.env.flush_all()
        columns = {
            name: SQL.identifier(name)
            for name, field in cls.env["account.move"]._fields.items()
            if field.store and field.column_type and name != "id"
        }
        copied = columns | {
            "name": SQL("'Copy ' || partner.id"),
            "partner_id": SQL("partner.id"),
            "commercial_partner_id": SQL("partner.id"),
            "amount_untaxed_signed": SQL("partner.id %% 17 * 50"),
        }
        cls.env.cr.execute(
            SQL(
                """INSERT INTO account_move (%s) SELECT %s FROM (
                   SELECT * FROM account_move WHERE id = %s) AS account_move,
                   unnest(%s) AS partner (id)""",
                SQL(", ").join(columns.values()),
                SQL(", ").join(
                    SQL("account_move.%s", sql) if sql is columns[name] else sql
                    for name, sql in copied.items()
                ),
                first.id,
                customers[1:].ids,
            )
        )
        cls.env.invalidate_all()
        return customers

    @classmethod
    def _classification(cls, compute=True, **values):
        classification = (
            cls.env["rating.abc"]
            .with_user(cls.manager)
            .create(
                {
                    "company_id": cls.company.id,
                    "date": DAY,
                    "months": 3,
                    "method": "amount",
                    "a_from": 1000,
                    "b_from": 100,
                    **values,
                }
            )
        )
        if compute:
            classification.action_compute()
        return classification

    def _apply(self, **values):
        classification = self._classification(**values)
        classification.action_apply()
        return classification

    def _give(self, letter, *customers):
        """Let customers have a class, by way of a classification."""
        amount = {"A": 90000, "B": 900, "C": 9}[letter]
        self._sell(*((customer, date(2026, 4, 4), amount) for customer in customers))
        return self._apply()

    def _queries(self, method):
        self.env.flush_all()
        self.env.invalidate_all()
        start = self.env.cr.sql_log_count
        method()
        self.env.flush_all()
        return self.env.cr.sql_log_count - start


@tagged("post_install", "-at_install")
class TestAbcComputing(AbcCommon):
    def _means(self, classification):
        return {line.partner_id: line.mean for line in classification.line_ids}

    def test_whole_months_before_the_day_count(self):
        one, other = self._customers("One", "Other")
        self._sell(
            (one, date(2026, 2, 28), 1),
            (one, date(2026, 3, 1), 300),
            (one, date(2026, 5, 31), 600),
            (one, date(2026, 6, 1), 5000),
            (other, date(2026, 6, 1), 5000),
        )
        classification = self._classification()
        self.assertEqual(classification.date_from, date(2026, 3, 1))
        self.assertEqual(classification.date_to, date(2026, 5, 31))
        self.assertEqual(self._means(classification), {one: 300})

    def test_credit_notes_reduce_and_drafts_and_bills_do_not_count(self):
        one, other = self._customers("One", "Other")
        self._sell((one, date(2026, 4, 4), 600), (one, date(2026, 5, 5), -150))
        draft = self._sell((one, date(2026, 4, 4), 7), (other, DAY, 7), post=False)
        self._sell((one, date(2026, 4, 4), 8)).button_cancel()
        self._sell((one, date(2026, 4, 4), 900), move_type="in_invoice")
        self.assertEqual(self._means(self._classification()), {one: 150})
        self.assertEqual(set(draft.mapped("state")), {"draft"})

    def test_tax_does_not_count_and_other_currencies_are_converted(self):
        one = self._customers("One")
        currency = self.setup_other_currency("GBP", rates=[("2026-01-01", 2)])
        tax = [Command.set(self.tax_sale_a.ids)]
        line = Command.create({"name": "x", "price_unit": 300, "tax_ids": tax})
        move = self._sell((one, date(2026, 4, 4), 0), invoice_line_ids=[line])
        self.assertGreater(move.amount_total, 300)
        self._sell((one, date(2026, 4, 4), 600), currency_id=currency.id)
        self.assertEqual(self._means(self._classification()), {one: 200})

    def test_contacts_and_branches_count_and_other_companies_do_not(self):
        one = self._customers("One")
        contact = self.env["res.partner"].create({"name": "Ann", "parent_id": one.id})
        branch = self._branch()
        other = self.setup_other_company()["company"]
        self._sell((contact, date(2026, 4, 4), 300))
        self._sell((one, date(2026, 4, 4), 600), company_id=branch.id)
        self._sell((one, date(2026, 4, 4), 9000), company_id=other.id)
        classification = self._classification()
        self.assertEqual(self._means(classification), {one: 300})
        moves = self.env["account.move"].search(classification._counted_domain(one))
        self.assertEqual(sum(moves.mapped("amount_untaxed_signed")), 900)

    def test_customer_who_bought_before_is_c_and_one_who_never_did_is_not_there(self):
        before, _never, back = self._customers("Before", "Never", "Gave Back")
        self._sell(
            (before, date(2025, 1, 1), 9000),
            (back, date(2025, 1, 1), 9000),
            (back, date(2026, 4, 4), -600),
        )
        for method in "amount", "share":
            lines = self._classification(method=method).line_ids
            found = {x.partner_id: (x.mean, x.rank, x.abc_class) for x in lines}
            self.assertEqual(found, {before: (0, 1, "C"), back: (-200, 2, "C")})
            self.assertEqual(set(lines.mapped("cumulated")), {0})

    def test_customer_who_crosses_a_boundary_belongs_to_the_better_class(self):
        names = self._customers(*"wxyz")
        amounts = zip(names, (600, 300, 210, 90), strict=True)
        self._sell(*((who, date(2026, 4, 4), amount) for who, amount in amounts))
        lines = self._classification(method="share", a_to=0.75, b_to=0.9).line_ids
        self.assertEqual(lines.mapped("partner_id"), names)
        self.assertEqual(lines.mapped("abc_class"), ["A", "A", "B", "C"])
        self.assertEqual(lines.mapped("cumulated"), [0.5, 0.75, 0.925, 1])

    def test_sql_and_core_agree_on_random_books(self):
        rng = random.Random(19)
        customers = self._customers(*(f"Shop {number}" for number in range(25)))
        # Few different amounts, so that some are equal and shares hit boundaries
        sizes = [-300, -40.01, 0, 9.99, 100, 100, 300, 300, 1200, 2000.05]
        sales = [
            (who, date(2026, rng.randint(1, 6), rng.randint(1, 28)), rng.choice(sizes))
            for who in customers
            for _invoice in range(rng.randint(0, 3))
        ]
        moves = self._sell(*(sale for sale in sales if sale[2]))
        letters = set()
        for months in 1, 3, 5:
            means = self._booked(moves, months)
            for method, a, b in (
                ("amount", 100, 33.33),
                ("amount", 400, 100),
                ("share", 0.5, 0.8),
                ("share", 0.8, 0.95),
                ("share", 1, 1),
            ):
                with self.subTest(months=months, method=method, a=a, b=b):
                    names = ("a_from", "b_from") if method == "amount" else None
                    cut = dict(zip(names or ("a_to", "b_to"), (a, b), strict=True))
                    found = self._classification(months=months, method=method, **cut)
                    letters |= set(found.line_ids.mapped("abc_class"))
                    self.assertAlike(found.line_ids, core.classify(means, method, a, b))
        self.assertEqual(letters, {"A", "B", "C"})

    def _booked(self, moves, months):
        """What the core is asked about: each customer's mean, added up in Python."""
        start = DAY.replace(day=1) - relativedelta(months=months)
        means = {}
        for move in moves:
            if move.invoice_date < DAY.replace(day=1):
                counts = move.invoice_date >= start
                means.setdefault(move.partner_id.id, 0)
                means[move.partner_id.id] += move.amount_untaxed_signed * counts
        return {
            who: self.company.currency_id.round(m / months) for who, m in means.items()
        }

    def assertAlike(self, lines, expected):
        self.assertEqual(len(lines), len(expected))
        found = {line.partner_id.id: line for line in lines}
        for each in expected:
            line = found[each.customer]
            self.assertAlmostEqual(line.mean, float(each.mean), 2)
            self.assertEqual((line.rank, line.abc_class), (each.rank, each.abc_class))
            self.assertAlmostEqual(line.cumulated, float(each.cumulated), 5)

    def test_computing_asks_as_much_for_many_customers_as_for_one(self):
        costs = []
        for count in 2, 2, 200:
            self._many(count)
            classification = self._classification(compute=False)
            costs.append(self._queries(classification.action_compute))
        self.assertEqual(len(classification.line_ids), 204)
        self.assertEqual(costs[1], costs[2])

    def test_computing_again_replaces_the_lines(self):
        one, other = self._customers("One", "Other")
        self._sell((one, date(2026, 4, 4), 300))
        classification = self._classification()
        self._sell((other, date(2026, 4, 4), 300))
        classification.action_compute()
        self.assertEqual(self._means(classification), {one: 100, other: 100})

    def test_other_parameters_void_what_was_computed(self):
        self._sell((self._customers("One"), date(2026, 4, 4), 300))
        classification = self._classification()
        classification.repeat = "no"
        self.assertTrue(classification.line_ids)
        classification.months = 6
        self.assertFalse(classification.line_ids)
        with self.assertRaisesRegex(UserError, "not computed yet"):
            classification.action_apply()

    def test_boundaries_that_contradict_each_other_are_refused(self):
        for values in (
            {"a_from": 10, "b_from": 20},
            {"b_from": 0},
            {"method": "share", "a_to": 0.9, "b_to": 0.8},
            {"method": "share", "a_to": 0},
            {"method": "share", "b_to": 1.1},
        ):
            with self.assertRaises(ValidationError):
                self._classification(**values)

    def test_line_opens_the_invoices_behind_it(self):
        one = self._customers("One")
        moves = self._sell((one, date(2026, 4, 4), 300), (one, date(2026, 5, 4), -30))
        self._sell((one, date(2026, 6, 4), 300), (one, date(2026, 2, 4), 300))
        action = self._classification().line_ids.action_open_invoices()
        found = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(found, moves.sorted(lambda move: found.ids.index(move.id)))

    def test_counts_tell_the_result(self):
        a, *others = self._customers(*"abc")
        self._sell((a, date(2026, 4, 4), 3000))
        self._sell(*((other, date(2026, 4, 4), 300) for other in others))
        found = self._classification()
        counts = found.count_a, found.count_b, found.count_c, found.moved
        self.assertEqual(counts, (1, 2, 0, 0))
        self.assertEqual((found.mean_a, found.mean_b), (1000, 200))


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
        self.addCleanup(setattr, type(self), "today", DAY)
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
        self.addCleanup(setattr, type(self), "today", DAY)
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
