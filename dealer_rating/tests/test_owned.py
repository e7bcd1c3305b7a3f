from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.trade_credit_base.tests.owned_common import TwoCompanies

from .common import RatingCommon


@tagged("post_install", "-at_install")
class TestOwned(TwoCompanies, RatingCommon):
    """Two companies: what belongs to one stays there, what both share is kept by who
    works for both."""

    groups = "rating_group_manager,rating_group_finance"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.company_ids += cls.other
        cls.shop = cls._dealer("Shop")
        cls.theirs = cls._dealer("Their Shop", company=cls.other)
        cls.shared = cls._shared_template()

    @classmethod
    def _shared_template(cls):
        line = cls._line("shared", cls.finance_department)
        template = cls._template("conduct", (4, 2), line, company=None, activate=False)
        cls.env["rating.scorecard.template"].search(
            [("company_id", "=", False), ("kind", "=", "conduct")]
        ).filtered(lambda each: each.state == "active").action_retire()
        template.action_activate()
        return template

    # === FROM ONE COMPANY TO ANOTHER === #

    def test_nothing_moves_into_another_company(self):
        mine = self.template_performance.copy()
        line = self._line("x", self.finance_department)
        theirs = self._template(
            "performance", (3, 2), line, company=self.other, activate=False
        )
        company = {"company_id": self.company.id}
        target = {"dealer_id": self.shop.id, "date": "2025-01-01", "amount": 5}
        report = {"dealer_id": self.shop.id, "date": "2025-01-01", "value": 5}
        screening = self.env["rating.screening"].create({"name": "Mine", **company})
        their_screening = self.env["rating.screening"].create(
            {"name": "Theirs", "company_id": self.other.id}
        )
        criterion = {"name": "Demand", "screening_id": screening.id}
        into = {"company_id": self.other.id}
        for record, vals in (
            (mine, into),
            (mine.indicator_ids[0], {"template_id": theirs.id}),
            (
                mine.indicator_ids.step_ids[0],
                {"indicator_id": theirs.indicator_ids.id},
            ),
            (self.env["rating.target"].create(target), {"dealer_id": self.theirs.id}),
            (
                self.env["rating.stock.report"].create(report),
                {"dealer_id": self.theirs.id},
            ),
            (screening, into),
            (
                self.env["rating.screening.criterion"].create(criterion),
                {"screening_id": their_screening.id},
            ),
            (self.env["rating.abc"].create(company), into),
            (
                self.env["rating.abc.service"].create({"abc_class": "A", **company}),
                into,
            ),
            (self.env["rating.validation"].create(company), into),
            (
                self.env["rating.trial"].create(
                    {"conduct_template_id": self.shared.id, **company}
                ),
                into,
            ),
        ):
            self.env.flush_all()
            with self.subTest(model=record._name), self.assertRaises(AccessError):
                self._call(self.boss, record, "write", vals)
            self.env.invalidate_all(flush=False)

    # === WHAT ALL SHARE === #

    def test_one_companys_manager_changes_nothing_that_all_share(self):
        indicator = self.shared.indicator_ids
        mine = self.template_performance.copy()
        for record, method, args in (
            (self.shared, "write", [{"name": "Mine"}]),
            (self.shared, "action_retire", []),
            (self.shared.copy(), "action_activate", []),
            (self.shared.copy(), "unlink", []),
            (indicator, "write", [{"name": "Mine"}]),
            (indicator, "unlink", []),
            (mine, "write", [{"company_id": False}]),
            (self.grades["CC"], "write", [{"is_poor": False}]),
            (self.grades["AA"], "write", [{"name": "CC"}]),
        ):
            with self.subTest(model=record._name, method=method, args=args):
                with self.assertRaises(AccessError), self.env.cr.savepoint():
                    self._call(self.boss, record, method, *args)
                    self.env.flush_all()
            self.env.invalidate_all()
        self.assertEqual(self.shared.state, "active")

    def test_who_works_for_all_companies_keeps_what_they_share(self):
        here = self.shared.with_context(allowed_company_ids=self.company.ids)
        here.with_user(self.head).name = "For All"
        self.grades["CB"].with_user(self.head).is_poor = False
        self.assertEqual(self.shared.name, "For All")
        new = self.shared.with_user(self.head).action_new_version()
        draft = self.env["rating.scorecard.template"].browse(new["res_id"])
        self.assertFalse(draft.company_id)
        self.assertEqual(draft.version, self.shared.version + 1)

    def test_a_branch_is_no_company_of_its_own_here(self):
        self.env["res.company"].create({"name": "Branch", "parent_id": self.company.id})
        self.grades["CB"].with_user(self.head).is_poor = False
        self.assertFalse(self.grades["CB"].is_poor)

    def test_a_new_version_of_a_shared_template_is_for_the_own_company(self):
        new = self._call(self.boss, self.shared, "action_new_version")
        draft = self.env["rating.scorecard.template"].browse(new["res_id"])
        self.assertEqual(draft.company_id, self.company)
        self.assertEqual(draft.previous_id, self.shared)
        self.assertGreater(draft.version, self.shared.version)
        self._call(self.boss, draft, "action_activate")
        self.assertEqual(draft.state, "active")
        self.assertEqual(self.shared.state, "active")

    def test_a_copy_of_a_shared_template_is_for_the_own_company(self):
        (copy,) = self._call(self.boss, self.shared, "copy")
        draft = self.env["rating.scorecard.template"].browse(copy)
        self.assertEqual(draft.company_id, self.company)
        self.assertFalse(self.shared.with_user(self.head).copy().company_id)

    def test_no_context_shares_anything(self):
        templates = self.env["rating.scorecard.template"].with_user(self.boss)
        with self.assertRaises(AccessError):
            templates.create({"name": "For all", "band_a": 2, "band_b": 1})

    # === STEPS === #

    def test_a_step_is_added_from_outside(self):
        indicator = self.template_performance.copy().indicator_ids[-1]
        values = {"indicator_id": indicator.id, "at_least": 9, "points": 0}
        steps = self.env["rating.step"].with_user(self.boss)
        made = self._call(self.boss, steps, "create", [values])
        self.assertEqual(steps.browse(made).points, 0)
