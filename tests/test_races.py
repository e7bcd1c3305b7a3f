"""Different things that happen to one customer's credit at the same moment.

Two confirmations are a test of the addon itself; these are what else can meet them.
"""

import contextlib
from unittest.mock import patch

import psycopg2
from psycopg2.errors import SerializationFailure

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.credit_control.tests.decision import test_concurrency

CRON = "credit_control.credit_decision_cron"


@tagged("post_install", "-at_install")
class TestRaces(test_concurrency.RaceCase):
    """Whoever comes second sees what the first one took, or is refused."""

    def _raise_to(self, amount, order_id):
        def grow(env):
            order = env["sale.order"].browse(order_id)
            order.order_line.price_unit = amount
            order.flush_recordset()

        return grow

    def test_growth_against_confirmation(self):
        grown, new = self._order(500, confirm=True), self._order(500)
        results = self._race(self._raise_to(1000, grown), self._confirm(new))
        self.assertEqual(self._confirmed_total(self.shop), 1000)
        refused = isinstance(results[0], UserError)
        self.assertEqual(self._states(new), ["sale" if refused else "draft"])

    def test_growth_against_growth(self):
        orders = [self._order(300, confirm=True) for _each in range(2)]
        results = self._race(*(self._raise_to(700, order) for order in orders))
        self.assertEqual(self._confirmed_total(self.shop), 1000)
        self.assertEqual(
            [isinstance(each, UserError) for each in results].count(True), 1
        )

    def test_growth_of_one_daughter_against_the_order_of_the_other(self):
        first, second = self.daughters
        grown, new = self._order(500, first, confirm=True), self._order(500, second)
        self._race(self._raise_to(1000, grown), self._confirm(new))
        self.assertEqual(self._confirmed_total(first, second), 1000)

    def test_reopening_against_confirmation(self):
        cancelled, new = self._order(600, confirm=True), self._order(600)
        with self._env() as env:
            env["sale.order"].browse(cancelled)._action_cancel()
        self._race(
            lambda env: env["sale.order"].browse(cancelled).write({"state": "sale"}),
            self._confirm(new),
        )
        self.assertEqual(self._confirmed_total(self.shop), 600)

    def test_order_that_changes_its_customer_against_confirmation(self):
        moved, new = self._order(600, self.other_shop, confirm=True), self._order(600)
        self._race(
            lambda env: (
                env["sale.order"]
                .browse(moved)
                .write({"partner_id": self.shop, "partner_invoice_id": self.shop})
            ),
            self._confirm(new),
        )
        self.assertEqual(self._confirmed_total(self.shop), 600)

    def _clerk_and_contact(self):
        """:return: ids of somebody who writes contacts and of one who owes 600"""
        with self._env() as env:
            groups = env.ref("base.group_user") + env.ref("base.group_partner_manager")
            clerk = env["res.users"].create(
                {
                    "name": "Raced clerk",
                    "login": "raced_clerk",
                    "group_ids": [Command.set(groups.ids)],
                    "company_id": self.company_id,
                    "company_ids": [Command.set([self.company_id])],
                }
            )
            contact = env["res.partner"].create({"name": "Raced contact"})
            line = {"name": "Goods", "price_unit": 600, "tax_ids": False}
            invoice = env["account.move"].create(
                {
                    "move_type": "out_invoice",
                    "company_id": self.company_id,
                    "partner_id": contact.id,
                    "invoice_line_ids": [Command.create(line)],
                }
            )
            ids = clerk.id, contact.id, invoice.id

        def take_away():
            with self._env() as env:
                env["account.move"].browse(invoice.id).unlink()
                env["res.partner"].browse(contact.id).unlink()
                person = env["res.users"].browse(clerk.id).partner_id
                env["res.users"].browse(clerk.id).unlink()
                person.unlink()

        self.addCleanup(take_away)
        return ids

    def _moves_in(self, clerk, model, record, vals):
        return lambda env: env(user=clerk)[model].browse(record).write(vals)

    def test_contact_that_becomes_the_customers_against_confirmation(self):
        """Neither sees room that the other one takes."""
        clerk, contact, _invoice = self._clerk_and_contact()
        new = self._order(600)
        moved, _confirmed = self._race(
            self._moves_in(clerk, "res.partner", contact, {"parent_id": self.shop}),
            self._confirm(new),
        )
        refused = isinstance(moved, UserError)
        self.assertEqual(self._states(new), ["sale" if refused else "draft"])

    def test_contact_of_one_daughter_against_the_order_of_the_other(self):
        """What the file above both has room for is taken once."""
        clerk, contact, _invoice = self._clerk_and_contact()
        new = self._order(600, self.daughters[1])
        moved, _confirmed = self._race(
            self._moves_in(
                clerk, "res.partner", contact, {"parent_id": self.daughters[0]}
            ),
            self._confirm(new),
        )
        refused = isinstance(moved, UserError)
        self.assertEqual(self._states(new), ["sale" if refused else "draft"])

    def test_cured_order_against_confirmation(self):
        """The scheduled job finds room for one order as a salesman takes it."""
        blocking, waiting = self._order(600, confirm=True), self._order(600)
        self._race(self._confirm(waiting))
        new = self._order(600)
        with self._env() as env:
            company = env["res.company"].browse(self.company_id)
            company.credit_auto_confirm = True
            env["sale.order"].browse(blocking)._action_cancel()
            held = env["credit.decision"].search([("order_id", "=", waiting)])

        def retake(env):
            env["credit.decision"].sudo().browse(held.id)._retake()

        self._race(retake, self._confirm(new))
        self.assertEqual(self._confirmed_total(self.shop), 600)

    def test_job_that_meets_a_salesman_tries_again(self):
        """It is no remote call, so nobody repeats it; and what woke it is used up."""
        blocking, waiting = self._order(600, confirm=True), self._order(600)
        self._race(self._confirm(waiting))
        with self._env() as env:
            env["res.company"].browse(self.company_id).credit_auto_confirm = True
            env["sale.order"].browse(blocking)._action_cancel()
        serialize, met = self.registry["credit.file"]._serialize, []

        def meet_somebody_once(files, file_ids):
            if not met:
                met.append(True)
                raise SerializationFailure("could not serialize access")
            return serialize(files, file_ids)

        quiet = mute_logger("odoo.addons.base.models.ir_cron", "odoo.service.model")
        job = patch.object(
            self.registry["credit.file"], "_serialize", meet_somebody_once
        )
        with quiet, job, self._env() as env, contextlib.suppress(UserError):
            env.ref(CRON).method_direct_trigger()
        self.assertTrue(met)
        if self._states(waiting) != ["sale"]:
            with self._env() as env:
                woken = env["ir.cron.trigger"].search(
                    [("cron_id", "=", env.ref(CRON).id)]
                )
                self.assertTrue(woken, "nothing happens for a quarter of an hour")
                env.ref(CRON).method_direct_trigger()
        self.assertEqual(self._states(waiting), ["sale"])

    def test_hold_against_confirmation(self):
        """Whichever comes first: no order goes that was decided on after the hold."""
        order = self._order(600)

        def stop(env):
            self._file(env, self.shop).action_put_on_hold("late")

        def lift():
            with self._env() as env:
                self._file(env, self.shop).action_lift_hold()

        self.addCleanup(lift)
        self._race(stop, self._confirm(order))
        with self._env() as env:
            decision = env["credit.decision"].search(
                [("order_id", "=", order)], limit=1
            )
            stopped = bool(decision.facts["levels"][0]["hold"])
            self.assertEqual(decision.state, "held" if stopped else "passed")
        later = self._order(10)
        self._race(self._confirm(later))
        self.assertEqual(self._states(later), ["draft"])

    def test_two_calls_in_opposite_order_do_not_lock_each_other(self):
        """Each takes the files in one order, whatever the order of its records."""
        for _round in range(4):
            first = [self._order(100), self._order(100, self.other_shop)]
            second = [self._order(100), self._order(100, self.other_shop)]
            results = self._race(
                self._confirm(*first), self._confirm(*reversed(second))
            )
            self.assertEqual(results, [True, True])
            self.assertEqual(set(self._states(*first, *second)), {"sale"})
        self.assertNotIn("DeadlockDetected", self.conflicts)

    def test_writing_states_in_opposite_order_does_not_lock(self):
        def confirm(*orders):
            return lambda env: env["sale.order"].browse(orders).write({"state": "sale"})

        first = [self._order(100), self._order(100, self.other_shop)]
        second = [self._order(100), self._order(100, self.other_shop)]
        self._race(confirm(*first), confirm(*reversed(second)))
        self.assertEqual(set(self._states(*first, *second)), {"sale"})
        self.assertNotIn("DeadlockDetected", self.conflicts)

    def test_daughters_and_holding_in_opposite_order_do_not_lock(self):
        first = [self._order(100, each) for each in self.daughters]
        second = [self._order(100, each) for each in reversed(self.daughters)]
        self._race(self._confirm(*first), self._confirm(*second))
        self.assertEqual(set(self._states(*first, *second)), {"sale"})
        self.assertNotIn("DeadlockDetected", self.conflicts)

    def test_eight_on_one_group_of_companies(self):
        orders = [self._order(300, self.daughters[n % 2]) for n in range(8)]
        results = self._race(*map(self._confirm, orders))
        for order, result in zip(orders, results, strict=True):
            if isinstance(result, psycopg2.OperationalError):
                self._race(self._confirm(order))
        self.assertEqual(self._confirmed_total(*self.daughters), 900)

    def test_six_salesmen_at_once(self):
        """Whoever gives up after five attempts is told so and tries again."""
        orders = [self._order(300) for _each in range(6)]
        self._race(*map(self._confirm, orders))
        for order in orders:
            if self._states(order) == ["draft"]:
                self._race(self._confirm(order))
        self.assertEqual(self._confirmed_total(self.shop), 900)
