from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..common import CreditCommon


@tagged("post_install", "-at_install")
class TestPolicyVersions(CreditCommon):
    """Every change of a policy makes a version; decisions name theirs for ever."""

    def _versions(self, policy=None):
        return self.env["credit.policy.version"].search(
            [("policy_id", "=", (policy or self.policy).id)]
        )

    def _thresholds(self, version):
        return {rule["kind"]: rule["threshold"] for rule in version.rules or ()}

    def _next_day(self):
        """What was published so far was published by an earlier transaction."""
        self.env.cr.execute(
            "UPDATE credit_policy_version SET create_date = create_date - "
            "interval '1 day'"
        )
        self.env.invalidate_all()

    def _decide(self, amount=1200):
        order = self._order(amount)
        order.action_confirm()
        return self._decision(order)

    def _limit_rule(self):
        return self.policy.rule_ids.filtered(lambda rule: rule.kind == "limit")

    def test_new_policy_has_a_first_version(self):
        self.assertEqual(self._versions().mapped("number"), [1])
        self.assertEqual(
            self._thresholds(self._versions()),
            {"hold": 0, "no_limit": 0, "limit": 100, "overdue_days": 30},
        )

    def test_change_makes_a_version_and_leaves_the_old_one(self):
        self._next_day()
        self._limit_rule().threshold = 90
        new, old = self._versions()
        self.assertEqual((new.number, old.number), (2, 1))
        self.assertEqual(self._thresholds(new)["limit"], 90)
        self.assertEqual(self._thresholds(old)["limit"], 100)
        self.assertEqual(self.policy.version_number, 2)

    def test_several_changes_in_one_go_make_one_version(self):
        self._next_day()
        self._limit_rule().threshold = 90
        self.policy.rule_ids[0].authority = "officer"
        self.policy.rule_ids = [self._rule("order_max", 700)]
        self.assertEqual(self._versions().mapped("number"), [2, 1])
        self.assertEqual(self._thresholds(self._versions()[0])["order_max"], 700)

    def test_version_that_decided_something_is_never_amended(self):
        self._next_day()
        self._limit_rule().threshold = 90
        decision = self._decide()
        self._limit_rule().threshold = 80
        self.assertEqual(self._versions().mapped("number"), [3, 2, 1])
        self.assertEqual(self._thresholds(decision.policy_version_id)["limit"], 90)

    def test_writing_what_is_there_already_makes_no_version(self):
        self._next_day()
        self._limit_rule().write({"threshold": 100, "action": "hold"})
        self.policy.name = "Another name"
        self.assertEqual(len(self._versions()), 1)

    def test_rules_that_are_archived_or_deleted_do_not_count(self):
        self._next_day()
        self._limit_rule().active = False
        self.assertNotIn("limit", self._thresholds(self._versions()[0]))
        self._next_day()
        self.policy.rule_ids.filtered(lambda rule: rule.kind == "no_limit").unlink()
        self.assertEqual(
            set(self._thresholds(self._versions()[0])), {"hold", "overdue_days"}
        )
        self.assertEqual(self._decide(9999).state, "passed")

    def test_rule_that_comes_back_makes_a_version_like_an_older_one(self):
        self._next_day()
        limit = self._limit_rule()
        limit.active = False
        self._next_day()
        limit.active = True
        new, _middle, old = self._versions()
        self.assertEqual(new.rules, old.rules)

    def test_policy_without_rules_lets_everything_go(self):
        self.policy.with_context(active_test=False).rule_ids.unlink()
        self.assertEqual(self._decide(9999).state, "passed")
        empty = self.env["credit.policy"].create({"name": "Empty"})
        self.file.policy_id = empty
        decision = self._decide(9999)
        self.assertEqual(decision.policy_version_id, self._versions(empty))
        self.assertTrue(decision._replays())

    def test_decision_names_its_version_and_replays_by_it(self):
        decision = self._decide()
        self.assertEqual(decision.policy_version_id, self._versions())
        self._next_day()
        self._limit_rule().unlink()
        self.assertEqual(decision.policy_version_id.number, 1)
        self.assertTrue(decision._replays())
        self.assertEqual(self._decide().policy_version_id.number, 2)

    def test_decision_that_was_tampered_with_does_not_replay(self):
        decision = self._decide()
        facts = decision.facts
        facts["levels"][0]["limit"] = 99999.0
        decision.sudo().facts = facts
        self.assertFalse(decision._replays())

    def test_held_order_is_taken_again_by_the_new_version(self):
        decision = self._decide()
        self._next_day()
        self._limit_rule().threshold = 120
        self._retake()
        self.assertEqual(decision.state, "cured")

    def test_rule_that_moves_to_another_policy_changes_both(self):
        other = self.env["credit.policy"].create({"name": "Other"})
        self._next_day()
        self._limit_rule().policy_id = other
        self.assertNotIn("limit", self._thresholds(self._versions()[0]))
        self.assertIn("limit", self._thresholds(self._versions(other)[0]))

    def test_copied_policy_starts_anew(self):
        self._next_day()
        self._limit_rule().threshold = 90
        copy = self.policy.copy()
        self.assertEqual(self._versions(copy).mapped("number"), [1])
        self.assertEqual(self._thresholds(self._versions(copy))["limit"], 90)

    def test_policy_is_never_deleted(self):
        with self.assertRaises(UserError):
            self.policy.unlink()

    def test_version_says_its_rules_in_words(self):
        self.assertIn("Oldest overdue item (days) > 30", self._versions().rules_text)


@tagged("post_install", "-at_install")
class TestRules(CreditCommon):
    """Thresholds and actions are records: what each kind of rule does to an order."""

    def _policy(self, *rules):
        self.policy.rule_ids = [Command.clear(), *rules]
        self.env["credit.rule"].search(
            [
                ("policy_id", "=", self.policy.id),
                ("id", "not in", self.policy.rule_ids.ids),
            ]
        ).unlink()

    def _confirm(self, amount=100, **values):
        order = self._order(amount, **values)
        order.action_confirm()
        return order

    def _fires(self, order, *kinds):
        found = self._decision(order).verdict["findings"]
        self.assertEqual({finding["kind"] for finding in found}, set(kinds))

    def test_limit(self):
        self._policy(self._rule("limit", 50))
        self.assertConfirmed(self._confirm(500))
        self.assertHeld(self._confirm(1), "limit")

    def test_no_limit(self):
        self._policy(self._rule("no_limit"))
        self.assertConfirmed(self._confirm(9999))
        pharmacy = self._file(self._customer("Pharmacy")).partner_id
        self.assertHeld(self._confirm(1, customer=pharmacy), "no_limit")

    def test_no_limit_is_needed_by_who_has_paid_into_the_bank(self):
        pharmacy = self._file(self._customer("Pharmacy")).partner_id
        self._advance(100, customer=pharmacy)
        self.assertConfirmed(self._confirm(100, customer=pharmacy))
        self.assertHeld(self._confirm(1, customer=pharmacy), "no_limit")

    def test_oldest_overdue_item(self):
        self._policy(self._rule("overdue_days", 10))
        self._invoice(1, late=10)
        self.assertConfirmed(self._confirm())
        self._invoice(1, late=11)
        self.assertHeld(self._confirm(), "overdue_days")

    def test_oldest_overdue_item_from_the_floor_on(self):
        self._policy(self._rule("overdue_days", 10))
        self.policy.floor = 10
        self._invoice(0.01, late=90)
        self.assertConfirmed(self._confirm())
        self._invoice(9.98, late=40)
        self.assertConfirmed(self._confirm())
        self._invoice(500, late=11)
        order = self._confirm()
        self.assertHeld(order, "overdue_days")
        decision = self._decision(order)
        [finding] = decision.verdict["findings"]
        self.assertEqual(finding["measured"], 11)
        self.assertIn("days late: 11", decision.reasons)
        self._invoice(0.01, late=20)
        [finding] = self._decision(self._confirm()).verdict["findings"]
        self.assertEqual(finding["measured"], 20)

    def test_many_orders_look_at_the_floor_as_one_does(self):
        self._policy(self._rule("overdue_days", 10))
        self.policy.floor = 10
        other = self._file(self._customer("Pharmacy"), 1000).partner_id
        self._invoice(0.01, late=90)
        self._invoice(50, late=11, customer=other)
        self._invoice(0.01, late=90, customer=other)
        orders = self._order(100) + self._order(100, customer=other)
        orders.action_confirm()
        self.assertConfirmed(orders[0])
        self.assertHeld(orders[1], "overdue_days")

    def _other_floor(self, floor):
        """:return: a customer of a policy that looks from another floor on"""
        rules = [self._rule("hold"), self._rule("overdue_days", 10)]
        policy = self.env["credit.policy"].create(
            {
                "name": "Other floor",
                "company_id": self.company.id,
                "floor": floor,
                "rule_ids": rules,
            }
        )
        other = self._file(self._customer("Pharmacy"), 1000, policy_id=policy.id)
        return other.partner_id

    def test_policies_with_two_floors_do_not_mix(self):
        """A customer is judged by their own floor, whoever is decided on with them."""
        self._policy(self._rule("overdue_days", 10, action="warn"))
        self.policy.floor = 10
        other = self._other_floor(1000)
        self._invoice(0.01, late=90)
        self._invoice(49, late=5)
        alone = self._order(100)
        alone.action_confirm()
        self.assertFalse(self._decision(alone).verdict["findings"])
        orders = self._order(100) + self._order(100, customer=other)
        orders.action_confirm()
        self.assertFalse(self._decision(orders[0]).verdict["findings"])

    def test_an_order_that_goes_takes_room_whatever_was_decided_with_it(self):
        self._policy(self._rule("overdue_days", 10), self._rule("limit", 100))
        self.policy.floor = 10
        other = self._other_floor(1000)
        self._invoice(0.01, late=90)
        self._invoice(49, late=5)
        orders = self._order(700) + self._order(700)
        (orders + self._order(100, customer=other)).action_confirm()
        self.assertEqual(sorted(orders.mapped("state")), ["draft", "sale"])
        self.assertLessEqual(self._exposure(), 1000)

    def test_versions_and_decisions_keep_their_floor(self):
        self._policy(self._rule("overdue_days", 10))
        self._invoice(5, late=11)
        order = self._confirm()
        self.assertHeld(order, "overdue_days")
        version = self._decision(order).policy_version_id
        self.policy.floor = 10
        self.assertEqual([rule["floor"] for rule in version.rules], [0])
        newest = self.policy.version_ids.sorted("number")[-1]
        self.assertEqual([rule["floor"] for rule in newest.rules], [10])
        self.assertIn("10", newest.rules_text)
        self.assertConfirmed(self._confirm())

    def test_another_currency_proposes_the_floors_of_one_company_anew(self):
        company = self.env["res.company"].create({"name": "Fresh"})
        policies = self.env["credit.policy"]
        own = policies.create({"name": "Own", "company_id": company.id, "floor": 77})
        shared = policies.create({"name": "Shared", "company_id": False, "floor": 55})
        company.credit_default_policy_id = shared
        company.currency_id = company.currency_id
        self.assertEqual([own.floor, shared.floor], [77, 55])
        yen, dollar = self.env.ref("base.JPY"), company.currency_id
        yen.active = True
        company.currency_id = yen
        self.assertEqual([own.floor, shared.floor], [1000, 1000])
        self.company.credit_default_policy_id = shared
        company.currency_id = dollar
        self.assertEqual([own.floor, shared.floor], [10, 1000])

    def test_the_floor_is_proposed_by_the_currency(self):
        policies = self.env["credit.policy"]
        self.assertEqual(policies.create({"name": "New"}).floor, 10)
        yen = self.env.ref("base.JPY")
        self.assertEqual(
            self.env["res.company"].new({"currency_id": yen.id})._trade_floor(), 1000
        )

    def test_overdue_amount(self):
        self._policy(self._rule("overdue_amount", 50))
        self._invoice(50, late=1)
        self.assertConfirmed(self._confirm())
        self._invoice(0.01, late=1)
        self.assertHeld(self._confirm(), "overdue_amount")

    def test_overdue_share(self):
        self._policy(self._rule("overdue_share", 25))
        self._invoice(75)
        self._invoice(25, late=1)
        self.assertConfirmed(self._confirm())
        self._invoice(0.05, late=1)
        self.assertHeld(self._confirm(), "overdue_share")

    def test_nothing_is_overdue_of_who_has_paid_ahead(self):
        self._policy(self._rule("overdue_share", 25), self._rule("overdue_days", 0))
        self._invoice(100, late=60)
        self._advance(150)
        self.assertConfirmed(self._confirm())

    def test_single_order_above_a_maximum(self):
        self._policy(self._rule("order_max", 500))
        self.assertConfirmed(self._confirm(500))
        order = self._confirm(500.01)
        self.assertHeld(order, "order_max")
        self.assertEqual(self._cures(order)["cut"]["amount"], 500)

    def test_hold(self):
        self._policy(self._rule("hold"))
        self.file._stop_supply("manual", "bankrupt")
        order = self._confirm()
        self.assertHeld(order, "hold")
        self.assertIn("bankrupt", order.credit_reasons)

    def test_tell_and_warn_let_the_order_go(self):
        self._policy(
            self._rule("limit", 50, action="tell"),
            self._rule("limit", 80, action="warn"),
        )
        told = self._confirm(600)
        self.assertConfirmed(told)
        self._fires(told, "limit")
        self.assertEqual(self._decision(told).verdict["action"], "tell")
        warned = self._confirm(300)
        self.assertConfirmed(warned)
        self.assertEqual(self._decision(warned).verdict["action"], "warn")
        self.assertTrue(
            warned.sudo().message_ids.filtered(lambda m: "Credit warning" in m.body)
        )

    def test_rules_are_checked_where_they_are_switched_on(self):
        self._policy(self._rule("limit", 100, at_confirmation=False))
        order = self._confirm(1200)
        self.assertConfirmed(order)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            order.order_line.price_unit = 1300
            order.flush_recordset()
        self._policy(self._rule("limit", 100, at_growth=False))
        order.order_line.price_unit = 1300
        order.flush_recordset()
        self.assertEqual(order.amount_total, 1300)

    def test_rules_for_cash_look_at_prepaid_orders_too(self):
        self._policy(self._rule("overdue_days", 0), self._rule("order_max", 5000))
        self._invoice(1, late=9)
        term = self.env.ref("account.account_payment_term_immediate")
        self.assertConfirmed(self._confirm(9999, payment_term_id=term.id))
        self._policy(self._rule("overdue_days", 0, cash=True))
        order = self._confirm(9999, payment_term_id=term.id)
        self.assertHeld(order, "overdue_days")

    def test_file_may_have_a_policy_of_its_own(self):
        strict = self.env["credit.policy"].create(
            {"name": "Strict", "rule_ids": [self._rule("order_max", 10)]}
        )
        self.file.policy_id = strict
        order = self._confirm(11)
        self.assertHeld(order, "order_max")
        self.assertEqual(self._decision(order).policy_version_id.policy_id, strict)

    def test_company_without_a_policy_still_holds_what_nobody_can_count(self):
        self.company.credit_default_policy_id = False
        self.assertConfirmed(self._confirm(9999))
        self.company.credit_without_file = "held"
        stranger = self._customer("Stranger")
        self.assertHeld(self._confirm(1, customer=stranger), "no_file")

    def test_strictest_rule_decides_and_each_kind_is_told_once(self):
        self._policy(
            self._rule("limit", 10, action="tell"),
            self._rule("order_max", 50, action="warn"),
            self._rule("limit", 100),
        )
        order = self._confirm(1200)
        self.assertHeld(order, "limit")
        self._fires(order, "limit", "order_max")
        self.assertEqual(len(order.credit_reasons.splitlines()), 2)
