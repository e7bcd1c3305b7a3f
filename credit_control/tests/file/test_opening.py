from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.service.model import call_kw
from odoo.tests import Form, new_test_user, tagged

from ..common import CreditCommon


@tagged("post_install", "-at_install")
class TestOpening(CreditCommon):
    """Credit files are opened in bulk, and the dialog says how many there are."""

    def _dialog(self, partners=None, user=None, **values):
        Dialog = self.env["credit.file.opening"].with_user(user or self.officer)
        context = {"active_model": False}
        if partners:
            context = {"active_model": "res.partner", "active_ids": partners.ids}
        form = Form(Dialog.with_context(**context))
        for name, value in values.items():
            form[name] = value
        return form.save()

    def _counted(self, dialog):
        return dialog.new_count, dialog.known_count, dialog.left_count

    def _files(self, partners):
        File = self.env["credit.file"].with_context(active_test=False)
        return File.search([("partner_id", "in", partners.ids)])

    def _bought(self, customer, months=0):
        order = self._order(10, customer)
        order.action_confirm()
        order.sudo().date_order -= timedelta(days=31 * months)
        return order

    def test_chosen_contacts_get_a_file_for_their_company(self):
        new, gone = self._customer("New"), self._customer("Gone", active=False)
        other = self.env["res.company"].create({"name": "Other"})
        foreign = self._customer("Foreign", company_id=other.id)
        buyer = self.env["res.partner"].create({"name": "Buyer", "parent_id": new.id})
        (self.env.user + self.officer).company_ids |= other
        chosen = new + buyer + self.customer + gone + foreign
        dialog = self._dialog(chosen)
        self.assertEqual(self._counted(dialog), (1, 1, 2))
        for button, found in (
            (dialog.action_show_new, new),
            (dialog.action_show_known, self.file),
            (dialog.action_show_left, gone + foreign),
        ):
            action = button()
            shown = self.env[action["res_model"]].search(action["domain"])
            self.assertEqual(shown, found)
        again = dialog.action_open()
        self.assertEqual(again["res_id"], dialog.id)
        file = self._files(chosen) - self.file
        self.assertEqual(file.partner_id, new)
        self.assertEqual(file.company_id, self.company)
        self.assertEqual(dialog.opened_count, 1)
        shown = self.env["credit.file"].search(dialog.action_show_opened()["domain"])
        self.assertEqual(shown, file)

    def test_all_who_buy_get_one(self):
        before = self._dialog().new_count
        owing, ordering, old = map(self._customer, ("Owing", "Ordering", "Old"))
        self._invoice(10, owing)
        self._bought(ordering, months=3)
        self._bought(old, months=14)
        self._customer("Quiet")
        dialog = self._dialog()
        self.assertEqual(dialog.new_count, before + 2)
        self.assertEqual(self._dialog(months=20).new_count, before + 3)
        self.assertEqual(self._dialog(months=2).new_count, before + 1)
        dialog.action_open()
        self.assertEqual(
            self._files(owing + ordering + old).partner_id, owing + ordering
        )

    def test_files_of_branches_are_in_the_head_company(self):
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id}
        )
        buyer = self._customer("Of the Branch", company_id=branch.id)
        self.officer.write(
            {"company_ids": [Command.set(branch.ids)], "company_id": branch.id}
        )
        self._dialog(buyer).action_open()
        self.assertEqual(self._files(buyer).company_id, self.company)

    def test_the_list_of_contacts_offers_it_to_who_keeps_files(self):
        clerk = self._user("clerk", "credit_control.credit_group_user")
        dialog = self.env.ref("credit_control.credit_file_opening_action")
        for user, offered in (self.officer, True), (clerk, False):
            actions = self.env["ir.actions.actions"].with_user(user)
            bound = actions.get_bindings("res.partner")["action"]
            self.assertEqual(dialog.id in [each["id"] for each in bound], offered)

    def test_an_archived_file_stays_archived(self):
        self.file.active = False
        dialog = self._dialog(self.customer)
        self.assertEqual(self._counted(dialog), (0, 1, 0))
        with self.assertRaises(UserError):
            dialog.action_open()

    def test_orders_of_before_are_taken_over(self):
        new = self._customer("New")
        order = self._bought(new)
        self._dialog(new).action_open()
        self.assertEqual(self._decision(order).checkpoint, "adopted")

    def test_only_who_keeps_files_opens_them(self):
        clerk = self._user("clerk", "credit_control.credit_group_user")
        for user in clerk, self.salesman:
            with self.assertRaises(AccessError):
                self._dialog(self.customer, user)

    def test_nobody_else_learns_who_buys(self):
        self._invoice(10, self._customer("Owing"))
        portal = new_test_user(self.env, "visitor", groups="base.group_portal")
        other = self._user("other", "credit_control.credit_group_officer")
        dialog = self._dialog()
        self.env.flush_all()
        doors = ["action_open", *(f"action_show_{each}" for each in ("new", "known"))]
        for name in (*doors, "action_show_left", "action_show_opened"):
            for user, ids in (portal, []), (self.salesman, []), (other, dialog.ids):
                with self.subTest(name, who=user.login), self.assertRaises(AccessError):
                    call_kw(dialog.browse().with_user(user), name, [ids], {})

    def test_a_dialog_is_its_makers(self):
        dialog = self._dialog(self.customer)
        other = self._user("other", "credit_control.credit_group_officer")
        for change in {"months": 1}, {"partner_ids": [Command.clear()]}:
            with self.assertRaises(AccessError):
                dialog.with_user(other).write(change)

    def test_a_choice_of_nobody_is_not_everybody(self):
        owing = self._customer("Owing")
        self._invoice(10, owing)
        Dialog = self.env["credit.file.opening"].with_user(self.officer)
        emptied = Dialog.create({"partner_ids": [Command.set(self.customer.ids)]})
        emptied.partner_ids = False
        none = Dialog.with_context(active_model="res.partner", active_ids=[]).create({})
        for dialog in emptied, none:
            self.assertEqual(self._counted(dialog), (0, 0, 0))
            with self.assertRaises(UserError):
                dialog.action_open()
        self.assertFalse(self._files(owing))
        self.assertTrue(self._dialog().is_all)

    def test_many_take_as_many_statements_as_few(self):
        def spent(count):
            partners = self.env["res.partner"].create(
                [{"name": f"Shop {each}", "is_company": True} for each in range(count)]
            )
            dialog = self._dialog(partners)
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            dialog.action_open()
            self.env.flush_all()
            return self.env.cr.sql_log_count - start

        spent(2)
        few = spent(5)
        self.assertLessEqual(spent(60), few)
