from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.service.model import call_kw
from odoo.tests import Form, new_test_user, tagged

from ..common import CreditCommon


@tagged("post_install", "-at_install")
class TestOverview(CreditCommon):
    """The app says which mode is on and what observing has found."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = cls._user("clerk", "credit_control.credit_group_user")

    def _overview(self, user=None):
        self.env.invalidate_all()
        Overview = self.env["credit.overview"].with_user(user or self.clerk)
        action = Overview.action_open()
        return Overview.browse(action["res_id"])

    def _shown(self, action):
        return self.env[action["res_model"]].search(action["domain"])

    def test_everybody_in_credit_sees_the_mode(self):
        for mode, word in ("off", "off"), ("observe", "Observing"):
            self.company.credit_mode = mode
            for user in self.clerk, self.officer, self.manager:
                self.assertEqual(self._overview(user).mode, mode)
                self.assertIn(word, self._overview(user).mode_words)

    def test_it_says_what_observing_has_found(self):
        self.company.credit_mode = "observe"
        late = self._customer("Late")
        self._file(late, 500)
        self._invoice(10, late, late=40)
        orders = [self._order(10), self._order(2000), self._order(30, late)]
        for order in orders:
            order.action_confirm()
        overview = self._overview()
        self.assertEqual((overview.found_count, overview.found_amount), (2, 2030))
        self.assertEqual(overview.found_since, self.today)
        self.assertIn("Use of the credit limit (%): 1", overview.found_kinds)
        self.assertIn("Oldest overdue item (days): 1", overview.found_kinds)
        action = overview.action_open_found()
        found = self._shown(action)
        self.assertEqual(found.order_id, orders[1] + orders[2])
        self.assertEqual(set(found.mapped("kind")), {"limit", "overdue_days"})
        self.assertTrue(action["context"]["search_default_group_kind"])
        limit = found.search([("kind", "=", "limit"), ("id", "in", found.ids)])
        self.assertEqual(limit.order_id, orders[1])

    def test_it_counts_customers_and_leads_to_them(self):
        before = self._overview()
        counted = before.file_count, before.bare_count, before.unknown_count
        group = self._file(self._customer("Group"), 100)
        self._file(self._customer("Member"), parent_id=group.id)
        bare = self._file(self._customer("Bare"))
        stranger = self._customer("Stranger")
        self._invoice(10, stranger)
        after = self._overview()
        self.assertEqual(after.file_count, counted[0] + 3)
        self.assertEqual(after.bare_count, counted[1] + 1)
        self.assertEqual(after.unknown_count, counted[2] + 1)
        self.assertIn(bare, self._shown(after.action_open_bare()))
        self.assertIn(self.file, self._shown(after.action_open_files()))
        self.assertIn(stranger, self._shown(after.action_open_unknown()))

    def test_held_orders_wait_there(self):
        self._order(5000).action_confirm()
        overview = self._overview()
        self.assertEqual((overview.waiting_count, overview.waiting_amount), (1, 5000))
        self.assertEqual(
            self._shown(overview.action_open_waiting()).order_id.amount_total, 5000
        )

    def test_of_a_raised_order_only_what_is_more_waits(self):
        order = self._order(900)
        order.action_confirm()
        order._credit_ask(3000, "The season is early")
        overview = self._overview()
        self.assertEqual((overview.waiting_count, overview.waiting_amount), (1, 2100))

    def test_who_works_in_a_branch_sees_the_head_company(self):
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id}
        )
        user = new_test_user(
            self.env,
            "branch",
            groups="credit_control.credit_group_user",
            company_id=branch.id,
            company_ids=[Command.set(branch.ids)],
        )
        overview = self._overview(user)
        self.assertEqual(overview.company_id.sudo(), self.company)
        self.assertEqual(overview.mode, "enforce")
        Form(overview)

    def test_other_companies_are_not_seen(self):
        other = self.env["res.company"].create({"name": "Other"})
        seen = self.env["credit.overview"].with_user(self.manager).search([])
        self.assertIn(self.company.id, seen.ids)
        self.assertNotIn(other.id, seen.ids)

    def test_nobody_else_learns_anything_from_it(self):
        self.company.credit_mode = "observe"
        self._order(5000)
        other = self.env["res.company"].create({"name": "Other"})
        portal = new_test_user(self.env, "visitor", groups="base.group_portal")
        self.env.flush_all()
        Overview = self.env["credit.overview"]
        doors = [
            name
            for name in dir(type(Overview))
            if name.startswith(("action_open", "action_import"))
        ]
        self.assertIn("action_open_quoted", doors)
        for name in doors:
            args = [] if name == "action_open" else [[self.company.id]]
            for user in portal, self.salesman:
                with self.subTest(name, who=user.login), self.assertRaises(AccessError):
                    call_kw(Overview.with_user(user), name, args, {})
            if args:
                with self.subTest(name, who="abroad"), self.assertRaises(AccessError):
                    call_kw(Overview.with_user(self.manager), name, [other.ids], {})

    def test_what_is_missing_is_said(self):
        self.assertFalse(self._overview().missing)
        self.company.credit_default_policy_id = False
        self.assertIn("policy", self._overview().missing)
        managers = self.env.ref("credit_control.credit_group_manager").all_user_ids
        other = self.env["res.company"].create({"name": "Other"})
        for user in managers.filtered(lambda each: self.company in each.company_ids):
            user.write(
                {"company_ids": [Command.set(other.ids)], "company_id": other.id}
            )
        self.assertIn("credit manager", self._overview().missing)
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id}
        )
        values = {"company_id": branch.id, "company_ids": [Command.set(branch.ids)]}
        self.manager.write(values)
        self.assertNotIn("credit manager", self._overview().missing)

    # === BEFORE IT IS ENFORCED === #

    def _settings(self):
        user = self._user(
            "root_of_all", "base.group_system,credit_control.credit_group_manager"
        )
        return Form(self.env["res.config.settings"].with_user(user))

    def test_choosing_enforce_says_what_it_will_mean(self):
        self.company.credit_mode = "observe"
        big = self._order(3000)
        for amount in 900, 800:  # each is judged as if it were the only one
            self._order(amount)
        other = self._customer("Other Shop")
        self._file(other, 10)
        self._order(40, other).action_confirm()
        self.file.limit_ids.sudo()
        bare = self._file(self._customer("Bare"))
        settings = self._settings()
        self.assertFalse(settings.credit_enforce_words)
        settings.credit_mode = "enforce"
        words = settings.credit_enforce_words
        self.assertRegex(words, r"Open quotations .* today: 1 \(.*3,000\.00\)")
        self.assertIn("Credit files without a limit, whose orders would", words)
        self.assertRegex(words, r"Confirmed orders .* held: 1 ")
        record = settings.save()
        shown = self._shown(record.action_credit_show_quoted())
        self.assertEqual(shown, big)
        self.assertEqual(self._shown(record.action_credit_show_bare()), bare)

    def test_many_quotations_are_judged_as_few_are(self):
        def spent(count):
            for _each in range(count):
                self._order(5000)
            overview = self._overview().sudo()
            self.env.flush_all()
            start = self.env.cr.sql_log_count
            self.assertTrue(overview._quotations_held())
            return self.env.cr.sql_log_count - start

        spent(1)
        few = spent(2)
        self.assertLessEqual(spent(20), few)
