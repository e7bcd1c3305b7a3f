"""Invoices that are posted at the same moment as others, or as orders are confirmed."""

from odoo.exceptions import RedirectWarning, UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..decision import test_concurrency


@tagged("post_install", "-at_install")
class TestInvoiceRaces(test_concurrency.RaceCase):
    """Two drafts count both, so whoever posts first leaves no more than was there."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.addClassCleanup(cls._forget_invoices)
        with cls._env() as env:
            company = env["res.company"].browse(cls.company_id)
            cls.invoices_before = company.credit_invoice_mode
            company.credit_invoice_mode = "enforce"

    @classmethod
    def _forget_invoices(cls):
        with cls._env() as env:
            company = env["res.company"].browse(cls.company_id)
            company.credit_invoice_mode = cls.invoices_before

    def setUp(self):
        super().setUp()
        self.addCleanup(self._drop_invoices)

    def _drop_invoices(self):
        with self._env() as env:
            theirs = [("partner_id", "in", self.customers)]
            invoices = env["account.move"].search(theirs)
            invoices.filtered(lambda move: move.state == "posted").button_draft()
            invoices.with_context(force_delete=True).unlink()

    def _draft(self, amount):
        with self._env(self.user_id) as env:
            line = {"name": "Raced", "price_unit": amount, "tax_ids": False}
            return (
                env["account.move"]
                .create(
                    {
                        "move_type": "out_invoice",
                        "partner_id": self.shop,
                        "company_id": self.company_id,
                        "invoice_line_ids": [Command.create(line)],
                    }
                )
                .id
            )

    def _post(self, move_id):
        return lambda env: env["account.move"].browse(move_id).action_post()

    def _make(self, amount):
        """Make an invoice and post it, in one transaction: it was no draft before."""

        def job(env):
            line = {"name": "Raced", "price_unit": amount, "tax_ids": False}
            values = {"move_type": "out_invoice", "partner_id": self.shop}
            values |= {"invoice_line_ids": [Command.create(line)]}
            env["account.move"].create(values).action_post()

        return job

    def _posted(self):
        with self._env() as env:
            theirs = [("partner_id", "=", self.shop), ("state", "=", "posted")]
            return sum(env["account.move"].search(theirs).mapped("amount_total"))

    def test_two_new_invoices_for_one_room(self):
        results = self._race(self._make(600), self._make(600))
        refused = [isinstance(each, (UserError, RedirectWarning)) for each in results]
        self.assertEqual(refused.count(True), 1)
        self.assertEqual(self._posted(), 600)
        self.assertTrue(self.conflicts)

    def test_an_invoice_against_an_order(self):
        order = self._order(600)
        results = self._race(self._make(600), self._confirm(order))
        refused = isinstance(results[0], (UserError, RedirectWarning))
        self.assertEqual(self._states(order), ["sale" if refused else "draft"])

    def test_a_double_click_posts_once(self):
        draft = self._draft(600)
        results = self._race(self._post(draft), self._post(draft))
        self.assertEqual(self._posted(), 600)
        self.assertEqual(
            [isinstance(each, UserError) for each in results].count(True), 1
        )
