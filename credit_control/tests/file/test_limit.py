from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged

from odoo.addons.trade_credit_base.tests.job.job_common import run_job

from ..common import CreditCommon


@tagged("post_install", "-at_install")
class TestLimit(CreditCommon):
    """Which limit is in force on which day. The first one, of 1,000, is permanent."""

    def _on(self, day=0, file=None):
        """The limit in force so many days from today; None where there is none."""
        file = file or self.file
        day = self.today + timedelta(days=day)
        return self.env["credit.exposure"]._standings(file.ids, day)[file.id].limit

    def _grant(self, amount, kind="permanent", start=0, end=None, file=None):
        return (file or self.file)._grant(
            amount,
            kind,
            self.today + timedelta(days=start),
            end if end is None else self.today + timedelta(days=end),
            "because",
        )

    def assertInForce(self, *amounts, file=None):
        """These limits are marked as in force, and no others."""
        limits = (file or self.file).limit_ids.filtered("in_force")
        self.assertCountEqual(limits.mapped("amount"), amounts)

    # === Why === #

    def test_why_is_read_in_the_language_of_the_reader(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.env["ir.module.module"]._load_module_terms(["credit_control"], ["zh_CN"])
        chinese = self.file.with_context(lang="zh_CN")
        granted = chinese._grant(500)
        typed = self._grant(600, start=1)
        granted.action_end()
        ended = self.file.limit_ids.filtered(lambda each: each.kind == "end")
        self.env.invalidate_all()
        who = self.env.user.name
        for limit, english, other in (
            (granted, "Granted", "核定"),
            (ended, f"Ended by {who}", f"由 {who} 终止"),
            (typed, "because", "because"),
        ):
            self.assertEqual(limit.with_context(lang="en_US").reason, english)
            self.assertEqual(limit.with_context(lang="zh_CN").reason, other)

    def test_a_mark_that_somebody_types_is_no_sentence(self):
        given = "\x02" + '{"source": "Granted", "module": "credit_control", "of": {}}'
        limit = self.file._grant(500, reason=given)
        self.env.invalidate_all()
        self.assertEqual(limit.reason, given[1:])
        self.file._stop_supply("manual", given)
        self.assertEqual(self.file.hold_reason, given[1:])

    # === Permanent === #

    def test_permanent_limit_stands_until_the_next_one_begins(self):
        self._grant(500, start=10)
        self.assertEqual([self._on(9), self._on(10), self._on(999)], [1000, 500, 500])
        self.assertInForce(1000)

    def test_new_limit_of_the_same_day_replaces_the_other(self):
        self._grant(500)
        self.assertEqual(self._on(), 500)
        self.assertInForce(500)

    def test_limit_from_an_earlier_day_does_not_replace_a_later_one(self):
        self._grant(500, start=-10)
        self.assertEqual([self._on(-1), self._on()], [500, 1000])

    def test_before_the_first_limit_there_is_none(self):
        self.assertIsNone(self._on(-1))
        self.assertEqual(self._on(0), 1000)

    def test_order_does_not_spend_the_limit_of_tomorrow(self):
        self._grant(5000, start=1)
        order = self._order(1200)
        order.action_confirm()
        self.assertHeld(order, "limit")

    # === Temporary === #

    def test_temporary_limit_replaces_the_permanent_one_while_it_lasts(self):
        self._grant(3000, "temporary", 2, 5)
        self.assertEqual(
            [self._on(day) for day in (1, 2, 5, 6)], [1000, 3000, 3000, 1000]
        )

    def test_temporary_limit_may_be_lower_than_the_permanent_one(self):
        self._grant(200, "temporary", 0, 5)
        self.assertEqual(self._on(), 200)
        self.assertInForce(200)

    def test_temporary_limit_stands_whatever_permanent_one_is_granted_meanwhile(self):
        self._grant(3000, "temporary", 0, 5)
        self._grant(800, start=1)
        self.assertEqual([self._on(5), self._on(6)], [3000, 800])

    def test_temporary_limits_may_follow_each_other(self):
        self._grant(3000, "temporary", 0, 5)
        self._grant(2000, "temporary", 6, 7)
        self.assertEqual([self._on(5), self._on(6), self._on(8)], [3000, 2000, 1000])

    def test_day_after_a_temporary_limit_orders_are_held_again(self):
        self._grant(3000, "temporary", -5, -1)
        order = self._order(1200)
        order.action_confirm()
        self.assertHeld(order, "limit")

    # === Base === #

    def test_base_limits_come_on_top(self):
        self._grant(100, "base")
        self._grant(20, "base", 3)
        self._grant(3000, "temporary", 5, 6)
        self.assertEqual([self._on(day) for day in (0, 3, 5)], [1100, 1120, 3120])
        self.assertInForce(1000, 100)

    def test_base_limit_alone_is_a_limit(self):
        file = self._file(self._customer("Pharmacy"))
        self._grant(100, "base", file=file)
        self.assertEqual(self._on(file=file), 100)
        self.assertInForce(100, file=file)

    # === Ends === #

    def test_end_closes_a_limit_from_its_day_on(self):
        self._grant(3000, "temporary", -2, 5).action_end()
        self.assertEqual([self._on(-1), self._on(0)], [3000, 1000])
        self.assertInForce(1000)

    def test_base_limit_can_be_ended(self):
        self._grant(100, "base").action_end()
        self.assertEqual(self._on(), 1000)

    def test_limit_that_has_not_begun_never_will(self):
        self._grant(3000, "temporary", 3, 5).action_end()
        self.assertEqual([self._on(day) for day in (2, 3, 5)], [1000] * 3)

    def test_customer_whose_limit_was_ended_has_none(self):
        self.file.limit_ids.action_end()
        self.assertIsNone(self._on())
        order = self._order(1)
        order.action_confirm()
        self.assertHeld(order, "no_limit")

    def test_ending_a_limit_brings_none_back_that_it_replaced(self):
        self._grant(200).action_end()
        self.assertIsNone(self._on())

    def test_what_has_ended_cannot_end_again(self):
        limit = self._grant(3000, "temporary", 0, 5)
        limit.action_end()
        for ended in limit, limit.search([("ends_id", "=", limit.id)]):
            with self.assertRaises(UserError):
                ended.action_end()

    def test_end_leaves_room_for_another_temporary_limit(self):
        self._grant(3000, "temporary", 0, 5).action_end()
        self._grant(2000, "temporary", 0, 9)
        self.assertEqual(self._on(), 2000)

    # === Zero and none === #

    def test_limit_of_zero_blocks_wherever_it_is_looked_at(self):
        self._grant(0)
        self.assertEqual(self._on(), 0)
        self.assertTrue(self.file.has_limit)
        self.assertEqual(self.file.available, 0)
        order = self._order(1)
        self.assertEqual(order.credit_banner_level, "danger")
        order.action_confirm()
        self.assertHeld(order, "limit")
        self.assertEqual(order.credit_cures.count("1.00"), 2)  # to prepay, to ask for

    def test_limit_of_zero_is_full_as_soon_as_anything_is_owed(self):
        self._grant(0)
        self.assertEqual(self.file.usage, 0)
        self._invoice(5)
        self.env.invalidate_all()
        self.assertGreaterEqual(self.file.usage, 100)

    def test_file_without_a_limit_says_so(self):
        file = self._file(self._customer("Pharmacy"))
        self.assertFalse(file.has_limit)
        order = self._order(1, customer=file.partner_id)
        order.action_confirm()
        self.assertHeld(order, "no_limit")

    # === Append only === #

    def test_limit_is_never_changed_nor_deleted_by_anyone(self):
        limit = self.file.limit_ids
        for env in self.env(user=self.manager), self.env, self.env(su=True):
            with self.assertRaises(UserError):
                limit.with_env(env).write({"amount": 9})
            with self.assertRaises(UserError):  # an AccessError is one
                limit.with_env(env).unlink()
            with self.assertRaises(UserError):  # as if Odoo uninstalled
                limit.with_env(env).with_context(_force_unlink=True).unlink()
        self.assertEqual(limit.exists().amount, 1000)

    def test_only_managers_grant(self):
        for user in self.salesman, self.officer:
            with self.assertRaises(AccessError):
                self.file.with_user(user)._grant(5000)
            with self.assertRaises(AccessError):
                self.file.limit_ids.with_user(user).action_end()
        granted = self.file.with_user(self.manager)._grant(5000)
        self.assertEqual(granted.create_uid, self.manager)
        self.assertEqual(self._on(), 5000)

    def test_many_files_are_granted_at_once(self):
        other = self._file(self._customer("Pharmacy"))
        (self.file | other)._grant(700)
        self.assertEqual([self._on(), self._on(file=other)], [700, 700])

    # === The accounting app === #

    def _every_night(self):
        self.env["credit.limit"]._cron_push_core_limits()

    def _core_limit(self, customer=None):
        return (customer or self.customer).with_company(self.company).credit_limit

    def test_a_night_that_fails_for_one_company_follows_for_the_others(self):
        other = self.env["res.company"].create({"name": "Other"})
        self._file(self._customer("Pharmacy"), 700, company_id=other.id)
        files = self.env.registry["credit.file"]
        push, pushed = files._push_core_limit, []

        def failing(files):
            if files.company_id == other:
                raise UserError("No rate.")
            pushed.append(files.company_id)
            return push(files)

        with patch.object(files, "_push_core_limit", failing):
            run = run_job(self, self.env.ref("credit_control.job_limit"))
        self.assertEqual(run.failure_ids.company_id, other)
        self.assertIn(self.company, pushed)

    def test_limit_of_the_accounting_app_follows(self):
        self.assertEqual(self._core_limit(), 1000)
        self._grant(500)
        self.assertEqual(self._core_limit(), 500)
        self._grant(50, "base")
        self.assertEqual(self._core_limit(), 550)
        self._grant(3000, "temporary", 0, 5).action_end()
        self.assertEqual(self._core_limit(), 550)

    def test_branches_show_the_limit_of_their_head_company(self):
        branch = self.env["res.company"].create(
            {"name": "North", "parent_id": self.env.company.id}
        )
        there = self.customer.with_company(branch)
        self.env.cr.execute(
            """UPDATE res_partner SET credit_limit = jsonb_build_object(%s, 700.0)
                WHERE id = %s""",
            [str(branch.id), self.customer.id],
        )
        self.customer.invalidate_recordset(["credit_limit"])
        self.assertEqual(there.credit_limit, 700)
        self._grant(1000.0)
        self.assertEqual(there.credit_limit, 1000)

    def test_contacts_bear_the_limit_of_their_company_in_the_accounting_app(self):
        contact = self._customer("Buyer", parent_id=self.customer.id, is_company=False)
        self._grant(500)
        self.assertEqual(self._core_limit(contact), 500)

    def test_many_files_are_granted_limits_of_their_own_at_once(self):
        other = self._customer("Pharmacy")
        files = self.file | self._file(other)
        granted = self.env["credit.limit"]._grant_each(
            [
                {
                    "file_id": file.id,
                    "amount": amount,
                    "date_from": self.today,
                    "reason": "Season",
                }
                for file, amount in zip(files, (700, 0), strict=True)
            ]
        )
        limits = self.env["credit.limit"].browse(granted[file.id] for file in files)
        self.assertEqual(limits.mapped("amount"), [700, 0])
        self.assertEqual(limits.partner_id, self.customer | other)
        self.assertEqual([self._on(), self._on(file=files[1])], [700, 0])
        self.assertEqual([self._core_limit(), self._core_limit(other)], [700, 0])
        with self.assertRaises(ValidationError):
            self.env["credit.limit"]._grant_each(
                [
                    {
                        "file_id": self.file.id,
                        "amount": 1e16,
                        "date_from": self.today,
                        "reason": "Slip",
                    }
                ]
            )

    def test_limit_that_begins_or_ends_by_itself_reaches_the_accounting_app(self):
        self._grant(3000, "temporary", 1, 2)
        self.assertEqual(self._core_limit(), 1000)
        for days, limit in (1, 3000), (2, 3000), (3, 1000):
            with freeze_time(self.today + timedelta(days=days)):
                self._every_night()
                self.assertEqual(self._core_limit(), limit)

    def test_accounting_app_forgets_a_limit_that_was_ended(self):
        self.file.limit_ids.action_end()
        self.assertEqual(self._core_limit(), 0)

    def test_uninstalling_leaves_customers_of_archived_files_alone(self):
        bare = self._customer("Pharmacy")
        self._file(bare, 300)
        self.file.active = False
        self.env.flush_all()
        self.env.cr.execute(
            """UPDATE res_partner SET credit_limit = jsonb_build_object(%s, 5000.0)
                WHERE id = ANY(%s)""",
            [str(self.company.id), (self.customer | bare).ids],
        )
        self.env.invalidate_all()
        self.env["credit.file"]._leave_core_limits()
        self.assertEqual(self._core_limit(), 5000)
        self.assertEqual(self._core_limit(bare), 300)

    def test_limits_of_the_accounting_app_are_adopted_once(self):
        customer = self._customer("Pharmacy")
        customer.with_company(self.company).credit_limit = 4000
        self.company.account_use_credit_limit = True
        self.env.flush_all()
        for _time in range(2):
            self.env["credit.takeover"].sudo()._adopt()
        file = self.env["credit.file"].search([("partner_id", "=", customer.id)])
        self.assertEqual(file.company_id, self.company)
        self.assertEqual(self._on(file=file), 4000)
        self.assertEqual(len(self.file.limit_ids), 1)


@tagged("post_install", "-at_install")
class TestGroupLimit(CreditCommon):
    """The corner shop has a parent; the holding may owe 1,500 with all its members."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.holding = cls._file(cls._customer("Holding"), 1500)
        cls.sister = cls._file(cls._customer("Sister"))
        (cls.file | cls.sister).parent_id = cls.holding

    def _confirm(self, amount, file=None):
        order = self._order(amount, customer=(file or self.file).partner_id)
        order.action_confirm()
        return order

    def test_group_limit_counts_the_whole_tree(self):
        self._invoice(900, customer=self.sister.partner_id)
        self.assertConfirmed(self._confirm(600))
        order = self._confirm(1)
        self.assertHeld(order, "limit")
        self.assertIn("Holding", order.credit_reasons)

    def test_own_limit_holds_though_the_group_has_room(self):
        order = self._confirm(1001)
        self.assertHeld(order, "limit")
        (ask,) = [
            cure
            for cure in self._decision(order).verdict["cures"]
            if cure["code"] == "ask"
        ]
        self.assertEqual((ask["file"], ask["amount"]), (self.file.id, 1))

    def test_member_without_a_limit_of_its_own_uses_the_groups(self):
        self.assertConfirmed(self._confirm(1500, self.sister))
        self.assertHeld(self._confirm(1, self.sister), "limit")

    def test_two_members_do_not_share_the_same_room(self):
        orders = self._order(800) | self._order(800, customer=self.sister.partner_id)
        orders.action_confirm()
        self.assertEqual(orders.mapped("state"), ["sale", "draft"])

    def test_hold_on_the_group_holds_its_members(self):
        self.holding._stop_supply("manual", "bankrupt")
        order = self._confirm(1, self.sister)
        self.assertHeld(order, "hold")
        self.assertIn("Holding", order.credit_reasons)

    def test_hold_on_a_member_does_not_hold_the_others(self):
        self.file._stop_supply("manual", "bankrupt")
        self.assertConfirmed(self._confirm(1, self.sister))

    def test_archived_members_still_count(self):
        self._invoice(900, customer=self.sister.partner_id)
        self.sister.active = False
        self.assertHeld(self._confirm(601), "limit")

    def test_available_is_what_the_narrowest_level_leaves(self):
        self._invoice(900, customer=self.sister.partner_id)
        self.assertEqual(self.file.available, 600)
        self.assertEqual(self.sister.available, 600)
        self._invoice(700)
        self.env.invalidate_all()
        self.assertEqual((self.file.available, self.sister.available), (-100, -100))

    def test_leaving_the_group_frees_the_member(self):
        self._invoice(1500, customer=self.sister.partner_id)
        order = self._confirm(1)
        self.assertHeld(order, "limit")
        self.file.parent_id = False
        self._retake()
        self.assertEqual(self._decision(order).state, "cured")

    def test_end_of_the_groups_limit_leaves_members_their_own(self):
        self.holding.limit_ids.action_end()
        self.assertConfirmed(self._confirm(1000))
        self.assertHeld(self._confirm(1, self.sister), "no_limit")
