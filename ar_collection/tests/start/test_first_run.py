from datetime import timedelta

from odoo.exceptions import AccessError, RedirectWarning, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from ...models.procedure.collection_procedure import QUIET
from ...models.start.collection_run import TYPE
from ..run.test_run_entry import EntryCommon


@tagged("post_install", "-at_install")
class TestFirstRun(EntryCommon):
    """Who starts collecting sees first what it does, and is asked to start it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls._customer("Other")
        cls._invoice(100, late=60)
        cls._invoice(40, late=3)
        cls._invoice(30, late=40, customer=cls.other)
        cls._invoice(20, late=-7, customer=cls._customer("Soon"))
        # Who may do what is theirs, whoever else there is
        group = cls.env.ref("ar_collection.collection_group_manager")
        group.user_ids.filtered(lambda user: user != cls.env.user).write(
            {"group_ids": [Command.unlink(group.id)]}
        )
        cls.manager = cls._user("chief", "ar_collection.collection_group_manager")

    def _begun(self, days=0):
        day = self.today + timedelta(days)
        return self.env["collection.run"].sudo()._begin(self.company, day)

    def _figures(self, run):
        self.env.invalidate_all()
        return {
            stage.code: (
                stage.preview_customers,
                stage.preview_items,
                stage.preview_amount,
            )
            for stage in run.with_user(self.collector).stage_ids
        }

    def _asked(self, run):
        """:return: users who are asked to start it, one by one"""
        return run.activity_search([TYPE]).mapped("user_id.login")

    def test_it_shows_by_stage_who_would_be_contacted_about_how_much(self):
        run = self._begun()
        self.assertEqual(
            self._figures(run), {"notice": (2, 3, 170), "reminder": (1, 1, 20)}
        )
        self.assertFalse(self.env["collection.action"].search_count([]))
        run.with_user(self.collector).action_start()
        found = {}
        for action in run.action_ids:
            found.setdefault(action.stage_id.code, []).append(action.amount)
        self.assertEqual(
            {code: sorted(amounts) for code, amounts in found.items()},
            {"notice": [30, 140], "reminder": [20]},
        )
        self.assertFalse(run.stage_ids)

    def test_every_figure_leads_to_its_rows(self):
        run = self._begun().with_user(self.collector)
        for stage in run.stage_ids:
            action = stage.action_open_preview()
            rows = self.env[action["res_model"]].search(action["domain"])
            self.assertEqual(len(rows), stage.preview_items)
            self.assertEqual(len(rows.partner_id), stage.preview_customers)
            self.assertEqual(sum(rows.mapped("residual")), stage.preview_amount)

    def test_the_preview_follows_where_old_items_enter(self):
        run = self._begun()
        self.assertEqual(run.procedure_ids.entry_id, self.stages["notice"])
        opened = run.procedure_ids.with_user(self.manager).action_choose_entry()
        view = opened["views"][0][0]
        procedure = self.env[opened["res_model"]].browse(opened["res_id"])
        with Form(procedure.with_user(self.manager), view=view) as form:
            form.entry_stage_id = self.stages["warning"]
        self.assertEqual(run.procedure_ids.entry_id, self.stages["warning"])
        self.assertEqual(
            self._figures(run), {"warning": (2, 3, 170), "reminder": (1, 1, 20)}
        )

    def test_on_a_quiet_day_it_shows_what_comes_afterwards(self):
        self.procedure[QUIET[self.today.weekday()]] = True
        run = self._begun()
        self.assertEqual(self._figures(run)["notice"], (2, 3, 170))
        run.with_user(self.collector).action_start()
        self.assertFalse(run.action_ids)
        self.assertEqual(len(self._run(1)), 3)

    def test_the_form_opens_for_who_may_see_it_and_lets_nobody_write(self):
        run = self._begun()
        self.env["collection.item"].search([]).partner_id.street = "1 Main Street"
        for user in self.collector, self.manager:
            form = Form(run.with_user(user))
            self.assertEqual(form.state, "waiting")
            self.assertFalse(form.to_settle)

    def test_who_may_start_it_is_asked_once(self):
        run = self._begun()
        self.assertEqual(self._asked(run), ["collector"])
        self.assertEqual(self._begun(), run)
        self.assertEqual(self._begun(1), run)
        self.assertEqual(self._asked(run), ["collector"], "renewed, not doubled")
        run.with_user(self.collector).action_start()
        self.assertFalse(self._asked(run))

    def test_without_a_collector_all_who_may_are_asked(self):
        self.company.collection_collector_id = False
        asked = set(self._asked(self._begun()))
        self.assertLessEqual({"collector", "chief"}, asked)
        self.assertNotIn("salesman", asked)

    def test_managers_hear_of_a_run_that_waits_long(self):
        run = self._begun()
        patience = self.company.trade_wait_days
        self._begun(patience - 1)
        self.assertNotIn("chief", self._asked(run))
        self._begun(patience)
        self.assertIn("chief", self._asked(run))

    def test_nobody_is_asked_to_start_what_does_nothing(self):
        run = self._begun()
        for invoice in self.env["account.move"].search(
            [("company_id", "=", self.company.id), ("move_type", "=", "out_invoice")]
        ):
            self._pay(invoice)
        self.assertEqual(self._begun(), run)
        self.assertFalse(self._asked(run))

    def test_it_shows_the_ledger_as_it_is_when_it_is_opened(self):
        run = self._begun()
        new = self._invoice(300, late=50, customer=self._customer("Imported"))
        Run = self.env["collection.run"].with_user(self.collector)
        self.assertEqual(Run.action_first_run()["res_id"], run.id)
        self.assertEqual(self._figures(run)["notice"], (3, 4, 470))
        self.assertTrue(self._item(new))
        seller = self._user("no_collector", "base.group_user")
        with self.assertRaises(AccessError):
            Run.with_user(seller).action_first_run()

    def test_the_menu_leads_to_it_while_it_waits_then_to_all_runs(self):
        menu = self.env.ref("ar_collection.collection_run_menu")
        salesman = self._user("seller", "ar_collection.collection_group_user")
        run = self._begun()
        for user in self.collector, salesman:
            self.assertIn(menu, menu.with_user(user)._filter_visible_menus())
            opened = menu.action.with_user(user).run()
            self.assertEqual(opened["res_id"], run.id)
        run.with_user(self.collector).action_start()
        opened = menu.action.with_user(self.collector).run()
        self.assertFalse(opened.get("res_id"))
        self.assertEqual(opened["res_model"], "collection.run")

    def _in_branch(self, login, groups):
        """:return: a user who works in a branch of the company, and nowhere else"""
        branch = self.env["res.company"].create(
            {"name": f"Branch of {login}", "parent_id": self.company.id}
        )
        user = self._user(login, groups)
        values = {"company_id": branch.id, "company_ids": [Command.set(branch.ids)]}
        user.write(values)
        return user

    def test_who_works_in_a_branch_only_is_asked_and_starts_it(self):
        north = self._in_branch("north", "ar_collection.collection_group_collector")
        self.company.collection_collector_id = False
        self.company.email = False
        self.stages["notice"].effect_ids = [Command.create({"code": "mail"})]
        run = self._begun()
        self.assertIn("north", self._asked(run))
        theirs = self.env["collection.run"].with_user(north)
        theirs = theirs.with_context(allowed_company_ids=north.company_ids.ids)
        for read in (
            lambda own: self.assertIn("e-mail address", own.to_settle),
            lambda own: self.assertIn("Warning", own.to_settle),
            lambda own: self.assertEqual(len(own.stage_ids), 2),
            lambda own: self.assertEqual(
                sum(own.stage_ids.mapped("preview_amount")), 190
            ),
            lambda own: self.assertTrue(Form(own).to_settle),
        ):
            self.env.invalidate_all()
            read(theirs.browse(run.id))
        self.env.invalidate_all()
        theirs.browse(run.id).action_start()
        self.assertEqual(run.started_by_id, north)
        self.assertFalse(self._asked(run))

    def test_who_sees_the_settings_is_led_there_others_are_told_whom_to_ask(self):
        system = "base.group_system"
        manager = "ar_collection.collection_group_manager"
        chief = self.env.ref(manager)
        chief.user_ids &= self.manager  # the test's own user is an administrator
        root = self._user("root_only", system)
        refused = "no account"
        for user in root, self.manager:
            with self.assertRaisesRegex(UserError, "this company has none"):
                self.company.with_user(user)._collection_refuse(refused)
        both = self._in_branch("both", f"{system},{manager}")
        for user in root, self.manager:
            with self.assertRaisesRegex(UserError, "Ask an administrator: both"):
                self.company.with_user(user)._collection_refuse(refused)
        self.env.invalidate_all()
        with self.assertRaises(RedirectWarning):
            self.company.with_user(both)._collection_refuse(refused)

    def test_it_says_what_has_to_be_settled_first(self):
        self.company.collection_collector_id = False
        self.company.email = False
        stage = self.stages["notice"]
        stage.effect_ids = [Command.create({"code": "mail"})]
        self.stages["reminder"].effect_ids = [Command.create({"code": "letter"})]
        self.stages["reminder"].letter_kind = False
        run = self._begun().with_user(self.collector)
        known = [("street", "=", "1 Main Street")]
        self.env["res.partner"].search(known).street = False
        said = run.to_settle
        for part in (
            "Choose a collector",
            "Warning",
            "No letter",
            "Reminder",
            "e-mail address",
            "no bank account",
            "whom no letter reaches: 3 (",
        ):
            self.assertIn(part, said)
        run.action_start()
        self.assertFalse(run.to_settle)
