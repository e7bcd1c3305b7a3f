from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.service.model import call_kw
from odoo.tests import Form, freeze_time, tagged

from ..common import CreditCommon


class TakeoverCase(CreditCommon):
    """A company with customers whose limits stand elsewhere."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.credit_mode = "observe"
        cls.company.account_use_credit_limit = True
        cls.yen = cls.env.ref("base.JPY")
        cls.yen.active = True
        cls.yen.rate_ids = [
            Command.clear(),
            Command.create(
                {"name": "2020-01-01", "rate": 100, "company_id": cls.company.id}
            ),
        ]

    @classmethod
    def _with_core(cls, name, amount, company=None, **values):
        customer = cls._customer(name, **values)
        customer.with_company(company or cls.company).credit_limit = amount
        return customer

    @classmethod
    def _set_default(cls, amount):
        cls.env["ir.default"].set(
            "res.partner", "credit_limit", amount, company_id=cls.company.id
        )

    @classmethod
    def _branch(cls, name):
        branch = cls.env["res.company"].create(
            {"name": name, "parent_id": cls.company.id}
        )
        cls.env.user.company_ids |= branch
        return branch

    def _open(self, user=None):
        """Open the dialog as the menu does."""
        self.env.flush_all()
        model = self.env["credit.takeover"].with_user(user or self.manager)
        action = call_kw(model, "action_open", [], {})
        return model.browse(action["res_id"])

    def _line(self, dialog, customer):
        name = customer if isinstance(customer, str) else customer.name
        return dialog.line_ids.filtered(lambda each: each.customer == name)

    def _said(self, customer, dialog=None):
        """:return: what the dialog says of a customer"""
        line = self._line(dialog or self._open(), customer)
        return line.source, line.proposal, line.limit, line.take

    def _only(self, dialog, *customers):
        dialog.line_ids.take = False
        for customer in customers:
            self._line(dialog, customer).take = True
        return dialog

    def _limits(self, customer):
        """:return: {company: limit in force} of the customer's files"""
        self.env.invalidate_all()
        files = (
            self.env["credit.file"].sudo().search([("partner_id", "=", customer.id)])
        )
        return {file.company_id: file.limit_amount for file in files}


@tagged("post_install", "-at_install")
class TestTakeover(TakeoverCase):
    """What the accounting app has."""

    def test_a_partner_limit_becomes_that_of_a_new_file(self):
        shop = self._with_core("Old Shop", 700)
        dialog = self._open()
        self.assertEqual(self._said(shop, dialog), ("core", "file", 700, True))
        self._only(dialog, shop).action_import()
        self.assertEqual(self._limits(shop), {self.company: 700})
        limit = self.env["credit.limit"].search([("partner_id", "=", shop.id)])
        self.assertEqual(limit.create_uid, self.manager)
        self.assertIn("accounting", limit.reason)
        self.assertIn("Limits taken over: 1", dialog.result)

    def test_run_again_it_tells_what_is_there(self):
        shop = self._with_core("Old Shop", 700)
        self._only(self._open(), shop).action_import()
        again = self._open()
        self.assertEqual(self._said(shop, again), ("core", "none", 700, False))
        self.assertIn("700", self._line(again, shop).note)
        again.action_tick()
        self.assertFalse(self._line(again, shop).take)

    def test_a_file_without_a_limit_gets_one(self):
        shop = self._with_core("Old Shop", 700)
        self._file(shop)
        self.assertEqual(self._said(shop), ("core", "limit", 700, True))
        self._only(self._open(), shop).action_import()
        self.assertEqual(self._limits(shop), {self.company: 700})

    def test_the_default_limit_is_that_of_who_owes_or_orders(self):
        owing, ordering, idle, typed = (
            self._customer(name) for name in ("Owing", "Ordering", "Idle", "Typed")
        )
        self._set_default(5000)
        typed.with_company(self.company).credit_limit = 5000  # stored as nothing
        self._invoice(100, customer=owing)
        self._invoice(100, customer=typed)
        self._order(100, customer=ordering).action_confirm()
        dialog = self._open()
        for customer in owing, ordering, typed:
            self.assertEqual(
                self._said(customer, dialog), ("default", "file", 5000, True)
            )
        self.assertFalse(self._line(dialog, idle))
        self._only(dialog, owing, ordering, typed).action_import()
        self.assertEqual(self._limits(owing), {self.company: 5000})

    def test_who_is_exempt_from_the_default_is_left_out(self):
        self._set_default(5000)
        shop = self._with_core("Exempt", 0)
        self._invoice(100, customer=shop)
        self.assertEqual(self._said(shop), ("core", "none", 0, False))

    def test_the_limit_of_a_branch_is_proposed_to_the_head_company(self):
        shop = self._with_core("North Shop", 700, self._branch("North"))
        line = self._line(self._open(), shop)
        self.assertEqual((line.source, line.limit, line.take), ("branch", 700, True))
        self.assertRegex(line.note, r"North .*700\.00")

    def test_of_several_branches_the_highest_waits_for_a_tick(self):
        shop = self._with_core("Shop", 700, self._branch("North"))
        shop.with_company(self._branch("South")).credit_limit = 900
        dialog = self._open()
        line = self._line(dialog, shop)
        self.assertEqual((line.source, line.limit, line.take), ("branch", 900, False))
        self.assertRegex(line.note, r"North .*700\.00")
        self._only(dialog, shop).action_import()
        self.assertEqual(self._limits(shop), {self.company: 900})

    def test_where_head_company_and_branch_differ_nothing_is_ticked(self):
        north = self._branch("North")
        differing = self._with_core("Differing", 700)
        differing.with_company(north).credit_limit = 900
        self._set_default(5000)
        exempt = self._with_core("Exempt", 0)
        exempt.with_company(north).credit_limit = 900
        dialog = self._open()
        self.assertEqual(self._said(differing, dialog), ("core", "file", 700, False))
        self.assertEqual(self._said(exempt, dialog), ("branch", "file", 900, False))
        self.assertRegex(self._line(dialog, exempt).note, r"head company: .*0\.00")
        self.env["credit.takeover"].sudo()._adopt()
        self.assertFalse(self._limits(differing) or self._limits(exempt))

    def test_a_limit_of_an_archived_branch_waits_for_a_tick(self):
        north = self._branch("North")
        shop = self._with_core("Shop", 700, north)
        both = self._with_core("Both", 700)
        both.with_company(north).credit_limit = 900
        self.env.flush_all()
        north.active = False
        dialog = self._open()
        self.assertEqual(self._said(shop, dialog), ("branch", "file", 700, False))
        self.assertIn("archived branches", self._line(dialog, shop).note)
        self.assertEqual(self._said(both, dialog), ("core", "file", 700, True))

    def test_what_a_temporary_limit_left_is_not_proposed(self):
        shop = self._customer("Season Shop")
        self._file(shop)._grant(9000, "temporary", self.today, self.today, "Season")
        self.assertEqual(self._core(shop), 9000)
        with freeze_time(self.today + timedelta(days=1)):  # and before the night
            line = self._line(self._open(), shop)
            self.assertEqual((line.proposal, line.take), ("none", False))
            self.assertIn("has limits", line.note)

    def test_a_limit_of_a_contact_only_waits_for_a_tick(self):
        shop = self._customer("Shop")
        buyer = self._customer("Buyer", parent_id=shop.id, is_company=False)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_partner SET credit_limit = jsonb_build_object(%s, 70)"
            " WHERE id = %s",
            (str(self.company.id), buyer.id),
        )
        self.env.invalidate_all()
        line = self._line(self._open(), shop)
        self.assertEqual((line.source, line.limit, line.take), ("contact", 70, False))
        self.assertIn("Buyer", line.note)

    def test_what_is_left_out_says_why(self):
        archived = self._with_core("Archived", 700, active=False)
        closed = self._with_core("Closed", 700)
        self._file(closed).active = False
        negative = self._with_core("Negative", -700)
        dialog = self._open()
        for customer, reason in (
            (archived, "archived"),
            (closed, "credit file is archived"),
            (negative, "not negative"),
            (self.customer, "1,000"),
        ):
            line = self._line(dialog, customer)
            self.assertEqual((line.proposal, line.take), ("none", False))
            self.assertIn(reason, line.note)
            line.take = True
            with self.assertRaisesRegex(UserError, "Nothing was taken over"):
                dialog.action_import()
            line.take = False
        self.assertFalse(self._limits(archived))

    def test_a_customer_of_another_company_is_told_to_who_works_there(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.env.user.company_ids |= other
        shop = self._with_core("Theirs", 700)
        self.env.flush_all()
        shop.sudo().company_id = other
        self.assertFalse(self._line(self._open(), shop))
        self.manager.company_ids |= other
        here = {"allowed_company_ids": (self.company | other).ids}
        self.env.flush_all()
        model = self.env["credit.takeover"].with_user(self.manager)
        dialog = model.with_context(**here).create({})
        dialog.action_check()
        line = self._line(dialog, shop)
        self.assertEqual(line.proposal, "none")
        self.assertIn("Other", line.note)

    def test_what_changed_since_is_looked_at_again(self):
        shop = self._with_core("Old Shop", 700)
        dialog = self._only(self._open(), shop)
        self._file(shop, 5)
        self.env.flush_all()
        with self.assertRaisesRegex(UserError, "Old Shop"):
            dialog.action_import()
        self.assertEqual(self._limits(shop), {self.company: 5})

    def test_nothing_ticked_is_nothing_to_do(self):
        dialog = self._only(self._open())
        with self.assertRaisesRegex(UserError, "Select the limits"):
            dialog.action_import()

    def test_the_form_takes_ticks_and_nothing_else(self):
        shop = self._with_core("Old Shop", 700)
        other = self._with_core("Other Shop", 800)
        dialog = self._only(self._open(), shop)
        form = Form(dialog)
        for number, line in enumerate(dialog.line_ids):
            if line.customer == other.name:
                with form.line_ids.edit(number) as edited:
                    edited.take = True
                    with self.assertRaisesRegex(AssertionError, "readonly"):
                        edited.limit = 1
        form.save().action_import()
        self.assertEqual(self._limits(other), {self.company: 800})

    def test_installing_takes_over_what_is_clear(self):
        south = self._branch("South")
        clear = self._with_core("Clear", 700)
        unclear = self._with_core("Unclear", 700, self._branch("North"))
        unclear.with_company(south).credit_limit = 900
        archived = self._with_core("Archived", 700, active=False)
        self._set_default(5000)
        owing = self._customer("Owing")
        self._invoice(100, customer=owing)
        self.env["credit.takeover"].sudo()._adopt()
        self.assertEqual(self._limits(clear), {self.company: 700})
        self.assertEqual(self._limits(owing), {self.company: 5000})
        self.assertFalse(self._limits(unclear) or self._limits(archived))
        self.assertEqual(self._said(unclear), ("branch", "file", 900, False))

    def test_installing_adopts_no_limits_that_are_off(self):
        shop = self._with_core("Old Shop", 700)
        self.company.account_use_credit_limit = False
        self.env["credit.takeover"].sudo()._adopt()
        self.assertFalse(self._limits(shop))
        self.assertEqual(self._said(shop), ("core", "file", 700, True))

    # === OCA === #

    def _as_oca(self, customer):
        """Let a limit be in yen, as account_financial_risk has it."""
        self.patch(
            self.env.registry["credit.takeover"],
            "_foreign",
            lambda _self, _company, found: dict.fromkeys(found & customer, self.yen),
        )

    def test_a_limit_in_another_currency_is_converted(self):
        shop = self._with_core("Tokyo Shop", 1_500_000)
        self._as_oca(shop)
        dialog = self._open()
        line = self._line(dialog, shop)
        self.assertEqual((line.source, line.proposal), ("oca", "file"))
        self.assertEqual((line.amount, line.currency_id), (1_500_000, self.yen))
        self.assertEqual(line.limit, 15_000)
        self._only(dialog, shop).action_import()
        self.assertEqual(self._limits(shop), {self.company: 15_000})
        self.assertEqual(self._core(shop), 15_000)

    def _core(self, customer):
        return customer.with_company(self.company).credit_limit

    def test_a_currency_without_a_rate_is_left_out(self):
        shop = self._with_core("Tokyo Shop", 1_500_000)
        self.yen.rate_ids.unlink()
        self._as_oca(shop)
        line = self._line(self._open(), shop)
        self.assertEqual(line.proposal, "none")
        self.assertIn("JPY has no rate", line.note)

    # === WHO MAY === #

    def test_only_managers_open_it(self):
        for user in self.salesman, self.officer:
            with self.assertRaises(AccessError):
                self._open(user)
        action = self.env.ref("credit_control.credit_takeover_action")
        with self.assertRaises(AccessError):
            action.with_user(self.officer).run()

    def test_what_a_client_writes_on_a_line_counts_nowhere(self):
        shop = self._with_core("Old Shop", 700)
        dialog = self._only(self._open(), shop)
        self._line(dialog, shop).limit = 70_000
        with self.assertRaisesRegex(UserError, "changed"):
            dialog.action_import()
        dialog = self._only(self._open(), shop)
        line = self._line(dialog, shop)
        line.write({"partner_id": self.customer.id})
        with self.assertRaises(UserError):
            dialog.action_import()
        self.assertFalse(self._limits(shop))

    def test_a_manager_takes_nothing_over_in_another_company(self):
        other = self.env["res.company"].create({"name": "Other"})
        shop = self._with_core("Theirs", 700, other)
        model = self.env["credit.takeover"].with_user(self.manager)
        dialog = model.create({"company_id": other.id})
        for method in "action_check", "action_import":
            with self.assertRaises(AccessError):
                call_kw(model, method, [dialog.ids], {})
        self.assertFalse(self._limits(shop))

    def test_a_manager_sees_no_list_of_another(self):
        dialog = self._open()
        other = self._user("other", "credit_control.credit_group_manager")
        for record in dialog, dialog.line_ids[:1]:
            with self.assertRaises(AccessError):
                record.with_user(other).read([])

    def test_nobody_is_told_anything_without_a_list(self):
        model = self.env["credit.takeover"]
        for name in "check", "import", "tick", "untick":
            for ids in [], self._open().ids:
                with self.subTest(name, ids=ids), self.assertRaises(AccessError):
                    call_kw(model.with_user(self.officer), f"action_{name}", [ids], {})

    # === MANY === #

    def _count(self, do):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        do()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def test_the_number_of_statements_does_not_grow(self):
        self._set_default(5000)
        counts = []
        for size in 3, 40:
            for number in range(size):
                self._with_core(f"Shop {size} {number}", 700)
                owing = self._customer(f"Owing {size} {number}")
                self._order(100, customer=owing).action_confirm()
            dialogs = []
            opening = self._count(lambda kept=dialogs: kept.append(self._open()))
            taking = self._count(dialogs[0].action_import)
            counts.append((opening, taking))
        (opening, taking), (more_opening, more_taking) = counts
        self.assertLessEqual(more_opening, opening + 4)
        self.assertLessEqual(more_taking, taking + 12)
        self.assertLess(more_opening, 60)
        self.assertLess(more_taking, 150)
