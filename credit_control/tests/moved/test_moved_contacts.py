from functools import partial
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from ..common import CreditCommon


@tagged("post_install", "-at_install")
class TestMovedContacts(CreditCommon):
    """Who takes a contact out of its company, or into one, moves what it owes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = cls._user("clerk", "base.group_user,base.group_partner_manager")
        cls.contact = cls.env["res.partner"].create(
            {"name": "Ann", "parent_id": cls.customer.id}
        )
        cls.free = cls._customer("Free Shop")

    def _debts(self, customer, amount):
        """Roads on which somebody comes to owe."""

        def ordered():
            order = self._order(amount, customer=customer)
            order.action_confirm()
            self.assertEqual(order.state, "sale")

        yield ordered
        yield lambda: self._invoice(amount, customer=customer, post=False)
        yield lambda: self._invoice(amount, customer=customer)

    def _write(self, partner, user=None, **vals):
        partner.with_user(user or self.clerk).write(vals)
        self.env.flush_all()

    def _merge(self, source, target, user=None):
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        contacts = (source | target).with_user(user or self.clerk)
        wizard.with_user(user or self.clerk)._merge(
            contacts.ids, target.with_user(user or self.clerk)
        )
        self.env.invalidate_all()

    def assertRefused(self, change):
        with self.assertRaises(ValidationError) as refusal:
            change()
        self.env.invalidate_all()
        words = str(refusal.exception)
        self.assertIn("credit manager", words)
        self.assertNotIn("9,000", words)
        return words

    def _notes(self, file=None):
        return " ".join((file or self.file).message_ids.mapped("body"))

    # === OUT OF THE COMPANY === #

    def test_what_a_contact_owes_stays_in_the_file_of_its_company(self):
        for owe in self._debts(self.contact, 900):
            for vals in (
                {"parent_id": False},
                {"parent_id": self.free.id},
                {"is_company": True},
                {"company_type": "company"},
                {"commercial_partner_id": self.contact.id},
            ):
                with self.subTest(vals=vals):
                    savepoint = self.env.cr.savepoint()
                    owe()
                    exposure = self._exposure()
                    try:
                        self._write(self.contact, **vals)
                    except ValidationError as error:
                        self.assertIn("Corner Shop", str(error))
                        self.env.invalidate_all()
                    else:
                        # Odoo books on the company itself
                        self.assertEqual(self._exposure(), exposure)
                    savepoint.close(rollback=True)
                    self.env.invalidate_all()

    def test_through_its_company(self):
        # Odoo takes such commands as those of who began the transaction
        clerk = self.env(user=self.clerk.id)
        self.enterContext(patch.object(self.env.transaction, "default_env", clerk))
        self._invoice(900, customer=self.contact, post=False)
        for command in (
            Command.unlink(self.contact.id),
            Command.update(self.contact.id, {"is_company": True}),
        ):
            with self.subTest(command=command):
                self.assertRefused(
                    lambda command=command: self._write(
                        self.customer, child_ids=[command]
                    )
                )
        self.assertEqual(self._exposure(), 900)

    def test_through_another_customer(self):
        """What is moved within another change is watched as well."""
        clerk = self.env(user=self.clerk.id)
        self.enterContext(patch.object(self.env.transaction, "default_env", clerk))
        helper = self._customer("Helper")
        self._file(helper, 5000)
        self._order(900, customer=self.contact).action_confirm()
        leave = Command.update(self.contact.id, {"parent_id": False})
        own = Command.update(self.contact.id, {"is_company": True})
        for vals in (
            {"is_company": True, "child_ids": [leave]},
            {"parent_id": False, "child_ids": [own]},
            {"is_company": True, "child_ids": [Command.link(self.contact.id)]},
        ):
            with self.subTest(vals=vals):
                self.assertRefused(partial(self._write, helper, **vals))
                self.assertEqual(self._exposure(), 900)

    def test_merged_into_a_contact_of_another_company(self):
        """Merging moves what is owed as changing the company does."""
        desk, twin = self.env["res.partner"].create(
            [
                {"name": "Desk", "parent_id": self.free.id},
                {"name": "Ann", "parent_id": self.customer.id},
            ]
        )
        self._order(900, customer=self.contact).action_confirm()
        words = self.assertRefused(lambda: self._merge(self.contact, desk))
        self.assertIn("Corner Shop", words)
        self.assertEqual(self._exposure(), 900)
        self._merge(self.contact, twin)
        self.assertEqual(self._exposure(), 900)

    def test_merged_with_its_file_nothing_leaves_it(self):
        self._order(900).action_confirm()
        self._merge(self.customer, self.free)
        self.assertEqual(self.file.partner_id, self.free)
        self.assertEqual(self._exposure(), 900)

    def test_with_the_contact_in_between(self):
        below = self.env["res.partner"].create(
            {"name": "Desk", "parent_id": self.contact.id}
        )
        self._invoice(900, customer=below, post=False)
        self.assertRefused(lambda: self._write(self.contact, is_company=True))
        below.active = False
        self.assertRefused(lambda: self._write(self.contact, parent_id=False))

    def test_the_room_is_given_once(self):
        """900 of 1,000; the contact leaves; another 900; it comes back."""
        self._order(900, customer=self.contact).action_confirm()
        self.assertRefused(lambda: self._write(self.contact, is_company=True))
        order = self._order(900)
        order.action_confirm()
        self.assertHeld(order, "limit")

    def test_money_that_came_from_a_contact_stays_too(self):
        self._advance(500, customer=self.contact)
        self._order(1400).action_confirm()
        self.assertEqual(self._exposure(), 900)
        self.assertRefused(lambda: self._write(self.contact, is_company=True))

    def test_who_owes_nothing_goes_where_they_like(self):
        invoice = self._invoice(900, customer=self.contact)
        self._pay(invoice)
        self._write(self.contact, parent_id=False)
        self._write(self.contact, parent_id=self.customer.id)
        self._write(self.contact, is_company=True)

    def test_where_nothing_is_enforced_all_is_as_ever(self):
        self._invoice(900, customer=self.contact, post=False)
        for mode in "off", "observe":
            self.company.credit_mode = mode
            self._write(self.contact, parent_id=False)
            self._write(self.contact, parent_id=self.customer.id)
        self.file.active = False
        self.company.credit_mode = "enforce"
        self._write(self.contact, parent_id=False)

    def test_observing_records_what_was_moved(self):
        self.company.credit_mode = "observe"
        self._order(9000, customer=self.free).action_confirm()
        self._write(self.free, parent_id=self.customer.id, is_company=False)
        self.assertIn("9,000.00", self._notes())
        self.assertIn(self.clerk.name, self._notes())
        order = self.env["sale.order"].search([("partner_id", "=", self.free.id)])
        self.assertEqual(self._decision(order).state, "observed")
        self.assertEqual(self._decision(order).file_id, self.file)

    def test_observing_records_a_customer_below_another_one(self):
        self.company.credit_mode = "observe"
        self._invoice(900, post=False)
        self._write(self.customer, parent_id=self.free.id, is_company=False)
        self.assertIn("less is owed here", self._notes())

    # === INTO A COMPANY === #

    def test_what_a_free_customer_owes_needs_the_room_where_it_goes(self):
        for owe in self._debts(self.free, 9000):
            for change in (
                lambda: self._write(
                    self.free, parent_id=self.customer.id, is_company=False
                ),
                lambda: self._write(self.free, commercial_partner_id=self.customer.id),
                lambda: self._merge(self.free, self.customer),
                lambda: self._merge(self.customer, self.free),
            ):
                savepoint = self.env.cr.savepoint()
                owe()
                self.assertRefused(change)
                savepoint.close(rollback=True)
                self.env.invalidate_all()

    def test_within_the_room_it_goes_and_is_decided_on(self):
        order = self._order(300, customer=self.free)
        order.action_confirm()
        self.assertFalse(self._decision(order))
        self._write(self.free, parent_id=self.customer.id, is_company=False)
        self.assertEqual(self._exposure(), 300)
        decision = self._decision(order)
        self.assertEqual((decision.state, decision.file_id), ("passed", self.file))
        self.assertIn("300.00", self._notes())

    def test_merged_within_the_room_it_is_decided_on(self):
        order = self._order(300, customer=self.free)
        order.action_confirm()
        self._merge(self.free, self.customer)
        self.assertEqual(self._exposure(), 300)
        self.assertEqual(self._decision(order).state, "passed")

    def test_supply_that_is_stopped_takes_nobody_in(self):
        self.file._stop_supply("manual", "late")
        self._invoice(10, customer=self.free)
        self.assertRefused(
            lambda: self._write(self.free, parent_id=self.customer.id, is_company=False)
        )

    def test_the_group_above_needs_the_room_too(self):
        self.file.parent_id = self._file(self._customer("Holding"), 100)
        self._invoice(300, customer=self.free)
        self.assertRefused(
            lambda: self._write(self.free, parent_id=self.customer.id, is_company=False)
        )

    def test_nobody_is_told_what_others_owe_who_goes_in_with_nothing(self):
        self._invoice(900)
        self._write(self.free, parent_id=self.customer.id, is_company=False)
        self.assertFalse(self._notes().count("owed here"))

    # === WHO MAY === #

    def test_a_credit_manager_may_and_it_is_told(self):
        manager = self.manager
        manager.group_ids += self.env.ref("base.group_partner_manager")
        order = self._order(9000, customer=self.free)
        order.action_confirm()
        self._write(self.free, manager, parent_id=self.customer.id, is_company=False)
        self.assertEqual(self._exposure(), 9000)
        self.assertIn(manager.name, self._notes())
        told = self.file.activity_ids
        self.assertIn(self.officer, told.user_id)
        self.assertIn("9,000.00", told[0].note)
        decision = self._decision(order)
        self.assertEqual((decision.state, decision.checkpoint), ("held", "growth"))

    def test_the_activity_goes_to_who_is_responsible_and_ends_with_its_reason(self):
        self.manager.group_ids += self.env.ref("base.group_partner_manager")
        self.file.user_id = self.officer
        invoice = self._invoice(9000, customer=self.free)
        self._write(
            self.free, self.manager, parent_id=self.customer.id, is_company=False
        )
        self.assertEqual(self.file.activity_ids.user_id, self.officer)
        File = self.env["credit.file"]
        File._end_told()
        self.assertTrue(self.file.activity_ids)
        self._pay(invoice)
        File._end_told()
        self.assertFalse(self.file.activity_ids)

    def test_the_activity_is_handed_on_and_managers_hear_of_it(self):
        self.manager.group_ids += self.env.ref("base.group_partner_manager")
        self.file.user_id = self.officer
        self._invoice(9000, customer=self.free)
        self._write(
            self.free, self.manager, parent_id=self.customer.id, is_company=False
        )
        other = self._user("other", "credit_control.credit_group_officer")
        self.file.user_id = other
        self.env["credit.file"]._end_told()
        self.assertEqual(self.file.activity_ids.user_id, other)
        self.env.cr.execute(
            "UPDATE mail_activity SET create_date = create_date - interval '30 days'"
            " WHERE id = ANY(%s)",
            [self.file.activity_ids.ids],
        )
        self.env.invalidate_all()
        self.env["credit.file"]._end_told()
        self.assertLessEqual(other | self.manager, self.file.activity_ids.user_id)

    # === COMPANIES === #

    def test_a_confirmed_order_does_not_leave_for_a_company_without_checks(self):
        for mode in "off", "observe":
            other = self.env["res.company"].create({"name": mode, "credit_mode": mode})
            self.salesman.company_ids |= other
            order = self._order(900)
            order.action_confirm()
            there = order.with_context(allowed_company_ids=(self.company | other).ids)
            self.assertRefused(partial(there.write, {"company_id": other.id}))
            self.assertEqual(order.company_id, self.company)
            order._action_cancel()

    def test_an_order_that_comes_back_is_decided_on_again(self):
        other = self.env["res.company"].create({"name": "B", "credit_mode": "off"})
        self.env.user.company_ids |= other
        order = self._order(900).with_env(self.env)
        order.action_confirm()
        order.company_id = other
        self.env.flush_all()
        self._order(900).action_confirm()
        with self.assertRaises(ValidationError):
            order.company_id = self.company
            self.env.flush_all()
