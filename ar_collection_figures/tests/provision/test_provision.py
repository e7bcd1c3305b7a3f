import json
from datetime import date

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from ...core.ageing import Rolls
from ...core.provision import loss_rates, matrix
from ..common import FigureCommon

MARCH, APRIL = date(2024, 3, 31), date(2024, 4, 30)


@tagged("post_install", "-at_install")
class TestProvision(FigureCommon):
    """1 000 not past due, 500 twenty days late and 200 a hundred, in March 2024."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._sold(1000, date(2024, 3, 15), date(2024, 4, 14))
        cls._sold(500, date(2024, 2, 10), date(2024, 3, 11))
        cls.old = cls._sold(200, date(2023, 11, 1), date(2023, 12, 22))
        cls._received(30, date(2024, 3, 1), cls._customer("Payer"))
        cls.clerk = cls._user("clerk", "ar_collection.collection_group_finance")
        cls.boss = cls._user("boss", "ar_collection.collection_group_manager")
        accounts = cls.env["account.account"]
        cls.allowance = accounts.create(
            {
                "name": "Loss allowance",
                "code": "199900",
                "account_type": "asset_current",
            }
        )
        cls.losses = cls.company_data["default_account_expense"]
        cls.company.write(
            {
                "collection_provision_journal_id": cls.company_data[
                    "default_journal_misc"
                ].id,
                "collection_provision_account_id": cls.allowance.id,
                "collection_provision_expense_account_id": cls.losses.id,
            }
        )

    def _provision(self, day=MARCH, **values):
        provisions = self.env["collection.provision"].with_user(self.clerk)
        return provisions.create({"date": day, "method": "entered", **values})

    def test_a_draft_waits_for_managers(self):
        provision = self._provision()
        provision.sudo()._follow_all_waits(self.company)
        waiting = [("res_model", "=", provision._name), ("trade_wait", "=", "post")]
        told = self.env["mail.activity"].sudo().search(waiting)
        self.assertIn(self.boss, told.user_id)
        provision.with_user(self.boss).sudo().unlink()
        self.assertFalse(told.exists())

    def test_what_somebody_keeps_as_a_default_is_on_no_provision(self):
        defaults = self.env["ir.default"].with_user(self.clerk)
        defaults.set("collection.provision", "state", "posted", user_id=True)
        provisions = self.env["collection.provision"].with_user(self.clerk)
        for provision in (
            provisions.create({}),
            provisions.with_context(default_state="posted").create({}),
        ):
            self.assertEqual(provision.state, "draft")

    def _post(self, provision):
        provision.with_user(self.boss).action_post()
        return provision

    def _balance(self, account):
        lines = self.env["account.move.line"].search(
            [("account_id", "=", account.id), ("parent_state", "=", "posted")]
        )
        return round(sum(lines.mapped("balance")), 2)

    def test_the_matrix_is_amount_by_rate_by_outlook(self):
        provision = self._provision(factor=1.1)
        rows = provision.line_ids
        held = [-30, 1000, 500, 0, 0, 200]
        self.assertEqual(rows.mapped("amount"), held)
        rates = [0, 0.003, 0.016, 0.036, 0.066, 0.106]
        wanted = matrix(held, rates, 1.1)
        self.assertEqual(
            rows.mapped("provision"), [float(row.provision) for row in wanted.rows]
        )
        self.assertEqual(provision.amount, float(wanted.total))
        self.assertEqual(provision.receivables, 1670)

    def test_the_published_example_comes_out(self):
        """IFRS 9, Illustrative Example 12: 580 in all, of 30 000."""
        provision = self._provision()
        lines = provision.line_ids.filtered(
            lambda line: line.bucket_id.kind != "credit"
        )
        for line, amount in zip(lines, (15_000, 7500, 4000, 2500, 1000), strict=True):
            line.sudo().amount = amount
        self.assertEqual(lines.mapped("provision"), [45, 120, 144, 165, 106])
        self.assertEqual(provision.amount, 580)

    def test_rates_come_from_the_rolls_where_there_are_any(self):
        self.env["collection.ageing"].sudo()._close_months(
            self.company, date(2024, 1, 1), MARCH
        )
        buckets = self.env["collection.ageing.bucket"]._of(self.company)
        history = self.env["collection.ageing.roll"]._history(
            self.company, buckets, MARCH, 12
        )
        self.assertEqual(len(history), 3)
        provision = self._provision(method="history")
        rates = loss_rates(history, buckets.mapped("loss_rate"))
        lines = provision.line_ids.filtered(
            lambda line: line.bucket_id.kind != "credit"
        )
        for line, rate in zip(lines, rates, strict=True):
            self.assertAlmostEqual(line.rate, rate)
        # The 200 rolled from 1–30 to the end, where nothing is known but the entered
        self.assertAlmostEqual(lines[-1].rate, 0.106)
        self.assertAlmostEqual(lines[2].rate, 0.106)
        self.assertIsInstance(history[0], Rolls)

    def test_an_entered_rate_counts_and_stays_until_computed_again(self):
        provision = self._provision()
        line = provision.line_ids[-1]
        line.with_user(self.clerk).rate = 0.5
        self.assertEqual(line.provision, 100)
        self.assertEqual(provision.amount, 3 + 8 + 100)
        provision.with_user(self.clerk).note = "The old one is in court."
        self.assertEqual(provision.line_ids[-1].rate, 0.5)
        provision.with_user(self.clerk).action_compute()
        self.assertAlmostEqual(provision.line_ids[-1].rate, 0.106)

    def test_nothing_is_posted_but_on_demand(self):
        provision = self._provision()
        self.assertFalse(provision.move_id)
        [group] = json.loads(provision.entry)["groups_vals"]
        shown = [(row["account"], row["debit"]) for _c, _i, row in group["items_vals"]]
        self.assertIn("32.20", shown[0][1])
        self.assertIn("Loss allowance", shown[1][0])
        self._post(provision)
        self.assertEqual(provision.move_id.state, "posted")
        self.assertEqual(provision.move_id.date, MARCH)
        self.assertEqual(self._balance(self.allowance), -32.2)
        self.assertEqual(provision.posted_by_id, self.boss)
        self.assertFalse(provision.entry)

    def test_the_next_one_posts_the_difference_and_releases(self):
        self._post(self._provision())
        self._paid(self.old, date(2024, 4, 2))
        april = self._provision(APRIL)
        self.assertEqual(april.previous_amount, 32.2)
        # 1 000 are 16 days late, 500 fifty; the 30 are still there
        self.assertEqual(april.amount, 16 + 18)
        self._post(april)
        self.assertEqual(self._balance(self.allowance), -34)
        low = self._post(self._provision(APRIL, factor=0.5))
        self.assertEqual(low.difference, -17)
        self.assertEqual(self._balance(self.allowance), -17)
        self.assertEqual(self._provision(APRIL).previous_id, low)

    def test_reversing_brings_the_one_before_into_force(self):
        march = self._post(self._provision())
        april = self._post(self._provision(APRIL))
        with self.assertRaisesRegex(UserError, "reverse it first"):
            march.with_user(self.boss).action_reverse()
        april.with_user(self.boss).action_reverse()
        self.assertEqual((april.state, april.in_force), ("reversed", False))
        self.assertEqual(self._balance(self.allowance), -march.amount)
        self.assertEqual(self._provision(APRIL).previous_id, march)
        march.with_user(self.boss).action_reverse()
        self.assertEqual(self._balance(self.allowance), 0)
        self.assertEqual(self._balance(self.losses), 0)
        with self.assertRaises(UserError):
            march.with_user(self.boss).action_reverse()

    def test_what_accountants_took_back_is_in_force_no_more(self):
        march = self._post(self._provision())
        march.sudo().move_id._reverse_moves([{"date": self.today}], cancel=True)
        self.assertFalse(march.in_force)
        self.assertEqual(self._provision(APRIL).previous_amount, 0)

    def test_nothing_is_posted_before_what_is_posted(self):
        early = self._provision()
        self._post(self._provision(APRIL))
        with self.assertRaisesRegex(UserError, "reverse it first"):
            self._post(early)

    def test_what_cannot_be_posted_says_what_to_do(self):
        self._post(self._provision())
        with self.assertRaisesRegex(UserError, "nothing to post"):
            self._post(self._provision())
        self.company.collection_provision_account_id = False
        april = self._provision(APRIL)
        with self.assertRaisesRegex(UserError, "settings"):
            self._post(april)
        self.assertIn("See the settings", april.entry)

    def test_only_managers_post_and_reverse(self):
        provision = self._provision()
        collector = self.collector
        for user in self.clerk, collector, self.salesman:
            with self.subTest(user.login), self.assertRaises(AccessError):
                provision.with_user(user).action_post()
        self._post(provision)
        with self.assertRaises(AccessError):
            provision.with_user(self.clerk).action_reverse()
        with self.assertRaises(AccessError):
            provision.with_user(collector).read(["amount"])

    def test_nobody_writes_what_is_computed_or_posted(self):
        provision = self._provision()
        for values in (
            {"state": "posted"},
            {"amount": 1},
            {"move_id": self.old.id},
            {"against_id": provision.id},
            {"posted_by_id": self.clerk.id},
            {"line_ids": [Command.update(provision.line_ids[0].id, {"amount": 9})]},
            {"line_ids": [Command.create({"bucket_id": 1})]},
        ):
            with self.subTest(values), self.assertRaises(AccessError):
                provision.with_user(self.boss).write(values)
        with self.assertRaises(AccessError):
            self._provision(state="posted")
        self._post(provision)
        for values in {"date": APRIL}, {"factor": 2}, {"method": "history"}:
            with self.subTest(values), self.assertRaises(UserError):
                provision.with_user(self.boss).write(values)
        with self.assertRaises(UserError):
            provision.line_ids[0].with_user(self.boss).rate = 1
        with self.assertRaises(UserError):
            provision.sudo().unlink()
        self.assertEqual(provision.amount, 32.2)

    def test_a_draft_is_deleted_with_its_matrix(self):
        provision = self._provision()
        lines = provision.line_ids
        provision.with_user(self.clerk).unlink()
        self.assertFalse(lines.exists())

    def test_a_day_to_come_and_a_branch_are_refused(self):
        with self.assertRaises(ValidationError):
            self._provision(date(2190, 1, 1))
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id}
        )
        with self.assertRaises(ValidationError):
            self.env["collection.provision"].create(
                {"date": MARCH, "company_id": branch.id}
            )

    def test_every_bucket_leads_to_its_items(self):
        provision = self._provision()
        for line in provision.line_ids:
            action = line.action_open_receivables()
            records = self.env["collection.receivable"]
            found = records.with_context(
                trade_day=action["context"]["search_default_day"]
            ).search(action["domain"])
            with self.subTest(line.bucket_id.display_name):
                self.assertEqual(sum(found.mapped("net")), line.amount)
