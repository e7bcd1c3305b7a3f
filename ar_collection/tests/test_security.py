from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.service.model import call_kw
from odoo.tests import Form, new_test_user, tagged

from .common import CollectionCommon

OWNED = (
    *("collection.case", "collection.item", "collection.action"),
    *("collection.action.line", "collection.delivery", "collection.letter"),
    *("collection.promise", "collection.dispute"),
)


@tagged("post_install", "-at_install")
class TestSecurity(CollectionCommon):
    """One case of a user's own and one of a colleague's; five people who try."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = cls._user("desk", "ar_collection.collection_group_user")
        cls.manager = cls._user("boss", "ar_collection.collection_group_manager")
        cls.portal = new_test_user(cls.env, "buyer", groups="base.group_portal")
        cls.people = {
            "salesman": cls.salesman,
            "portal": cls.portal,
            "user": cls.user,
            "collector": cls.collector,
            "manager": cls.manager,
        }
        cls.shop.user_id = cls.user
        cls.foreign_shop = cls._customer("Foreign Shop")
        cls._invoice(100, late=8)
        cls._invoice(100, late=8, customer=cls.foreign_shop)
        cls.actions = cls._run()
        cases = cls.env["collection.case"].sudo()
        cls.own = cases.search([("partner_id", "=", cls.shop.id)])
        cls.foreign = cases.search([("partner_id", "=", cls.foreign_shop.id)])

    def test_a_user_works_on_own_cases_and_a_collector_on_all(self):
        self.own.with_user(self.user).next_step = "Call on Monday"
        with self.assertRaises(AccessError):
            self.foreign.with_user(self.user).next_step = "Call on Monday"
        self.foreign.with_user(self.collector).is_key = True
        self.assertTrue(self.foreign.is_key)

    def test_a_salesperson_reads_the_own_cases_without_a_further_group(self):
        seller = self._user("seller", "base.group_user")
        self.shop.user_id = seller
        self.env["collection.action"].sudo().search([])._perform()
        case = self.own.with_user(self.collector)
        case._promise(50, self.today, case.sudo().item_ids)
        for model in OWNED:
            records = self.env[model].with_user(seller).search([])
            everything = self.env[model].sudo().search([])
            with self.subTest(model):
                self.assertTrue(records or not everything)
                customers = records.sudo().mapped(
                    {"collection.action.line": "action_id.partner_id"}.get(
                        model, "partner_id"
                    )
                )
                self.assertLessEqual(customers, self.shop)
        self.assertFalse(
            self.env["collection.run"].with_user(seller).has_access("read")
        )
        self.assertFalse(self.foreign.with_user(seller).has_access("read"))

    def test_a_salesperson_opens_the_own_case_and_writes_down_what_was_said(self):
        seller = self._user("seller", "base.group_user")
        self.own.sudo().user_id = seller
        form = Form(self.own.with_user(seller))
        self.assertEqual(form.partner_id, self.shop)
        opened = self.own.with_user(seller).action_call()
        wizard = self.env[opened["res_model"]].with_user(seller)
        with Form(wizard.with_context(**opened["context"])) as talk:
            talk.note = "No money before Monday"
            talk.reason_id = self.env.ref("ar_collection.reason_cash")
        talk.record.action_done() if hasattr(talk.record, "action_done") else None
        with self.assertRaises(AccessError):
            self.own.with_user(seller).next_step = "Call"
        with self.assertRaises(AccessError):
            self.foreign.with_user(seller)._talk("call", "Not mine")

    def test_nobody_writes_what_the_run_computes(self):
        for values in (
            {"overdue": 0},
            {"state": "closed"},
            {"company_level": True},
            {"stage_id": False},
            {"partner_id": self.foreign_shop.id},
            {"item_ids": [Command.clear()]},
        ):
            with self.subTest(values), self.assertRaises(AccessError):
                self.own.with_user(self.manager).write(values)

    def test_what_somebody_keeps_as_a_default_is_on_no_record(self):
        defaults = self.env["ir.default"].with_user(self.user)
        defaults.set("collection.action", "state", "done", user_id=True)
        started = self.env["collection.action"].with_user(self.user).sudo()
        self.assertEqual(started.default_get(["state"]), {"state": "planned"})

    def test_only_collectors_let_the_first_run_go(self):
        run = self.actions.run_id
        run.sudo().state = "waiting"
        for user in self.salesman, self.user:
            with self.assertRaises(AccessError):
                call_kw(
                    self.env["collection.run"].with_user(user),
                    "action_start",
                    [run.ids],
                    {"context": {"force": True, "default_state": "planned"}},
                )
        self.assertEqual(run.state, "waiting")

    def test_another_company_sees_nothing_of_this_one(self):
        other = self.env["res.company"].create({"name": "Other"})
        stranger = new_test_user(
            self.env,
            "stranger",
            groups="ar_collection.collection_group_manager",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        lines = self.actions.line_ids
        for record in self.own, self.actions, lines, self.actions.run_id, lines.item_id:
            records = self.env[record._name].with_user(stranger).browse(record.ids)
            with self.subTest(record._name):
                found = records.search([("id", "in", record.ids)])
                self.assertFalse(found)
                with self.assertRaises(AccessError):
                    records.read(["company_id"])
        preview = self.env["collection.preview"].with_user(stranger)
        self.assertFalse(preview.search([]))
