from contextlib import contextmanager
from datetime import timedelta

from odoo.exceptions import RedirectWarning, UserError
from odoo.fields import Command

from ..common import CreditCommon


class InvoiceCommon(CreditCommon):
    """Invoices are enforced; a billing user posts them, who looks after no credit."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.credit_invoice_mode = "enforce"
        cls.biller = cls._user("biller", "account.group_account_invoice")
        cls.now = cls.env.ref("account.account_payment_term_immediate")
        cls.later = cls.env.ref("account.account_payment_term_30days")

    @classmethod
    def _invoice(cls, *args, **values):
        """What is owed already."""
        with cls.env["account.move"]._credit_by_books():
            return super()._invoice(*args, **values)

    @classmethod
    def _draft(cls, amount, customer=None, user=None, **values):
        """An invoice that nobody decided on, in draft."""
        values = {"invoice_payment_term_id": cls.later.id, **values}
        return cls._typed(
            [{"name": "Goods", "price_unit": amount}], customer, user, **values
        )

    @classmethod
    def _typed(cls, lines, customer=None, user=None, **values):
        commands = [
            Command.create({"tax_ids": [Command.clear()], **line}) for line in lines
        ]
        return (
            cls.env["account.move"]
            .with_user(user or cls.biller)
            .create(
                {
                    "move_type": "out_invoice",
                    "partner_id": (customer or cls.customer).id,
                    "company_id": cls.company.id,
                    "invoice_date": cls.today,
                    "invoice_line_ids": commands,
                    **values,
                }
            )
        )

    @classmethod
    def _billed(cls, amount, customer=None, **values):
        """A draft of an order that is confirmed."""
        order = cls._order(amount, customer=customer, **values)
        order.action_confirm()
        return order.sudo()._create_invoices().with_user(cls.biller)

    def _change(self, draft, **values):
        [line] = draft.invoice_line_ids
        draft.write({"invoice_line_ids": [Command.update(line.id, values)]})

    def _order_of(self, invoice):
        return invoice.sudo().line_ids.sale_line_ids.order_id.with_user(self.salesman)

    def _released(self, amount, customer=None, **values):
        """An order that somebody let go above the limit, and its draft."""
        order = self._order(amount, customer=customer, **values)
        order.action_confirm()
        decision = self._decision(order)
        decision.with_user(self.manager).action_release(reason="insured")
        self.assertEqual(order.state, "sale")
        return order.sudo()._create_invoices().with_user(self.biller)

    def _on(self, invoice):
        """The newest decision on an invoice."""
        found = self.env["credit.decision"].sudo()
        return found.search([("move_id", "=", invoice.id)], limit=1)

    @contextmanager
    def assertStays(self, invoice, words=None):
        """What is done here is refused, with reasons, and leaves the draft."""
        said = ""
        try:
            with self.cr.savepoint():
                yield
                self.env.flush_all()
        except (UserError, RedirectWarning) as refused:
            said = str(refused.args[0])
        self.env.invalidate_all()
        self.assertIn("Credit holds", said)
        if words:
            self.assertRegex(said, words)
        self.assertEqual(invoice.state, "draft")

    def assertGoes(self, invoice, outcome=None):
        invoice.action_post()
        self.assertEqual(invoice.state, "posted")
        self.assertEqual(self._on(invoice).state or None, outcome)

    def _tomorrow(self, days=1):
        return self.today + timedelta(days=days)
