from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.service.model import call_kw
from odoo.tests import new_test_user, tagged

from .common import RatingCommon

# What a client sends in the hope that somebody looks at it
KEYS = {
    "force": True,
    "install_mode": True,
    "import_file": True,
    "tracking_disable": True,
    "active_test": False,
    "default_state": "scored",
    "default_points": 5,
    "default_is_current": True,
}


@tagged("post_install", "-at_install")
class TestSecurity(RatingCommon):
    """One dealer of the salesman's and one of a colleague's; seven people who try."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.colleague = cls._user("rating_colleague", "sales_team.group_sale_salesman")
        cls.admin = cls._user("rating_settings", "base.group_system")
        cls.portal = new_test_user(cls.env, "rating_buyer", groups="base.group_portal")
        cls.people = {
            "salesman": cls.salesman,
            "user": cls.user,
            "finance": cls.finance,
            "marketing": cls.marketing,
            "manager": cls.manager,
            "admin": cls.admin,
            "portal": cls.portal,
        }
        cls.own = cls._dealer("Own Shop", user_id=cls.salesman.id)
        cls.foreign = cls._dealer("Foreign Shop", user_id=cls.colleague.id)
        cls._give({cls.own: "AA", cls.foreign: "BB"}, "2024-10-01")
        cls._rate("2025-03-31")
        cls.quarter = cls._quarter(cls.own)
        cls.paid = cls._scores(cls.own, code="paid")[:1]
        cls.lost = cls._scores(cls.own, code="lost")[:1]
        cls.env.flush_all()

    def _call(self, user, record, method, *args, **kwargs):
        """What the web client and XML-RPC do."""
        model = self.env[record._name].with_user(user)
        return call_kw(model, method, [record.ids, *args], kwargs)

    # === WHAT ONLY METHODS WRITE === #

    def test_nobody_forges_cards_quarters_or_grades(self):
        forged = {
            self.quarter: {"state": "confirmed", "grade_id": self.grades["AA"].id},
            self.quarter.scorecard_ids[:1]: {"points": 60, "missing": 0},
            self.own.grading_ids[:1]: {"grade_id": self.grades["AA"].id},
        }
        for record, values in forged.items():
            for kind, user in self.people.items():
                mine = record.with_user(user)
                with self.subTest(model=record._name, who=kind):
                    for attempt in (
                        lambda mine=mine, values=values: mine.write(values),
                        lambda mine=mine: mine.unlink(),
                        lambda mine=mine: mine.copy(),
                        lambda mine=mine: mine.create(mine.sudo().copy_data()[0]),
                    ):
                        with self.assertRaises(AccessError):
                            attempt()

    def test_not_even_the_system_deletes_the_record(self):
        for record in (
            self.quarter,
            self.quarter.scorecard_ids[:1],
            self.paid,
            self.own.grading_ids[:1],
            self.own,
        ):
            with self.subTest(model=record._name), self.assertRaises(UserError):
                record.sudo().unlink()

    def test_a_manager_gives_no_grade_by_writing_it(self):
        best = self.grades["AA"].id
        foreign = self.foreign.with_user(self.manager)
        partner = self.env["res.partner"].create({"name": "New", "is_company": True})
        values = {"partner_id": partner.id, "company_id": self.company.id}
        quarter = self._quarter(self.foreign)
        for attempt in (
            lambda: foreign.write({"grade_id": best}),
            lambda: foreign.write({"graded_on": "2020-01-01"}),
            lambda: foreign.write({"partner_id": partner.id}),
            lambda: foreign.create({**values, "grade_id": best}),
            lambda: foreign.write(
                {"quarter_ids": [Command.update(quarter.id, {"grade_id": best})]}
            ),
            lambda: foreign.write({"grading_ids": [Command.clear()]}),
            lambda: foreign.write(
                {"grading_ids": [Command.create({"grade_id": best, "steps": 1})]}
            ),
            lambda: foreign.write(
                {"scorecard_ids": [Command.create({"kind": "conduct"})]}
            ),
        ):
            with self.assertRaises(AccessError):
                attempt()
                self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(self.foreign.grade_id.name, "BB")

    def test_no_context_gives_a_grade(self):
        partner = self.env["res.partner"].create({"name": "New", "is_company": True})
        dealer = (
            self.env["rating.dealer"]
            .with_user(self.manager)
            .with_context(default_grade_id=self.grades["AA"].id)
            .create({"partner_id": partner.id, "company_id": self.company.id})
        )
        self.assertFalse(dealer.grade_id)

    def test_no_context_activates_a_template(self):
        template = (
            self.env["rating.scorecard.template"]
            .with_user(self.manager)
            .with_context(default_state="active", default_version=9)
            .create(
                {
                    "name": "Mine",
                    "kind": "conduct",
                    "company_id": self.company.id,
                    "band_a": 2,
                    "band_b": 1,
                }
            )
        )
        self.assertEqual((template.state, template.version), ("draft", 1))

    # === SCORING === #

    def test_a_department_scores_its_own_indicators_and_no_others(self):
        own = {"finance": self.paid, "marketing": self.lost}
        for kind, user in self.people.items():
            for department, score in own.items():
                mine = score.with_user(user)
                with self.subTest(who=kind, indicator=score.indicator_id.code):
                    if kind == department:
                        mine.write({"entry": "1"})
                        self.assertEqual(score.state, "scored")
                        continue
                    for values in {"entry": "1"}, {"remark": "x"}, {"entry": ""}:
                        with self.assertRaises(AccessError):
                            mine.with_context(**KEYS).write(values)
                    with self.assertRaises(AccessError):
                        mine._enter({score.id: 1})

    def test_scorers_write_nothing_but_entry_and_remark(self):
        mine = self.paid.with_user(self.finance)
        for values in (
            {"points": 5},
            {"state": "scored"},
            {"state": "waived", "reason": "x"},
            {"value": 1},
            {"is_measured": True},
            {"scorecard_id": self._scores(self.foreign)[0].scorecard_id.id},
            {"indicator_id": self.lost.indicator_id.id},
            {"department_id": self.marketing_department.id},
            {"scored_by_id": self.manager.id},
            {"entry": "5", "points": 5},
            {"company_id": self.env.company.id},
        ):
            with self.subTest(values=values), self.assertRaises(AccessError):
                mine.write(values)
        self.assertEqual(self.paid.state, "open")

    def test_scorers_neither_add_copy_import_nor_delete_scores(self):
        mine = self.paid.with_user(self.finance)
        for attempt in (
            lambda: mine.copy(),
            lambda: mine.unlink(),
            lambda: mine.create(
                {
                    "scorecard_id": self.paid.scorecard_id.id,
                    "indicator_id": self.paid.indicator_id.id,
                    "company_id": self.company.id,
                }
            ),
        ):
            with self.assertRaises(AccessError):
                attempt()
        result = mine.load([".id", "points"], [[str(self.paid.id), "5"]])
        self.assertFalse(result["ids"])
        self.assertEqual((self.paid.state, self.paid.points), ("open", 0))

    def test_members_of_an_archived_department_still_have_only_their_own(self):
        self.finance_department.active = False
        self.paid.with_user(self.finance).entry = "3"
        with self.assertRaises(AccessError):
            self.paid.with_user(self.marketing).entry = "5"
        self.assertEqual(self.paid.points, 3)

    def test_who_is_in_two_departments_scores_for_both(self):
        both = self._user("rating_both", "rating_group_finance,rating_group_marketing")
        (self.paid + self.lost).with_user(both).write({"entry": "2"})
        self.assertEqual((self.paid + self.lost).mapped("points"), [2, 2])

    # === METHODS === #

    def test_public_methods_check_who_calls_them(self):
        month = self._quarter(self.own, self._date("2024-10-01")).scorecard_ids[:1]
        doors = [
            (self.quarter, "action_confirm", []),
            (month, "action_close", []),
            (self.template_conduct, "action_activate", []),
            (self.template_conduct, "action_retire", []),
            (self.template_conduct, "action_new_version", []),
            (self.own.partner_id, "action_rate_as_dealer", []),
        ]
        customer = self.env["res.partner"].create({"name": "New", "is_company": True})
        doors.append((customer, "action_rate_as_dealer", []))
        for record, method, args in doors:
            for kind, user in self.people.items():
                known = record == self.own.partner_id and kind not in (
                    "admin",
                    "portal",
                )
                if kind == "manager" or known:
                    continue
                with self.subTest(method=method, who=kind):
                    with self.assertRaises(AccessError):
                        self._call(user, record, method, *args)
        self.assertEqual(self.quarter.state, "open")
        self.assertEqual(self.template_conduct.state, "active")

    def test_private_methods_cannot_be_called_from_outside(self):
        secret = [
            (self.paid, "_enter", [{self.paid.id: 5}]),
            (self.paid, "_waive", ["x"]),
            (self.paid, "_store_scores", [[]]),
            (self.quarter, "_confirm", []),
            (self.quarter, "_decide", ["end", "x"]),
            (self.quarter.scorecard_ids, "_correct", ["x"]),
            (self.quarter.scorecard_ids, "_close", []),
            (self.own, "_downgrade", [1, "x", "manual"]),
            (self.own.grading_ids, "_record", [[]]),
            (self.env["rating.scorecard"], "_rate", []),
            (self.env["rating.scorecard"], "_cron_rate", []),
        ]
        for record, method, args in secret:
            with self.subTest(method=method), self.assertRaises(AccessError):
                self._call(self.manager, record, method, *args)

    def test_models_without_a_table_have_nothing_to_call(self):
        model = type(self.env["rating.measure"])
        own = {
            method
            for cls in model.mro()
            if "dealer_rating" in cls.__module__
            for method in vars(cls)
            if callable(getattr(model, method)) and not method.startswith("_")
        }
        self.assertFalse(own)

    def test_what_a_manager_does_a_manager_does(self):
        closed = self._quarter(self.own, self._date("2024-10-01")).scorecard_ids[:1]
        for kind, user in self.people.items():
            if kind == "manager":
                continue
            for attempt in (
                lambda user=user: self.paid.with_user(user)._waive("x"),
                lambda user=user: closed.with_user(user)._correct("x"),
                lambda user=user: self.quarter.with_user(user)._decide("end", "x"),
                lambda user=user: (
                    self.env["rating.waive"]
                    .with_user(user)
                    .create({"score_ids": self.paid.ids, "reason": "x"})
                ),
                lambda user=user: (
                    self.env["rating.downgrade"]
                    .with_user(user)
                    .create({"dealer_ids": self.own.ids, "reason": "x"})
                ),
            ):
                with self.assertRaises(AccessError):
                    attempt()
        self.assertEqual(self.paid.state, "open")
        self.assertTrue(closed.is_current)

    def test_a_manager_does_not_score(self):
        for score in self.paid, self.lost:
            with self.assertRaises(AccessError):
                score.with_user(self.manager).entry = "5"

    # === A SALESPERSON'S DEALERS === #

    def _seen(self, model, user):
        return self.env[model].with_user(user)

    def test_a_salesperson_sees_the_own_dealers_only(self):
        self.salesman.group_ids += self.env.ref("base.group_allow_export")
        for model in (
            "rating.dealer",
            "rating.scorecard",
            "rating.score",
            "dealer.quarter",
            "dealer.grading",
        ):
            seen = self._seen(model, self.salesman)
            with self.subTest(model=model):
                domain = [("company_id", "=", self.company.id)]
                self.assertEqual(seen.search(domain).partner_id, self.own.partner_id)
                groups = seen._read_group(domain, ["partner_id"], ["__count"])
                self.assertEqual([group[0] for group in groups], [self.own.partner_id])
                field = "id" if model == "rating.dealer" else "dealer_id"
                hidden = self.env[model].search([(field, "=", self.foreign.id)])
                self.assertTrue(hidden)
                with self.assertRaises(AccessError):
                    hidden.with_user(self.salesman).read(["display_name"])
                with self.assertRaises(AccessError):
                    hidden.with_user(self.salesman).export_data(["display_name"])

    def test_a_name_finds_the_own_dealers_only(self):
        seen = self._seen("rating.dealer", self.salesman)
        self.assertEqual([id_ for id_, _n in seen.name_search("Shop")], self.own.ids)
        self.assertFalse(seen.name_search("Foreign"))

    def test_a_customer_tells_the_grade_to_who_may_know_it(self):
        partner = self.foreign.partner_id.with_company(self.company)
        self.env.invalidate_all()
        self.assertEqual(partner.rating_grade_id.name, "BB")
        for user in self.manager, self.user, self.colleague:
            self.assertEqual(partner.with_user(user).rating_grade_id.name, "BB")
        for user in self.salesman, self.admin:
            with self.subTest(who=user.login):
                seen = partner.with_user(user)
                self.assertFalse(seen.rating_grade_id)
                self.assertFalse(seen.rating_dealer_id)

    def test_customers_are_found_by_their_grade_as_it_is_shown(self):
        Partner = self.env["res.partner"].with_company(self.company)
        nobody = Partner.create({"name": "Not Rated"})
        some = Partner.union(self.own.partner_id, self.foreign.partner_id, nobody)
        grade = self.grades["AA"].id
        for domain in (
            [("rating_grade_id", "=", grade)],
            [("rating_grade_id", "!=", grade)],
            [("rating_grade_id", "=", False)],
            [("rating_grade_id", "!=", False)],
            [("rating_grade_id", "not in", [grade])],
        ):
            with self.subTest(domain=domain):
                found = Partner.search([("id", "in", some.ids), *domain])
                operator, value = domain[0][1:]
                values = value if isinstance(value, list) else [value]
                positive = operator in ("=", "in")
                wanted = some.filtered(
                    lambda each, values=values, positive=positive: (
                        (each.rating_grade_id.id in values) == positive
                    )
                )
                self.assertEqual(found, wanted)

    # === ANOTHER COMPANY === #

    def test_nothing_is_seen_or_done_from_another_company(self):
        elsewhere = self.env["res.company"].create({"name": "Elsewhere Ltd"})
        stranger = self._user(
            "rating_stranger",
            "rating_group_manager,rating_group_finance,rating_group_marketing",
            elsewhere,
        )

        def seen_from_there(record):
            there = record.with_context(allowed_company_ids=elsewhere.ids)
            return there.with_user(stranger)

        for record in (
            self.own,
            self.quarter,
            self.quarter.scorecard_ids[:1],
            self.paid,
            self.own.grading_ids[:1],
            self.template_conduct,
            self.template_conduct.indicator_ids[:1],
        ):
            with self.subTest(model=record._name):
                seen = seen_from_there(record)
                self.assertFalse(seen.search([("id", "in", record.ids)]))
                with self.assertRaises(AccessError):
                    seen.read(["display_name"])
        quarter, paid, own, template = map(
            seen_from_there,
            (self.quarter, self.paid, self.own, self.template_conduct),
        )
        for attempt in (
            lambda: quarter.action_confirm(),
            lambda: paid.write({"entry": "5"}),
            lambda: paid._enter({paid.id: 5}),
            lambda: paid._waive("x"),
            lambda: quarter._decide("end", "x"),
            lambda: own.write({"active": False}),
            lambda: template.action_retire(),
        ):
            with self.assertRaises(AccessError):
                attempt()

    def test_no_context_default_forges_a_report(self):
        forged = {
            "rating.validation": {"auc": 0.99, "is_enough": True},
            "rating.trial": {"up_count": 7},
        }
        for model, values in forged.items():
            defaults = {f"default_{name}": value for name, value in values.items()}
            records = self.env[model].with_user(self.manager)
            with self.subTest(model=model):
                template = {"performance_template_id": self.template_performance.id}
                given = template if model == "rating.trial" else {}
                record = records.with_context(**defaults).create(given)
                for name, value in values.items():
                    self.assertNotEqual(record[name], value)

    def test_no_step_earns_more_than_its_indicator(self):
        draft = self.template_conduct.copy()
        step = draft.indicator_ids.step_ids[:1]
        with self.assertRaises(ValidationError):
            step.with_user(self.manager).points = 99

    def test_nobody_writes_the_copies_that_records_keep(self):
        """Ranks, totals, names and salespersons of others are computed, or refused."""
        stranger = self.env["res.partner"].create({"name": "Stranger"})
        month = {"dealer_id": self.own.id, "date": "2025-01-01"}
        screening = self.env["rating.screening"].create(
            {"name": "New dealers", "criterion_ids": [Command.create({"name": "Shop"})]}
        )
        candidate = {"screening_id": screening.id, "partner_id": self.own.partner_id.id}
        copies = {"partner_id": stranger.id, "user_id": self.manager.id}
        for name, entered, forged in (
            ("rating.target", month | {"amount": 5}, copies),
            ("rating.stock.report", month | {"value": 5}, copies),
            ("rating.screening.candidate", candidate, {"total": 99, "rank": 1}),
            ("rating.dealer", {"partner_id": stranger.id}, {"partner_name": "Forged"}),
        ):
            model = self.env[name].with_user(self.manager)
            (number,) = call_kw(model, "create", [[entered | forged]], {})
            made = model.browse(number)
            self.env.flush_all()
            kept = made.sudo().read(list(forged))
            for field, value in forged.items():
                with self.subTest(name, field=field):
                    known = made.sudo()[field]
                    self.assertNotEqual(
                        made._fields[field].convert_to_write(known, made), value
                    )
                    with self.assertRaisesRegex(AccessError, "computes this"):
                        self._call(self.manager, made, "write", {field: value})
            self.assertEqual(made.sudo().read(list(forged)), kept)
