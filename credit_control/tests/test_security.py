from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.service.model import call_kw
from odoo.tests import Form, new_test_user, tagged

from .common import CreditCommon

# What a client sends in the hope that somebody looks at it.
KEYS = {
    "bypass_risk": True,
    "skip_credit": True,
    "credit_bypass": True,
    "credit_hold": False,
    "force": True,
    "install_mode": True,
    "import_file": True,
    "default_state": "released",
    "default_reason": "fine",
    "default_released_by_id": 1,
    "default_active": False,
    "tracking_disable": True,
    "mail_activity_automation_skip": True,
    "mail_activity_quick_update": True,
    "allowed_company_ids": [],
    "active_test": False,
    "tz": "Pacific/Kiritimati",
}


class SecurityCase(CreditCommon):
    """One order of the salesman's over 1,200, held; six people who try."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accountant = cls._user("accountant", "account.group_account_manager")
        cls.admin = cls._user("settings", "base.group_system")
        cls.portal = new_test_user(cls.env, "buyer", groups="base.group_portal")
        cls.portal.partner_id.parent_id = cls.customer
        cls.people = {
            "salesman": cls.salesman,
            "officer": cls.officer,
            "manager": cls.manager,
            "accountant": cls.accountant,
            "admin": cls.admin,
            "portal": cls.portal,
        }
        cls.order = cls._order(1200)
        cls.order.action_confirm()
        cls.decision = cls.env["credit.decision"].search(
            [("order_id", "=", cls.order.id)]
        )
        cls.env.flush_all()

    def _call(self, user, record, method, *args, **kwargs):
        """What the web client and XML-RPC do."""
        model = self.env[record._name].with_user(user)
        return call_kw(model, method, [record.ids, *args], kwargs)

    def assertStillHeld(self):
        self.env.invalidate_all()
        self.assertEqual(self.decision.state, "held")
        self.assertFalse(self.decision.released_by_id)
        self.assertEqual(self.order.state, "draft")


@tagged("post_install", "-at_install")
class TestSecurity(SecurityCase):
    """Whatever somebody tries: decisions, limits and holds change by their method."""

    def test_what_somebody_keeps_as_a_default_is_in_no_decision(self):
        defaults = self.env["ir.default"].with_user(self.salesman)
        for name, value in (
            ("released_by_id", self.manager.id),
            ("reason", "Fine"),
            ("closed_on", "2020-01-01 00:00:00"),
        ):
            defaults.set("credit.decision", name, value, user_id=True)
        order = self._order(1300)
        order.with_user(self.salesman).action_confirm()
        decision = self.env["credit.decision"].search([("order_id", "=", order.id)])
        self.assertEqual(decision.state, "held")
        self.assertFalse(decision.released_by_id)
        self.assertFalse(decision.reason)
        self.assertFalse(decision.closed_on)

    def test_files_are_opened_also_where_some_are_at_hand(self):
        """What a default is made from is the model, not the records it is called on."""
        known = self._file(self._customer("Ash")) | self._file(self._customer("Elm"))
        values = {"partner_id": self._customer("Fir").id, "company_id": self.company.id}
        self.assertFalse(known.create(values).stops)

    def test_an_officer_chooses_no_policy_by_default(self):
        lax = self.policy.copy({"name": "Lax"})
        files = self.env["credit.file"].with_user(self.officer)
        values = {"company_id": self.company.id}
        file = files.with_context(default_policy_id=lax.id).create(
            {"partner_id": self._customer("Ash").id, **values}
        )
        self.assertFalse(file.policy_id)
        defaults = self.env["ir.default"].with_user(self.officer)
        defaults.set("credit.file", "policy_id", lax.id, user_id=True)
        file = files.create({"partner_id": self._customer("Elm").id, **values})
        self.assertFalse(file.policy_id)

    def test_nobody_writes_decisions(self):
        forged = {"state": "released", "released_by_id": self.manager.id, "reason": "x"}
        for kind, user in self.people.items():
            decision = self.decision.with_user(user)
            with self.subTest(who=kind):
                with self.assertRaises(AccessError):
                    decision.write(forged)
                with self.assertRaises(AccessError):
                    decision.unlink()
                with self.assertRaises(AccessError):
                    decision.copy({"state": "passed"})
                with self.assertRaises(AccessError):
                    decision.create(
                        {
                            **forged,
                            "order_id": self.order.id,
                            "order_name": self.order.name,
                            "partner_id": self.customer.id,
                            "company_id": self.company.id,
                            "checkpoint": "confirmation",
                            "covered_amount": 1e6,
                        }
                    )
        self.assertStillHeld()

    def test_nobody_writes_limits(self):
        limit = self.file.limit_ids
        for kind, user in self.people.items():
            with self.subTest(who=kind):
                with self.assertRaises(AccessError):
                    self.env["credit.limit"].with_user(user).create(
                        {"file_id": self.file.id, "amount": 1e6, "reason": "mine"}
                    )
                with self.assertRaises(UserError):
                    limit.with_user(user).write({"amount": 1e6})
                with self.assertRaises(UserError):
                    limit.with_user(user).unlink()
        self.assertEqual(self.file.limit_amount, 1000)

    def test_not_even_the_system_changes_a_limit_that_was_granted(self):
        with self.assertRaises(UserError):
            self.file.limit_ids.sudo().amount = 1e6
        with self.assertRaises(UserError):
            self.file.limit_ids.sudo().unlink()

    def test_nobody_writes_versions_of_a_policy(self):
        version = self.policy.version_ids
        for kind, user in self.people.items():
            with self.subTest(who=kind):
                with self.assertRaises(AccessError):
                    version.with_user(user).write({"rules": [{}]})
                with self.assertRaises(AccessError):
                    self.policy.with_user(user).write(
                        {"version_ids": [Command.update(version.id, {"rules": [{}]})]}
                    )

    def test_only_administrators_reach_the_settings(self):
        for user in self.salesman, self.officer, self.manager, self.accountant:
            with self.subTest(who=user.login):
                with self.assertRaises(AccessError):
                    self.company.with_user(user).credit_mode = "off"
                with self.assertRaises(AccessError):
                    self.env["res.config.settings"].with_user(user).create(
                        {"credit_mode": "off"}
                    ).execute()
        self.assertEqual(self.company.credit_mode, "enforce")

    def test_private_methods_cannot_be_called_from_outside(self):
        secret = [
            (self.file, "_grant", [1e6]),
            (self.file, "_resume_supply", ["manual"]),
            (self.decision, "_set_released", [1, 1e6, None, "x"]),
            (self.decision, "_close", ["superseded"]),
            (self.order, "_credit_ask", [1e6, "x"]),
            (self.env["credit.exposure"], "_standings", [self.file.ids]),
            (self.env["credit.takeover"], "_adopt", []),
        ]
        for record, method, args in secret:
            with self.subTest(method=method), self.assertRaises(AccessError):
                self._call(self.manager, record, method, *args)

    def test_models_without_a_table_have_nothing_to_call(self):
        for name in "credit.exposure", "credit.checkpoint", "credit.wording":
            model = type(self.env[name])
            own = {
                method
                for cls in model.mro()
                if "credit_control" in cls.__module__
                for method in vars(cls)
                if callable(getattr(model, method)) and not method.startswith("_")
            }
            self.assertFalse(own, name)

    # === WAYS ROUND THE ACCESS FILES === #

    def test_public_methods_check_who_calls_them(self):
        doors = [
            (self.decision, "action_release", {"reason": "please"}),
            (self.decision, "action_reject", {"reason": "please"}),
            (self.decision, "action_replay", {}),
            (self.file, "action_put_on_hold", {"reason": "please"}),
            (self.file, "action_lift_hold", {}),
            (self.file.limit_ids, "action_end", {}),
        ]
        self.file._stop_supply("manual", "late")
        for record, method, kwargs in doors:
            for user in self.salesman, self.accountant, self.admin, self.portal:
                with self.subTest(method=method, who=user.login):
                    with self.assertRaises(AccessError):
                        self._call(user, record, method, **kwargs)
        self.assertStillHeld()
        self.assertTrue(self.file.on_hold)
        self.assertEqual(self.file.limit_amount, 1000)

    def test_officer_neither_grants_nor_ends_limits(self):
        with self.assertRaises(AccessError):
            self.file.with_user(self.officer)._grant(5000, reason="x")
        with self.assertRaises(AccessError):
            self._call(self.officer, self.file.limit_ids, "action_end")

    def test_no_context_key_releases_an_order(self):
        self.order.with_context(**KEYS).action_confirm()
        self.assertEqual(self.order.state, "draft")
        with self.assertRaises(UserError):
            self.order.with_context(**KEYS).write({"state": "sale"})
        for method in "action_release", "action_reject":
            with self.assertRaises(AccessError):
                self._call(
                    self.salesman, self.decision, method, reason="x", context=KEYS
                )

    def test_no_context_key_keeps_a_hold_from_being_told(self):
        order = self._order(1500)
        order.with_context(**KEYS).action_confirm()
        self.assertHeld(order, "limit")
        told = order.sudo().activity_ids.user_id
        self.assertIn(self.manager, told)
        self.assertIn(self.salesman, told)

    def test_no_context_key_forges_a_decision(self):
        order = self._order(1500)
        order.with_context(**KEYS).action_confirm()
        decision = self._decision(order)
        self.assertFalse(decision.released_by_id)
        self.assertFalse(decision.reason)

    def test_no_context_key_turns_the_day(self):
        tomorrow = self.today + timedelta(days=1)
        self.file._grant(5000, "temporary", tomorrow, tomorrow, "from tomorrow")
        order = self._order(1500)
        for zone in "Pacific/Kiritimati", "Etc/GMT+12":  # they never share a day
            order.with_context(tz=zone).action_confirm()
        self.assertEqual(order.state, "draft")

    def test_dialogs_are_no_back_door(self):
        dialogs = [
            ("credit.release", {"decision_ids": self.decision.ids}, "action_release"),
            ("credit.reject", {"decision_ids": self.decision.ids}, "action_reject"),
            ("credit.stop", {"file_ids": self.file.ids}, "action_stop"),
            (
                "credit.grant",
                {"file_ids": self.file.ids, "amount": 1e6},
                "action_grant",
            ),
        ]
        for model, values, method in dialogs:
            values = {"reason": "x"} | {
                name: [Command.set(value)] if isinstance(value, list) else value
                for name, value in values.items()
            }
            theirs = self.env[model].create(values)
            for user in self.salesman, self.accountant, self.admin, self.portal:
                with self.subTest(model=model, who=user.login):
                    with self.assertRaises(AccessError):
                        self.env[model].with_user(user).create(values)
                    with self.assertRaises(AccessError):
                        self._call(user, theirs, method)
        self.assertStillHeld()

    def test_officer_finds_no_manager_in_the_dialog(self):
        """The limit is the manager's to release; the officer fills in his order."""
        dialog = self.env["credit.release"].with_user(self.officer)
        with self.assertRaises(AccessError):
            dialog.create(
                {"decision_ids": [Command.set(self.decision.ids)], "reason": "x"}
            ).action_release()
        theirs = dialog.with_user(self.manager).create(
            {"decision_ids": [Command.set(self.decision.ids)], "reason": "x"}
        )
        with self.assertRaises(AccessError):
            theirs.with_user(self.officer).action_release()
        self.assertStillHeld()

    def test_commands_through_the_order_change_no_decision(self):
        values = {"state": "passed", "covered_amount": 1e6}
        commands = [
            Command.update(self.decision.id, values),
            Command.create({**values, "order_name": "x"}),
            Command.delete(self.decision.id),
            Command.unlink(self.decision.id),
            Command.clear(),
            Command.set([]),
        ]
        for user in self.salesman, self.manager:
            for command in commands:
                with self.subTest(command=command, who=user.login):
                    with self.assertRaises(AccessError):
                        self.order.with_user(user).write(
                            {"credit_decision_ids": [command]}
                        )
        self.assertStillHeld()

    def test_no_order_borrows_the_decision_of_another(self):
        good = self._order(10)
        good.action_confirm()
        for user in self.salesman, self.manager:
            with self.assertRaises(AccessError):
                self.order.with_user(user).write(
                    {"credit_decision_ids": [Command.link(self._decision(good).id)]}
                )
        with self.assertRaises(AccessError):
            self.env["sale.order"].with_user(self.salesman).create(
                {
                    "partner_id": self.customer.id,
                    "credit_decision_ids": [Command.link(self._decision(good).id)],
                }
            )

    def test_commands_through_the_file_change_nothing_reserved(self):
        limit = self.file.limit_ids
        for values in (
            {"limit_ids": [Command.create({"amount": 1e6, "reason": "x"})]},
            {"limit_ids": [Command.update(limit.id, {"amount": 1e6})]},
            {"limit_ids": [Command.delete(limit.id)]},
            {"decision_ids": [Command.update(self.decision.id, {"state": "passed"})]},
        ):
            for user in self.officer, self.manager:
                with self.subTest(values=values, who=user.login):
                    with self.assertRaises(UserError):
                        self.file.with_user(user).write(values)
        self.assertStillHeld()
        self.assertEqual(self.file.limit_amount, 1000)

    def test_commands_through_the_customer_open_no_file(self):
        clerk = self._user("clerk", "base.group_partner_manager")
        for command in (
            Command.create({"company_id": self.company.id}),
            Command.update(self.file.id, {"note": "x"}),
            Command.clear(),
        ):
            with self.subTest(command=command), self.assertRaises(AccessError):
                self.customer.with_user(clerk).write({"credit_file_ids": [command]})

    def test_hold_is_lifted_by_the_button_only(self):
        self.file._stop_supply("legal", "Court")
        forged = [
            {"stops": {}},
            {"on_hold": False},
            {"hold_reason": False},
            {"decisions_made": 0},
        ]
        for values in forged:
            for user in self.officer, self.manager:
                with self.subTest(values=values, who=user.login):
                    with self.assertRaises(AccessError):
                        self.file.with_user(user).write(values)
        with self.assertRaises(UserError):
            self.file.with_user(self.manager).action_lift_hold()
        order = self._order(10)
        order.action_confirm()
        self.assertHeld(order, "hold")

    def test_officer_chooses_neither_policy_nor_group(self):
        lax = self.env["credit.policy"].create(
            {"name": "Lax", "rule_ids": [self._rule("order_max", 1e9)]}
        )
        group = self._file(self._customer("Holding"), 1e6)
        other = self._customer("Newcomer")
        for values in {"policy_id": lax.id}, {"parent_id": group.id}, {"active": False}:
            with self.subTest(values=values):
                with self.assertRaises(AccessError):
                    self.file.with_user(self.officer).write(values)
        for values in {"policy_id": lax.id}, {"parent_id": group.id}, {"stops": {}}:
            values |= {"partner_id": other.id, "company_id": self.company.id}
            with self.subTest(values=values), self.assertRaises(AccessError):
                self.env["credit.file"].with_user(self.officer).create(values)
        with self.assertRaises(AccessError):
            group.with_user(self.officer).child_ids = self.file

    def test_officer_opens_a_file_and_keeps_it(self):
        other = self._customer("Newcomer")
        file = self.env["credit.file"].with_user(self.officer)
        file = file.create({"partner_id": other.id, "company_id": self.company.id})
        file.write({"note": "seen", "review_date": self.today})
        self.assertFalse(file.has_limit)

    def test_nobody_reads_through_the_request_what_is_not_his(self):
        self.order.sudo().user_id = self.manager
        self.env.flush_all()
        with self.assertRaises(AccessError):
            self.env["credit.request"].with_user(self.salesman).create(
                {"order_id": self.order.id, "amount": 5000, "reason": "x"}
            ).read(["present_amount"])

    def test_request_for_the_order_of_another_is_refused(self):
        order = self._order(100)
        order.action_confirm()
        order.sudo().user_id = self.manager
        request = self.env["credit.request"].with_user(self.salesman)
        with self.assertRaises(AccessError):
            request.create(
                {"order_id": order.id, "amount": 5000, "reason": "x"}
            ).action_ask()

    # === WHO SEES WHAT === #

    def test_salesman_reads_all_of_his_order(self):
        order = self.order.with_user(self.salesman)
        order.invalidate_recordset()
        values = order.read()[0]
        self.assertTrue(values["credit_hold"])
        self.assertIn("1,200.00", values["credit_reasons"])
        specification = dict.fromkeys(order.fields_get(), {})
        self.assertTrue(order.web_read(specification)[0]["credit_cures"])

    def test_salesman_works_in_the_form_of_his_order(self):
        with Form(self.order.with_user(self.salesman)) as form:
            self.assertIn("1,200.00", form.credit_reasons)
            form.client_order_ref = "PO 7"
        self.assertEqual(self.order.client_order_ref, "PO 7")

    def test_salesman_sees_the_banner_of_a_quotation(self):
        order = self._order(1500)
        with Form(order.with_user(self.salesman)) as form:
            self.assertIn("1,000.00", form.credit_banner)

    def test_customer_reads_his_order_and_nothing_of_credit(self):
        order = self.order.with_user(self.portal)
        self.assertEqual(order.read(["amount_total"])[0]["amount_total"], 1200)
        hidden = (
            "credit_reasons",
            "credit_cures",
            "credit_banner",
            "credit_banner_level",
            "credit_status",
            "credit_decision_ids",
        )
        for name in hidden:
            with self.subTest(field=name), self.assertRaises(AccessError):
                order.read([name])
        self.assertFalse(set(hidden) & set(order.fields_get()))

    def test_customer_does_not_search_by_what_is_hidden(self):
        with self.assertRaises(AccessError):
            self.env["sale.order"].with_user(self.portal).search(
                [("credit_decision_ids.limit_amount", ">", 10)]
            )
        with self.assertRaises(AccessError):
            self.env["sale.order"].with_user(self.salesman).search(
                [("credit_decision_ids.limit_amount", ">", 10)]
            )

    def test_what_somebody_typed_is_text_and_no_markup(self):
        tag = "<script>alert(1)</script>"
        self.file._stop_supply("manual", tag)
        order = self._order(10)
        order.action_confirm()
        decision = self._decision(order).with_user(self.manager)
        decision.action_reject(reason=tag)
        order.action_confirm()
        written = order.sudo().message_ids.mapped("body")
        written += [note or "" for note in order.sudo().activity_ids.mapped("note")]
        order.invalidate_recordset()
        written.append(order.with_user(self.salesman).credit_cures)
        self.assertIn("&lt;script", " ".join(written))
        self.assertNotIn("<script", " ".join(written))

    def test_who_may_only_read_an_order_does_not_confirm_it(self):
        order = self._order(1500)
        reader = self._user("auditor", "account.group_account_readonly")
        for user in self.portal, reader:
            with self.subTest(who=user.login):
                with self.assertRaises(AccessError):
                    self._call(user, order, "action_confirm")
                self.assertFalse(self._decision(order))
                self.assertFalse(order.sudo().activity_ids)

    def test_salesman_does_not_confirm_the_order_of_another(self):
        order = self._order(1500)
        order.sudo().user_id = self.manager
        self.env.flush_all()
        with self.assertRaises(AccessError):
            self._call(self.salesman, order, "action_confirm")
        self.assertFalse(self._decision(order))

    def test_accountant_confirms_nothing_that_is_not_covered(self):
        with self.assertRaises(UserError):
            self._call(self.accountant, self.order, "write", {"state": "sale"})
        self.assertStillHeld()

    def test_finance_manager_without_sales_rights_is_told_and_releases(self):
        cfo = self._user("cfo", "credit_control.credit_group_manager")
        order = self._order(1500)
        order.action_confirm()
        self.assertIn(cfo, order.sudo().activity_ids.user_id)
        decision = self._decision(order).with_user(cfo)
        decision.read()
        self.assertTrue(decision.may_release)
        decision.action_release(reason="guarantee came")
        self.assertConfirmed(order, "released")

    # === WHAT BELONGS TO ANOTHER COMPANY === #

    def _foreigner(self):
        company = self.env["res.company"].create({"name": "Company B"})
        return new_test_user(
            self.env,
            "foreign",
            groups="credit_control.credit_group_manager,sales_team.group_sale_manager",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )

    def test_foreign_manager_finds_nothing_of_ours(self):
        foreign = self._foreigner()
        rules = self.policy.rule_ids
        for ours in (
            self.file,
            self.file.limit_ids,
            self.decision,
            self.policy,
            rules,
            self.policy.version_ids,
        ):
            with self.subTest(model=ours._name):
                theirs = self.env[ours._name].with_user(foreign)
                self.assertFalse(theirs.search([("id", "in", ours.ids)]))
                with self.assertRaises(AccessError):
                    ours.with_user(foreign).read(["display_name"])

    def test_foreign_manager_decides_nothing_of_ours(self):
        foreign = self._foreigner()
        self.file._stop_supply("manual", "late")
        doors = [
            (self.decision, "action_release", {"reason": "x"}),
            (self.decision, "action_reject", {"reason": "x"}),
            (self.file, "action_lift_hold", {}),
            (self.file.limit_ids, "action_end", {}),
            (self.policy, "write", {"vals": {"name": "x"}}),
        ]
        for record, method, kwargs in doors:
            with self.subTest(method=method), self.assertRaises(AccessError):
                self._call(foreign, record, method, **kwargs)
        with self.assertRaises(AccessError):
            self.file.with_user(foreign)._grant(1e6, reason="x")
        with self.assertRaises(AccessError):
            self.env["credit.release"].with_user(foreign).create(
                {"decision_ids": [Command.set(self.decision.ids)], "reason": "x"}
            ).action_release()
        self.assertStillHeld()

    def test_company_in_the_context_does_not_help(self):
        foreign = self._foreigner()
        for companies in self.company.ids, (self.company | foreign.company_id).ids:
            with self.assertRaises(AccessError):
                self._call(
                    foreign,
                    self.decision,
                    "action_release",
                    reason="x",
                    context={"allowed_company_ids": companies},
                )
        self.assertStillHeld()

    def test_foreign_manager_is_not_asked(self):
        foreign = self._foreigner()
        order = self._order(1500)
        order.action_confirm()
        asked = order.sudo().activity_ids.user_id
        self.assertIn(self.manager, asked)
        self.assertNotIn(foreign, asked)

    # === WHAT WAS DECIDED STAYS === #

    def test_deleted_quotation_leaves_its_decisions(self):
        name = self.order.name
        self.order.sudo().unlink()
        self.env.flush_all()
        self.assertTrue(self.decision.exists())
        self.assertEqual(self.decision.order_name, name)
        self.assertFalse(self.decision.order_id)

    def test_deleted_quotation_leaves_the_queue(self):
        self.order.sudo().unlink()
        self.env.flush_all()
        self.assertEqual(self.decision.state, "superseded")
        self.assertEqual(self.file.held_count, 0)

    def test_copy_of_an_order_has_no_decision(self):
        copy = self.order.copy()
        self.assertFalse(self._decision(copy))
        self.assertFalse(copy.credit_hold)

    def test_customer_with_decisions_cannot_be_deleted(self):
        for partner in self.customer, self._order(10).partner_id:
            with self.assertRaises(Exception):  # noqa: B017 whatever says so first
                partner.sudo().unlink()
            self.assertTrue(partner.exists())

    def test_file_with_limits_cannot_be_deleted(self):
        with self.assertRaises(UserError):
            self.file.with_user(self.manager).unlink()

    def test_merged_customers_keep_file_and_exposure(self):
        twin = self._customer("Corner Shop (twin)")
        order = self._order(300, customer=twin)
        order.action_confirm()
        merge = self.env["base.partner.merge.automatic.wizard"].create({})
        merge._merge((self.customer | twin).ids, self.customer)
        self.env.invalidate_all()
        self.assertEqual(order.partner_id, self.customer)
        self.assertEqual(self._exposure(), 300)

    def test_file_follows_its_customer_into_a_merge(self):
        twin = self._customer("Corner Shop (twin)")
        merge = self.env["base.partner.merge.automatic.wizard"].create({})
        merge._merge((self.customer | twin).ids, twin)
        self.env.invalidate_all()
        self.assertEqual(self.file.partner_id, twin)
        self.assertEqual(self.decision.partner_id, twin)
        self.assertEqual(self.file.limit_amount, 1000)

    def test_two_files_do_not_melt_into_one(self):
        twin = self._customer("Corner Shop (twin)")
        other = self._file(twin, 500)
        merge = self.env["base.partner.merge.automatic.wizard"].create({})
        with self.assertRaises(Exception):  # noqa: B017 a message over RPC
            merge._merge((self.customer | twin).ids, self.customer)
        self.assertTrue(other.exists())
        self.assertEqual(other.limit_amount, 500)

    def test_customer_does_not_slip_out_of_its_file(self):
        """As a contact of somebody else it would be free of its own limit."""
        clerk = self._user("clerk", "base.group_partner_manager")
        other = self._customer("Elsewhere")
        with self.assertRaises(UserError):
            self.customer.with_user(clerk).write(
                {"parent_id": other.id, "is_company": False}
            )


@tagged("post_install", "-at_install")
class TestFourEyes(SecurityCase):
    """Nobody releases what he wrote or confirmed, in whatever disguise."""

    def assertMayNotRelease(self, user, order):
        decision = self._decision(order)
        self.assertEqual(decision.state, "held")
        self.env.flush_all()
        self.assertFalse(decision.with_user(user).may_release)
        with self.assertRaises(UserError):
            decision.with_user(user).action_release(reason="it is fine")
        self.assertEqual(order.sudo().state, "draft")

    def test_somebody_else_may(self):
        """Or else the tests below could not fail."""
        self.decision.with_user(self.manager).action_release(reason="guarantee")
        self.assertEqual(self.order.state, "sale")

    def test_not_the_salesperson(self):
        order = self._order(1500, user_id=self.manager.id)
        order.sudo().action_confirm()
        self.assertMayNotRelease(self.manager, order)

    def test_not_the_salesperson_who_handed_the_held_order_on(self):
        order = self._order(1500, user_id=self.manager.id)
        order.with_user(self.manager).action_confirm()
        order.with_user(self.manager).user_id = self.officer
        self.assertMayNotRelease(self.manager, order)

    def test_not_who_wrote_the_order_for_another(self):
        order = self.env["sale.order"].with_user(self.manager)
        order = order.create(
            {
                "partner_id": self.customer.id,
                "user_id": self.salesman.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": self.product.id,
                            "price_unit": 1500,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
            }
        )
        order.with_user(self.salesman).action_confirm()
        self.assertMayNotRelease(self.manager, order)

    def test_not_who_changed_it_whatever_is_left_of_the_change(self):
        """A line that is gone, a price that somebody else wrote again, terms."""

        def delete(order):
            order.order_line[1].unlink()

        def by_command(order):
            order.write({"order_line": [Command.delete(order.order_line[1].id)]})

        def written_over(order):
            order.order_line[0].price_unit = 1700
            order.with_user(self.salesman).order_line[0].price_unit = 1600

        def moved_away(order):
            other = self._order(1).with_user(self.salesman)
            order.order_line[1].order_id = other.id

        def terms(order):
            order.payment_term_id = self.env.ref("account.account_payment_term_30days")

        for change in delete, by_command, written_over, moved_away, terms:
            with self.subTest(change=change.__name__):
                order = self._order(1500)
                off = {"product_id": self.product.id, "price_unit": -100}
                order.order_line = [Command.create({**off, "tax_ids": False})]
                self.env.flush_all()  # else what is left is written by the manager
                change(order.with_user(self.manager))
                self.env.flush_all()
                order.with_user(self.salesman).action_confirm()
                self.assertMayNotRelease(self.manager, order)

    def test_nobody_writes_who_changed_it(self):
        order = self._order(1500)
        order.with_user(self.manager).order_line.price_unit = 1600
        for user in self.manager, self.salesman:
            with self.assertRaises(AccessError):
                order.with_user(user).write({"credit_hand_ids": [Command.clear()]})
        order.with_user(self.salesman).action_confirm()
        self.assertMayNotRelease(self.manager, order)

    def test_who_releases_had_no_hand_in_it(self):
        """Confirming on a release writes the order, too."""
        self.decision.with_user(self.manager).action_release(reason="guarantee")
        self.assertNotIn(self.manager, self.order.sudo().credit_hand_ids)

    def test_not_who_confirmed_it(self):
        order = self._order(1500)
        order.with_user(self.manager).action_confirm()
        self.assertMayNotRelease(self.manager, order)

    def test_not_who_confirmed_it_once_more(self):
        self.order.with_user(self.manager).action_confirm()
        self.assertMayNotRelease(self.manager, self.order)

    def test_not_who_confirmed_it_before_the_other_did(self):
        order = self._order(1500)
        order.with_user(self.manager).action_confirm()
        order.action_confirm()
        self.assertMayNotRelease(self.manager, order)

    def test_not_who_added_a_line(self):
        self.order.with_user(self.manager).order_line = [
            Command.create({"product_id": self.product.id, "price_unit": 5})
        ]
        self.order.action_confirm()
        self.assertMayNotRelease(self.manager, self.order)

    def test_not_who_raised_a_line_before_it_was_held(self):
        order = self._order(1100)
        order.with_user(self.manager).order_line.price_unit = 1500
        order.action_confirm()
        self.assertMayNotRelease(self.manager, order)

    def test_not_who_changed_a_line_while_it_was_held(self):
        self.order.with_user(self.manager).order_line.price_unit = 1100
        self.assertMayNotRelease(self.manager, self.order)

    def test_not_who_asked_for_more(self):
        order = self._order(100)
        order.action_confirm()
        order.with_user(self.manager)._credit_ask(5000, "growing")
        with self.assertRaises(AccessError):
            self._decision(order).with_user(self.manager).action_release(reason="x")

    def test_not_the_copyist(self):
        copy = self.order.with_user(self.manager).copy()
        copy.user_id = self.salesman
        copy.with_user(self.salesman).action_confirm()
        self.assertMayNotRelease(self.manager, copy)

    def test_who_released_it_is_not_asked_by_himself(self):
        """An order of the only manager's goes to nobody rather than to himself."""
        order = self._order(1500, user_id=self.manager.id)
        order.sudo().action_confirm()
        releasers = order.sudo().activity_ids.filtered(
            lambda a: (
                a.activity_type_id
                == self.env.ref("credit_control.mail_activity_type_release")
            )
        )
        self.assertNotIn(self.manager, releasers.user_id)

    def test_writer_may_not_reject_either(self):
        self.order.with_user(self.manager).action_confirm()
        with self.assertRaises(AccessError):
            self._decision(self.order).with_user(self.manager).action_reject(reason="x")

    # === AN OFFICER RELEASES WHAT THE POLICY LEAVES TO OFFICERS === #

    def _late_order(self):
        self._invoice(50, late=45)
        order = self._order(100)
        order.action_confirm()
        self.assertHeld(order, "overdue_days")
        return order

    def test_officer_releases_what_is_only_late(self):
        late = self._late_order()
        self._decision(late).with_user(self.officer).action_release(reason="paid")
        self.assertConfirmed(late, "released")

    def test_officer_covers_no_more_than_the_limit_allows(self):
        late = self._late_order()
        with self.assertRaises(UserError):
            self._decision(late).with_user(self.officer).action_release(
                amount=1_000_000, reason="paid"
            )
        self.assertHeld(late)

    def test_manager_may_cover_more_than_the_order(self):
        late = self._late_order()
        self._decision(late).with_user(self.manager).action_release(
            amount=5000, reason="big season"
        )
        late.order_line.price_unit = 5000
        self.env.flush_all()
        self.assertEqual(late.amount_total, 5000)

    def test_officer_does_not_release_on_an_old_verdict(self):
        """The room was there when the order was held; another order has it now."""
        self._late_order()
        first, second = self._order(800), self._order(800)
        first.action_confirm()
        second.action_confirm()
        self._decision(second).with_user(self.manager).action_release(reason="b")
        with self.assertRaises(UserError):
            self._decision(first).with_user(self.officer).action_release(reason="a")
        self.assertEqual(first.state, "draft")

    def test_officer_does_not_release_the_limit_with_the_delay(self):
        self._late_order()
        order = self._order(2000)
        order.action_confirm()
        self.assertHeld(order, "limit", "overdue_days")
        with self.assertRaises(AccessError):
            self._decision(order).with_user(self.officer).action_release(reason="x")

    def test_one_order_too_many_releases_none(self):
        """Several at once: what he may not release stops those he may."""
        late = self._late_order()
        both = self._decision(late) | self.decision
        with self.assertRaises(AccessError):
            both.with_user(self.officer).action_release(reason="x")
        self.assertHeld(late)
