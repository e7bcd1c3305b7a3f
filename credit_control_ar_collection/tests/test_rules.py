from datetime import timedelta

from odoo.fields import Command
from odoo.tests import tagged

from .common import SupplyCommon


@tagged("post_install", "-at_install")
class TestRules(SupplyCommon):
    """What a policy may ask about how the debtor was collected from."""

    def _only(self, *rules):
        """Let the policy have these rules and no others."""
        self.policy.rule_ids = [Command.clear(), *rules]

    def _ordered(self, amount=10):
        order = self._order(amount)
        order.action_confirm()
        return order

    def _fired(self, order):
        verdict = self._decision(order).verdict
        return {each["kind"]: each["measured"] for each in verdict["findings"]}

    def _case(self):
        self._follow()
        return self.env["collection.case"].search(
            [("partner_id", "=", self.shop.id), ("state", "=", "open")]
        )

    def _measure(self, state, case, kind="legal_action"):
        self.env["collection.measure"].sudo().create(
            {
                "case_id": case.id,
                "partner_id": self.shop.id,
                "company_id": self.company.id,
                "kind": kind,
                "state": state,
                "amount": 10,
                "reason": "Does not pay",
                "proposed_by_id": self.env.ref("base.user_root").id,
                "proposed_on": self.today,
                "decided_by_id": state != "proposed" and self.env.uid,
                "decided_on": state != "proposed" and self.today,
                "done_on": state == "done" and self.today,
            }
        )

    def _broken(self, days_ago, state="broken"):
        day = self.today - timedelta(days_ago)
        self.env["collection.promise"].sudo().create(
            {
                "case_id": self._case().id,
                "partner_id": self.shop.id,
                "company_id": self.company.id,
                "amount": 10,
                "made_on": day - timedelta(days=5),
                "date": day - timedelta(days=1),
                "state": state,
                "settled_on": day,
                "user_id": self.collector.id,
            }
        )

    # --- the stage ---

    def test_the_highest_stage_of_an_open_item_fires_above_the_threshold(self):
        self._only(self._rule("collection_stage", 7))
        self._invoice(100, late=7)
        self._run()
        self._perform()
        self.assertEqual(self._ordered().state, "sale", "day 7 is tolerated")
        self._invoice(100, late=15)
        self._run(days=1)
        order = self._ordered()
        self.assertEqual(self._fired(order), {"collection_stage": 15})
        self.assertIn("day 15", self._decision(order).reasons)

    def test_the_stage_of_a_cent_is_none(self):
        self._only(self._rule("collection_stage", 7))
        invoice = self._invoice(100, late=15)
        self._run()
        self._perform()
        self.procedure.small_amount = 10
        self._paid(invoice, self.today, 99.99)
        self._follow()
        self.assertEqual(self._ordered().state, "sale")

    def test_a_stage_is_forgotten_once_its_items_are_paid(self):
        self._only(self._rule("collection_stage", 7))
        warned = self._invoice(100, late=15)
        self._invoice(100, late=1)
        self._run()
        self._pay(warned)
        self._follow()
        self.assertEqual(self._ordered().state, "sale")

    def test_what_a_pause_stops_does_not_count(self):
        self._only(self._rule("collection_stage", 7))
        self._invoice(100, late=15)
        self._run()
        item = self.env["collection.item"].search([("partner_id", "=", self.shop.id)])
        item.sudo().paused_since = self.today
        self.assertEqual(self._ordered().state, "sale")

    # --- legal action ---

    def test_a_legal_case_fires_from_its_approval_until_the_case_is_closed(self):
        self._only(self._rule("collection_legal", 5, action="hold"))
        invoice = self._invoice(100, late=40)
        case = self._case()
        self._measure("rejected", case)
        self._measure("proposed", case)
        self._measure("approved", case, "end_relationship")
        self.assertEqual(self._ordered().state, "sale")
        proposed = case.measure_ids.filtered(lambda each: each.state == "proposed")
        decided = {"decided_by_id": self.env.uid, "decided_on": self.today}
        proposed.sudo().write({"state": "approved", **decided})
        order = self._ordered()
        self.assertEqual(set(self._fired(order)), {"collection_legal"})
        self.assertIn("Legal action", self._decision(order).reasons)
        self.assertIn("legal case", self._decision(order).cures)
        self._pay(invoice)
        self._follow()
        self.assertEqual(self._ordered().state, "sale")

    # --- broken promises ---

    def test_broken_promises_of_the_months_that_count_fire(self):
        self._only(self._rule("collection_broken", 1))
        self._invoice(100, late=3)
        self.company.credit_collection_months = 6
        self._broken(10)
        self._broken(10, state="kept")
        self._broken(200)
        self.assertEqual(self._ordered().state, "sale", "one is tolerated")
        self._broken(170)
        order = self._ordered()
        self.assertEqual(self._fired(order), {"collection_broken": 2})
        self.assertIn("broken: 2", self._decision(order).reasons)
        self.company.credit_collection_months = 3
        self.assertEqual(self._ordered().state, "sale")

    def test_zero_months_count_nothing(self):
        self._only(self._rule("collection_broken"))
        self._invoice(100, late=3)
        self.company.credit_collection_months = 0
        self._broken(0)
        self.assertEqual(self._ordered().state, "sale")

    # --- all of them ---

    def test_a_customer_without_debts_passes_every_rule(self):
        kinds = "collection_stage", "collection_legal", "collection_broken"
        self._only(*(self._rule(kind) for kind in kinds))
        self.assertEqual(self._ordered().state, "sale")

    def test_decisions_replay_and_the_policy_says_its_rules(self):
        self._only(
            self._rule("collection_stage", 7),
            self._rule("collection_legal", 3),
            self._rule("collection_broken"),
        )
        self._invoice(100, late=20)
        self._run()
        self._broken(10)
        order = self._ordered()
        self.assertTrue(self._decision(order)._replays())
        told = self.policy.version_ids[:1].rules_text
        self.assertIn("Collection stage reached (day) > 7", told)
        self.assertIn("Open legal case: ", told)

    def test_the_shipped_policy_has_them_switched_off(self):
        for kind in "stage", "legal", "broken":
            rule = self.env.ref(
                f"credit_control_ar_collection.credit_rule_collection_{kind}"
            )
            self.assertFalse(rule.active)

    def test_other_customers_and_companies_do_not_count(self):
        self._only(self._rule("collection_stage"), self._rule("collection_broken"))
        other = self._customer("Other")
        self._invoice(100, late=20, customer=other)
        self._run()
        self.assertEqual(self._ordered().state, "sale")
        self.env["collection.item"].sudo().search(
            [("partner_id", "=", other.id)]
        ).write({"partner_id": self.shop.id, "company_id": self.env.company.id})
        self.assertEqual(self._ordered().state, "draft")
