from lxml import etree

from odoo.exceptions import (
    AccessError,
    RedirectWarning,
    UserError,
    ValidationError,
)
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import CollectionCommon


class MeasureCommon(CollectionCommon):
    """A shop 40 days late with 100 and 60, and people of each kind."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = cls._user("desk", "ar_collection.collection_group_user")
        cls.clerk = cls._user("clerk", "ar_collection.collection_group_finance")
        cls.boss = cls._user("boss", "ar_collection.collection_group_manager")
        cls.old = cls._invoice(100, late=40)
        cls.new = cls._invoice(60, late=8)
        cls._run()
        cls.case = cls.env["collection.case"].search([("partner_id", "=", cls.shop.id)])
        cls.bad_debts = cls.env["account.account"].create(
            {"name": "Bad debts", "code": "669900", "account_type": "expense"}
        )
        cls.company.collection_bad_debt_account_id = cls.bad_debts
        cls.company.collection_bad_debt_journal_id = cls.company_data[
            "default_journal_misc"
        ]

    @classmethod
    def _propose(cls, kind="legal_action", user=None, items=None):
        case = cls.case.with_user(user or cls.collector)
        measure = case._propose_measure(kind, "Nothing else helped", items)
        return measure.with_env(cls.env)

    @classmethod
    def _item(cls, invoice):
        return cls.env["collection.item"].search([("move_id", "=", invoice.id)])

    @classmethod
    def _authority(cls, user, amount=0, kind="legal_action", **values):
        return cls.env["collection.measure.authority"].create(
            {
                "company_id": cls.company.id,
                "kind": kind,
                "amount_to": amount,
                "is_unlimited": not amount,
                "user_ids": [Command.set(user.ids)],
                **values,
            }
        )


@tagged("post_install", "-at_install")
class TestMeasure(MeasureCommon):
    """A measure is proposed, decided by somebody else, carried out, and ends."""

    def test_a_measure_goes_its_way(self):
        measure = self._propose()
        self.assertEqual((measure.amount, measure.state), (160, "proposed"))
        measure.with_user(self.boss).action_approve()
        measure.with_user(self.collector).action_carry_out()
        measure.with_user(self.collector)._end("Paid in court")
        self.assertRecordValues(
            measure,
            [
                {
                    "state": "done",
                    "proposed_by_id": self.collector.id,
                    "decided_by_id": self.boss.id,
                    "done_by_id": self.collector.id,
                    "done_on": self.today,
                    "ended_on": self.today,
                    "outcome": "Paid in court",
                }
            ],
        )
        told = " ".join(self.case.sudo().message_ids.mapped("body"))
        for said in "was proposed", "was approved", "was carried out", "ended":
            self.assertIn(said, told)

    def test_nobody_decides_on_his_own_proposal(self):
        measure = self._propose(user=self.boss)
        self._authority(self.boss)
        with self.assertRaisesRegex(AccessError, "proposed themselves"):
            measure.with_user(self.boss).action_approve()
        self.assertEqual(measure.state, "proposed")
        self.assertFalse(measure.with_user(self.boss).may_decide)

    def test_the_database_knows_four_eyes_too(self):
        measure = self._propose(user=self.boss).sudo()
        with mute_logger("odoo.sql_db"), self.assertRaises(Exception) as caught:
            measure.write({"state": "approved", "decided_by_id": self.boss.id})
            measure.flush_recordset()
        self.assertIn("four_eyes", str(caught.exception))

    def test_no_default_of_a_client_decides(self):
        sent = {"default_state": "approved", "default_decided_by_id": self.boss.id}
        case = self.case.with_user(self.collector).with_context(**sent)
        measure = case._propose_measure("legal_action", "Nothing else helped").sudo()
        self.assertEqual((measure.state, measure.decided_by_id.ids), ("proposed", []))

    def test_only_managers_decide_until_somebody_gets_authority(self):
        measure = self._propose()
        for user in self.user, self.clerk, self.collector:
            with self.subTest(user.login), self.assertRaises(AccessError):
                measure.with_user(user).action_approve()
        self._authority(self.clerk, 200)
        with self.assertRaisesRegex(AccessError, "no authority"):
            measure.with_user(self.boss).action_approve()
        measure.with_user(self.clerk).action_approve()
        self.assertEqual(measure.state, "approved")

    def test_authority_reaches_up_to_its_amount(self):
        measure = self._propose()
        authority = self._authority(self.clerk, 159.99)
        for amount, may in ((159.99, False), (160, True), (160.01, True)):
            authority.amount_to = amount
            measure.invalidate_recordset(["may_decide"])
            self.assertEqual(measure.with_user(self.clerk).may_decide, may, amount)

    def test_authority_of_another_kind_does_not_count(self):
        measure = self._propose()
        self._authority(self.clerk, kind="write_off")
        self.assertFalse(measure.with_user(self.clerk).may_decide)

    def test_a_group_has_authority_as_well(self):
        measure = self._propose()
        group = self.env.ref("ar_collection.collection_group_finance")
        self._authority(self.env["res.users"], group_id=group.id)
        self.assertTrue(measure.with_user(self.clerk).may_decide)
        self.assertFalse(measure.with_user(self.user).may_decide)

    def test_those_with_the_lowest_sufficient_authority_are_asked(self):
        self._authority(self.user, 100)
        self._authority(self.clerk, 1000)
        self._authority(self.boss)
        measure = self._propose()
        self.assertEqual(measure.sudo().activity_ids.user_id, self.clerk)
        measure.with_user(self.clerk).action_approve()
        self.assertEqual(measure.sudo().activity_ids.user_id, self.collector)
        self.assertEqual(measure.sudo().activity_ids.trade_wait, "carry_out")

    def test_authority_without_amount_or_people_is_refused(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(Exception) as caught:
            self._authority(self.clerk, is_unlimited=False)
        self.assertIn("amount", str(caught.exception))

    def test_authority_names_somebody(self):
        with self.assertRaises(ValidationError):
            self._authority(self.env["res.users"])

    def test_who_proposed_may_withdraw_and_others_may_not(self):
        measure = self._propose()
        with self.assertRaises(AccessError):
            measure.with_user(self.user)._reject("I do not like it")
        with self.assertRaises(UserError):
            measure.with_user(self.collector)._reject(" ")
        measure.with_user(self.collector)._reject("Paid by cheque")
        self.assertEqual(
            (measure.state, measure.decision_note), ("rejected", "Paid by cheque")
        )
        with self.assertRaises(UserError):
            measure.with_user(self.boss)._reject("Again")

    def test_nothing_is_carried_out_before_it_is_approved(self):
        measure = self._propose()
        with self.assertRaisesRegex(UserError, "approved first"):
            measure.with_user(self.collector).action_carry_out()
        with self.assertRaises(AccessError):
            measure.with_user(self.user).action_carry_out()
        with self.assertRaises(UserError):
            measure.with_user(self.collector)._end("Never began")

    def test_a_user_proposes_on_own_cases_only(self):
        with self.assertRaises(AccessError):
            self._propose(user=self.user)
        self.case.sudo().user_id = self.user
        self.assertEqual(self._propose(user=self.user).proposed_by_id, self.user)

    def test_a_proposal_needs_a_reason_and_open_items_of_the_case(self):
        case = self.case.with_user(self.collector)
        with self.assertRaises(UserError):
            case._propose_measure("legal_action", " ")
        self._invoice(50, late=20, customer=self._customer("Other"))
        self._run(1)
        foreign = self.env["collection.item"].search([("residual", "=", 50)])
        with self.assertRaises(UserError):
            case._propose_measure("legal_action", "Late", foreign)

    def test_the_same_measure_does_not_wait_twice(self):
        self._propose()
        with self.assertRaisesRegex(UserError, "pending on this case"):
            self._propose()
        self._propose("end_relationship")

    def test_nobody_writes_a_measure(self):
        measure = self._propose()
        for user in self.user, self.collector, self.boss:
            own = measure.with_user(user).with_context(force=True)
            with self.assertRaises(AccessError):
                own.write({"state": "approved", "decided_by_id": user.id})
            with self.assertRaises(AccessError):
                own.copy()
            with self.assertRaises(AccessError):
                own.unlink()
        with self.assertRaises(UserError):
            measure.sudo().unlink()

    def test_the_wizard_proposes_what_is_overdue(self):
        wizards = self.env["collection.measure.propose"].with_user(self.collector)
        wizard = wizards.create(
            {"case_id": self.case.id, "kind": "legal_action", "reason": "Late"}
        )
        self.assertEqual(wizard.amount, 160)
        action = wizard.action_propose()
        measure = self.env["collection.measure"].browse(action["res_id"])
        self.assertEqual(measure.item_ids, self._item(self.old) + self._item(self.new))


@tagged("post_install", "-at_install")
class TestMeasureOfTheProcedure(MeasureCommon):
    """The stage at +30 proposes by amount; people decide."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stages["measures"].effect_ids = [
            Command.clear(),
            Command.create({"code": "measures"}),
        ]

    def _measures(self):
        return self.env["collection.measure"].search(
            [("company_id", "=", self.company.id)]
        )

    def test_the_amount_decides_what_is_proposed(self):
        for threshold, kind in ((160.01, "end_relationship"), (160, "legal_action")):
            self._measures().sudo().write(
                {"action_id": False, "state": "rejected", "decided_by_id": self.boss.id}
            )
            self.company.collection_legal_amount = threshold
            self.env["collection.action"].sudo().search([]).filtered(
                lambda each: each.case_id == self.case
            )._effects_to_do()._effect_measures()
            measure = self._measures().filtered(lambda each: each.state == "proposed")
            self.assertEqual((measure.kind, measure.amount), (kind, 160))
            self.assertEqual(measure.proposed_by_id, self.env.ref("base.user_root"))

    def test_done_twice_it_proposes_once(self):
        self._perform()
        self.assertEqual(len(self._measures()), 1)
        effects = self._measures().action_id.effect_ids
        effects._effect_measures()
        self.assertEqual(len(self._measures()), 1)
        self._measures().with_user(self.boss).action_approve()
        self.assertEqual(self._measures().state, "approved")

    def test_a_case_that_is_sued_gets_no_further_proposal(self):
        self._propose("legal_action")
        self._perform()
        self.assertEqual(self._measures().kind, "legal_action")


@tagged("post_install", "-at_install")
class TestWriteOff(MeasureCommon):
    """A write-off posts its entry and closes its items; nobody does it alone."""

    def _approved(self, items=None):
        measure = self._propose("write_off", items=items)
        measure.with_user(self.boss).action_approve()
        return measure

    def test_the_entry_closes_the_items(self):
        measure = self._approved()
        measure.with_user(self.clerk).action_carry_out()
        self.assertEqual((measure.state, measure.written_off), ("done", 160))
        move = measure.move_id
        self.assertEqual((move.state, move.date), ("posted", self.today))
        bearing = move.line_ids.filtered(lambda line: line.account_id == self.bad_debts)
        self.assertEqual(sum(bearing.mapped("balance")), 160)
        self.assertTrue(all((move.line_ids - bearing).mapped("reconciled")))
        self.assertEqual((self.old + self.new).mapped("amount_residual"), [0, 0])
        self.assertEqual(set(measure.item_ids.mapped("state")), {"closed"})
        self.assertEqual(self.case.state, "closed")

    def test_only_chosen_items_are_written_off(self):
        measure = self._approved(self._item(self.old))
        measure.with_user(self.clerk).action_carry_out()
        self.assertEqual(measure.written_off, 100)
        self.assertEqual((self.old + self.new).mapped("amount_residual"), [0, 60])
        self.assertEqual(self.case.state, "open")

    def test_what_was_paid_meanwhile_is_not_written_off(self):
        measure = self._approved()
        self._pay(self.new)
        measure.with_user(self.clerk).action_carry_out()
        self.assertEqual(measure.written_off, 100)

    def test_open_credits_are_not_written_off_with_the_item(self):
        self._invoice(-30)
        self._run(1)
        measure = self._approved(self._item(self.old))
        self.assertEqual(measure.amount, 70)
        measure.with_user(self.clerk).action_carry_out()
        self.assertEqual((measure.written_off, self.old.amount_residual), (70, 30))

    def test_nothing_open_any_more_is_refused(self):
        measure = self._approved()
        self._pay(self.old + self.new)
        with self.assertRaisesRegex(UserError, "Reject the write-off"):
            measure.with_user(self.clerk).action_carry_out()
        self.assertEqual(measure.state, "approved")

    def test_more_than_approved_is_refused(self):
        self._invoice(-30)
        self._run(1)
        measure = self._approved()
        credit = self.env["account.move"].search(
            [("move_type", "=", "out_refund"), ("partner_id", "=", self.shop.id)]
        )
        credit.button_draft()
        with self.assertRaisesRegex(UserError, "more than"):
            measure.with_user(self.clerk).action_carry_out()

    def test_only_finance_posts_it(self):
        measure = self._approved()
        for user in self.user, self.collector:
            with self.assertRaises(AccessError):
                measure.with_user(user).action_carry_out()
        self.assertFalse(measure.move_id)

    def test_the_settings_are_asked_for(self):
        measure = self._approved()
        self.company.collection_bad_debt_account_id = False
        with self.assertRaisesRegex(UserError, "settings"):
            measure.with_user(self.clerk).action_carry_out()

    def test_they_are_asked_for_before_two_people_worked_for_it(self):
        self.company.collection_bad_debt_journal_id = False
        items = self._item(self.old)
        admin = self.env.ref("base.user_admin")
        admin.company_ids += self.company
        with self.assertRaisesRegex(UserError, f"Ask an administrator.*{admin.name}"):
            self._propose("write_off", items=items)
        self.collector.group_ids += self.env.ref("base.group_system") | self.env.ref(
            "ar_collection.collection_group_manager"
        )
        with self.assertRaises(RedirectWarning) as raised:
            self._propose("write_off", items=items)
        settings = self.env.ref("ar_collection.collection_settings_action")
        self.assertEqual(raised.exception.args[1], settings.id)
        self.assertTrue(self._propose("legal_action", items=items))

    def test_a_foreign_currency_is_written_off_in_both(self):
        currency = self.setup_other_currency("EUR", rates=[("2016-01-01", 2.0)])
        invoice = self._invoice(90, late=50, currency_id=currency.id)
        self._run(1)
        item = self._item(invoice)
        self.assertEqual(item.residual, 45)
        measure = self._approved(item)
        measure.with_user(self.clerk).action_carry_out()
        self.assertEqual((measure.written_off, invoice.amount_residual), (45, 0))
        self.assertEqual(
            set(map(abs, measure.move_id.line_ids.mapped("amount_currency"))), {90}
        )

    def test_an_entry_taken_back_is_told_on_the_case(self):
        measure = self._approved()
        measure.with_user(self.clerk).action_carry_out()
        measure.move_id.button_draft()
        told = " ".join(self.case.sudo().message_ids.mapped("body"))
        self.assertIn("owed again", told)

    def test_an_item_is_not_written_off_twice(self):
        self._approved(self._item(self.old))
        with self.assertRaisesRegex(UserError, "pending on this case"):
            self._propose("write_off")
        self._propose("write_off", items=self._item(self.new))

    def test_a_branch_bears_its_own_bad_debt(self):
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id}
        )
        self.cr.precommit.run()  # accounts of the branch
        self.env.user.company_ids += branch
        companies = [self.company.id, branch.id]
        invoice = (
            self.env["account.move"]
            .with_context(allowed_company_ids=companies)
            .with_company(branch)
            .create(
                {
                    "move_type": "out_invoice",
                    "partner_id": self.shop.id,
                    "company_id": branch.id,
                    "invoice_date": self.today,
                    "invoice_date_due": self.today,
                    "invoice_line_ids": [
                        Command.create(
                            {"name": "Goods", "price_unit": 30, "tax_ids": []}
                        )
                    ],
                }
            )
        )
        invoice.action_post()
        self._run(1)
        item = self._item(invoice)
        with self.assertRaisesRegex(UserError, "Propose a write-off for each"):
            self._propose("write_off", items=item + self._item(self.old))
        measure = self._approved(item)
        measure.with_user(self.clerk).action_carry_out()
        self.assertEqual(measure.move_id.company_id, branch)
        self.assertEqual((invoice.amount_residual, measure.written_off), (0, 30))


@tagged("post_install", "-at_install")
class TestMeasureCompanies(MeasureCommon):
    """What a company decides is its own."""

    def test_another_company_sees_and_decides_nothing(self):
        measure, authority = self._propose(), self._authority(self.clerk)
        other = self.env["res.company"].create({"name": "Other"})
        stranger = self._user("stranger", "ar_collection.collection_group_manager")
        stranger.write({"company_ids": [Command.set(other.ids)], "company_id": other})
        for record in measure, authority:
            own = record.with_user(stranger)
            with self.subTest(record._name):
                self.assertFalse(own.search([("id", "=", record.id)]))
                with self.assertRaises(AccessError):
                    own.read(["kind"])
        for action in "action_approve", "action_carry_out":
            with self.assertRaises(AccessError):
                getattr(measure.with_user(stranger), action)()
        with self.assertRaises(AccessError):
            measure.with_user(stranger)._reject("No")


@tagged("post_install", "-at_install")
class TestSmallWriteOffs(MeasureCommon):
    """What lies below the floor is proposed in bulk, and posted by one entry."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.procedure.small_amount = 10
        cls.small = cls.env["account.move"]
        for number in range(3):
            customer = cls._customer(f"Kiosk {number}")
            for amount in (0.01, 4):
                cls.small += cls._invoice(amount, late=20, customer=customer)
        cls._run(1)
        cls.env.invalidate_all()

    def _small(self):
        own = [("is_small", "=", True), ("company_id", "=", self.company.id)]
        return self.env["collection.item"].search(own)

    def test_what_is_below_the_floor_is_found_customer_by_customer(self):
        self.assertEqual(self._small().move_id, self.small)
        self.assertTrue(all(self._small().mapped("is_small")))
        self.assertFalse(self._item(self.old).is_small)
        self._invoice(6, late=1, customer=self.small[0].partner_id)
        self._run(2)
        self.assertEqual(self._small().move_id, self.small[2:])

    def test_what_is_on_hold_counts_neither_to_the_floor_nor_as_small(self):
        customer = self.small[0].partner_id
        held, part = (
            self._invoice(500, late=9, customer=customer),
            self._invoice(600, late=9, customer=customer),
        )
        self._run(2)
        self.assertEqual(self._small().move_id, self.small[2:])
        self._item(held).sudo().paused_since = self.today
        self._item(part).sudo().paused_amount = 598
        self.assertEqual(self._small().move_id, self.small)
        self._item(part).sudo().paused_amount = 590
        self.assertEqual(self._small().move_id, self.small[2:])

    def test_what_is_missing_is_said_before_anything_is_asked(self):
        items = self._small()

        def button(user):
            arch = (
                self.env["collection.item"]
                .with_user(user)
                .with_context(allowed_company_ids=self.company.ids)
                .get_view(view_type="list")["arch"]
            )
            (found,) = etree.fromstring(arch).xpath(
                "//button[@name='action_propose_write_offs']"
            )
            return found.get("string"), bool(found.get("confirm"))

        self.assertEqual(button(self.collector), ("Propose Write-offs", True))
        self.company.collection_bad_debt_account_id = False
        self.assertEqual(button(self.collector), ("Set Up Write-offs", False))
        for some in items, self._item(self.old):
            with self.assertRaisesRegex(UserError, "bad debt account"):
                some.with_user(self.collector).action_propose_write_offs()
        self.boss.group_ids += self.env.ref("base.group_system")
        with self.assertRaises(RedirectWarning):
            items.with_user(self.boss).action_propose_write_offs()

    def test_they_are_proposed_approved_and_posted_together(self):
        items = self._small() + self._item(self.old)
        window = items.with_user(self.collector).action_propose_write_offs()
        measures = self.env["collection.measure"].search(window["domain"])
        self.assertEqual(len(measures), 3)
        self.assertEqual(measures.mapped("amount"), [4.01] * 3)
        self.assertEqual(measures.item_ids.move_id, self.small)
        with self.assertRaises(AccessError):
            measures.with_user(self.collector).action_approve()
        measures.with_user(self.boss).action_approve()
        with self.assertRaises(AccessError):
            measures.with_user(self.collector).action_carry_out()
        measures.with_user(self.clerk).action_carry_out()
        self.assertEqual(set(measures.mapped("state")), {"done"})
        self.assertEqual(len(measures.move_id), 1)
        self.assertEqual(measures.mapped("written_off"), [4.01] * 3)
        self.assertEqual(sum(self.small.mapped("amount_residual")), 0)
        self.assertEqual(self.old.amount_residual, 100)

    def test_nothing_is_proposed_twice_or_that_is_not_small(self):
        items = self._small()
        items.with_user(self.collector).action_propose_write_offs()
        for again in items, self._item(self.old):
            with self.assertRaisesRegex(UserError, "below the floor"):
                again.with_user(self.collector).action_propose_write_offs()
        with self.assertRaises(AccessError):
            items.with_user(self.user).action_propose_write_offs()
