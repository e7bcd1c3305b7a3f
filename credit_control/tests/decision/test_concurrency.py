import contextlib
import threading
from concurrent.futures import ThreadPoolExecutor
from unittest.mock import patch

import psycopg2

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import SQL, mute_logger

SETTINGS = ("credit_mode", "credit_auto_confirm")
PATIENCE = 20  # seconds that a thread waits for the others before it fails


class RaceCase(BaseCase):
    """Real transactions in threads, on data that is committed and taken away after.

    Two shops with a limit of 1,000 each; a holding with a limit of 1,000 whose two
    daughters have none of their own.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.registry = Registry(get_db_name())
        cls.addClassCleanup(cls._take_away)
        with cls._env() as env:
            cls.user_id = env.ref("base.user_admin").id
            cls.company_id = env.ref("base.main_company").id
            company = env["res.company"].browse(cls.company_id)
            cls.before = {name: company[name] for name in SETTINGS}
            cls.before_policy_id = company.credit_default_policy_id.id
            cls.last_decision = env["credit.decision"].search([], limit=1).id or 0
            cls.policy_id = cls._make_policy(env).id
            company.write(
                {"credit_mode": "enforce", "credit_default_policy_id": cls.policy_id}
            )
            product = {"name": "Raced goods", "type": "service", "taxes_id": False}
            cls.product_id = env["product.product"].create(product).id
            cls.shop, cls.other_shop, holding = (
                cls._make_customer(env, name, 1000).id
                for name in ("Raced shop", "Other raced shop", "Raced holding")
            )
            cls.daughters = [
                cls._make_customer(env, name, None, holding).id
                for name in ("First daughter", "Second daughter")
            ]
            cls.customers = [cls.shop, cls.other_shop, holding, *cls.daughters]

    @classmethod
    def _make_policy(cls, env):
        rules = [{"kind": kind} for kind in ("hold", "no_limit")]
        rules += [{"kind": "limit", "threshold": 100}]
        return env["credit.policy"].create(
            {"name": "Raced", "rule_ids": [Command.create(rule) for rule in rules]}
        )

    @classmethod
    def _make_customer(cls, env, name, limit, parent=None):
        partner = env["res.partner"].create({"name": name, "is_company": True})
        file = env["credit.file"].create(
            {
                "partner_id": partner.id,
                "company_id": cls.company_id,
                "parent_id": cls._file(env, parent).id if parent else False,
            }
        )
        if limit is not None:
            file._grant(limit, reason="First limit")
        return partner

    @classmethod
    def _file(cls, env, partner_id):
        return env["credit.file"].search([("partner_id", "=", partner_id)])

    @classmethod
    def _take_away(cls):
        with cls._env() as env:
            orders = env["sale.order"].search([("partner_id", "in", cls.customers)])
            files = env["credit.file"].search([("partner_id", "in", cls.customers)])
            for statement, value in (
                (
                    "UPDATE sale_order SET state = 'cancel' WHERE id = ANY(%s)",
                    orders.ids,
                ),
                ("DELETE FROM credit_decision WHERE id > %s", cls.last_decision),
                ("DELETE FROM credit_limit WHERE file_id = ANY(%s)", files.ids),
            ):
                env.cr.execute(statement, [value])
            env.invalidate_all()
            orders.unlink()
            for file in files.sorted("parent_path", reverse=True):
                file.unlink()
            company = env["res.company"].browse(cls.company_id)
            company.write(
                cls.before | {"credit_default_policy_id": cls.before_policy_id}
            )
            for table, column in (
                ("credit_policy_version", "policy_id"),
                ("credit_rule", "policy_id"),
                ("credit_policy", "id"),
            ):
                env.cr.execute(
                    SQL(
                        "DELETE FROM %s WHERE %s = %s",
                        SQL.identifier(table),
                        SQL.identifier(column),
                        cls.policy_id,
                    )
                )
            env.invalidate_all()
            env["product.product"].browse(cls.product_id).product_tmpl_id.unlink()
            env["res.partner"].browse(cls.customers).unlink()

    @classmethod
    @contextlib.contextmanager
    def _env(cls, user_id=SUPERUSER_ID):
        with cls.registry.cursor() as cr:
            env = api.Environment(cr, user_id, {})
            yield env
            env.flush_all()

    def setUp(self):
        super().setUp()
        self.conflicts = []
        self.addCleanup(self._cancel_orders)
        # Odoo waits up to 2 s before the first retry; a race need not.
        patcher = patch("odoo.service.model.random.uniform", return_value=0.05)
        self.startPatcher(patcher)

    def _cancel_orders(self):
        with self._env() as env:
            orders = env["sale.order"].search([("partner_id", "in", self.customers)])
            orders.filtered(lambda order: order.state != "cancel")._action_cancel()

    def _order(self, amount, partner_id=None, confirm=False):
        """:return: the id of a committed quotation, or of a confirmed order"""
        with self._env(self.user_id) as env:
            order = env["sale.order"].create(
                {
                    "partner_id": partner_id or self.shop,
                    "company_id": self.company_id,
                    "order_line": [
                        Command.create(
                            {
                                "product_id": self.product_id,
                                "price_unit": amount,
                                "tax_ids": False,
                            }
                        )
                    ],
                }
            )
            if confirm:
                order.action_confirm()
            return order.id

    def _race(self, *jobs):
        """Run jobs at the same moment, each on a snapshot from before the others.

        :param jobs: functions of an environment, run as a remote call would be
        :return: what they returned or raised, in their order
        """
        barrier = threading.Barrier(len(jobs))

        def run(job):
            with self.registry.cursor() as cr:
                env = api.Environment(cr, self.user_id, {})
                started = []

                def attempt():
                    if not started:
                        started.append(True)
                        cr.execute("SELECT 1")  # the snapshot is taken here
                        barrier.wait(PATIENCE)
                    try:
                        result = job(env)
                        env.cr.flush()
                        return result
                    except psycopg2.OperationalError as conflict:
                        self.conflicts.append(type(conflict).__name__)
                        raise

                return retrying(attempt, env)

        quiet = mute_logger("odoo.sql_db", "odoo.service.model")
        with quiet, ThreadPoolExecutor(len(jobs)) as pool:
            futures = [pool.submit(run, job) for job in jobs]
            return [future.exception(PATIENCE) or future.result() for future in futures]

    def _confirm(self, *order_ids):
        return lambda env: env["sale.order"].browse(order_ids).action_confirm()

    def _states(self, *order_ids):
        with self._env() as env:
            return env["sale.order"].browse(order_ids).mapped("state")

    def _decisions(self, order_id):
        with self._env() as env:
            decisions = env["credit.decision"].search([("order_id", "=", order_id)])
            return decisions.mapped("state")

    def _confirmed_total(self, *partner_ids):
        with self._env() as env:
            orders = env["sale.order"].search(
                [("partner_id", "in", partner_ids), ("state", "=", "sale")]
            )
            return sum(orders.mapped("amount_total"))


@tagged("post_install", "-at_install")
class TestConcurrency(RaceCase):
    """Orders that are confirmed at the same moment never spend the same credit."""

    def test_two_orders_of_one_customer(self):
        orders = [self._order(600), self._order(600)]
        results = self._race(*map(self._confirm, orders))
        self.assertEqual(results, [True, True])
        self.assertEqual(sorted(self._states(*orders)), ["draft", "sale"])
        self.assertIn("SerializationFailure", self.conflicts)

    def test_without_the_lock_they_would_spend_it_twice(self):
        """Shows that the race is one: else the other tests could not fail."""
        orders = [self._order(600), self._order(600)]
        with patch.object(self.registry["credit.file"], "_serialize"):
            self._race(*map(self._confirm, orders))
        self.assertEqual(self._states(*orders), ["sale", "sale"])

    def test_four_orders_of_one_customer(self):
        orders = [self._order(400) for _each in range(4)]
        self._race(*map(self._confirm, orders))
        self.assertEqual(self._states(*orders).count("sale"), 2)

    def test_two_customers_of_one_group(self):
        orders = [self._order(600, daughter) for daughter in self.daughters]
        results = self._race(*map(self._confirm, orders))
        self.assertEqual(results, [True, True])
        self.assertEqual(sorted(self._states(*orders)), ["draft", "sale"])

    def test_customers_apart_do_not_wait_for_each_other(self):
        orders = [self._order(600), self._order(600, self.other_shop)]
        self._race(*map(self._confirm, orders))
        self.assertEqual(self._states(*orders), ["sale", "sale"])
        self.assertFalse(self.conflicts)

    def test_who_comes_second_gets_one_decision_with_the_figures_of_then(self):
        orders = [self._order(600), self._order(600)]
        self._race(*map(self._confirm, orders))
        held = orders[self._states(*orders).index("draft")]
        self.assertEqual(self._decisions(held), ["held"])
        with self._env() as env:
            decision = env["credit.decision"].search([("order_id", "=", held)])
            self.assertEqual(decision.exposure, 600)
            self.assertTrue(decision._replays())

    def test_double_click_confirms_once(self):
        order = self._order(600)
        self._race(self._confirm(order), self._confirm(order))
        self.assertEqual(self._states(order), ["sale"])
        self.assertEqual(self._decisions(order), ["passed"])
        self.assertEqual(self._confirmed_total(self.shop), 600)

    def test_double_click_on_too_large_an_order_holds_it_once(self):
        order = self._order(1600)
        results = self._race(self._confirm(order), self._confirm(order))
        self.assertEqual(results, [True, True])
        self.assertEqual(self._decisions(order).count("held"), 1)

    def test_two_who_release_do_not_both(self):
        order = self._order(1600)
        self._race(self._confirm(order))
        with self._env() as env:
            decision = env["credit.decision"].search([("order_id", "=", order)])

        def release(env):
            return (
                env["credit.decision"].browse(decision.id).action_release(reason="ok")
            )

        # Whoever asked is not who releases: that is another test's.
        with patch.object(self.registry["credit.decision"], "_involved"):
            results = self._race(release, release)
        self.assertEqual(
            [isinstance(each, UserError) for each in results].count(True), 1
        )
        self.assertEqual(self._decisions(order), ["released"])
        self.assertEqual(self._states(order), ["sale"])
