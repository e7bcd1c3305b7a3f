from contextlib import contextmanager
from unittest.mock import patch

from odoo import Command

from ...models.exposure.credit_exposure import SUMMED
from ..common import CreditCommon


class ExposureCommon(CreditCommon):
    """The corner shop again, in a company that only observes: nothing is held here."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.credit_mode = "observe"

    @classmethod
    def _confirmed(cls, amount, quantity=1, **values):
        """An order that is confirmed; of several pieces if there is a quantity."""
        order = cls._order(amount, quantity=quantity, **values)
        order.action_confirm()
        return order.with_user(cls.env.user)

    @classmethod
    def _bill(cls, order, quantity=None, post=False):
        """Invoice an order, or only so many pieces of its first line."""
        invoice = order._create_invoices(final=True)
        if quantity is not None:
            first = order.order_line.invoice_lines & invoice.invoice_line_ids
            first[:1].quantity = quantity
        if post:
            invoice.action_post()
        return invoice

    @classmethod
    def _bill_advance(cls, order, amount):
        """A down payment on an order, billed and posted."""
        wizard = cls.env["sale.advance.payment.inv"].create(
            {
                "sale_order_ids": [Command.set(order.ids)],
                "advance_payment_method": "fixed",
                "fixed_amount": amount,
            }
        )
        invoice = wizard._create_invoices(order)
        invoice.action_post()
        return invoice

    @classmethod
    def _reversal(cls, invoice):
        return (
            cls.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"journal_id": invoice.journal_id.id, "reason": "wrong"})
        )

    @classmethod
    def _credit(cls, invoice, quantity=None, post=True):
        """A credit note on an invoice, or on some pieces of its first line."""
        action = cls._reversal(invoice).refund_moves()
        note = cls.env["account.move"].browse(action["res_id"])
        if quantity is not None:
            note.invoice_line_ids[:1].quantity = quantity
        if post:
            note.action_post()
        return note

    @classmethod
    def _pay_back(cls, amount):
        """Money that goes back to the customer and is matched with nothing yet."""
        payment = cls.env["account.payment"].create(
            {
                "partner_id": cls.customer.id,
                "amount": amount,
                "payment_type": "outbound",
                "partner_type": "customer",
                "date": cls.today,
            }
        )
        payment.action_post()
        return payment

    @classmethod
    def _pay_online(cls, order, amount, state="done"):
        """Money that a payment provider has, or holds for us, and not yet booked."""
        provider = cls.env["payment.provider"].create({"name": "Dummy"})
        provider.support_manual_capture = "full_only"
        return cls.env["payment.transaction"].create(
            {
                "provider_id": provider.id,
                "payment_method_id": cls.env.ref("payment.payment_method_unknown").id,
                "reference": f"{order.name}-{len(order.transaction_ids)}",
                "amount": amount,
                "currency_id": order.currency_id.id,
                "partner_id": order.partner_id.id,
                "operation": "online_direct",
                "state": state,
                "sale_order_ids": [Command.set(order.ids)],
            }
        )

    def _standing(self, file=None, day=None):
        """What a file owes: the same, whichever way it is asked for."""
        file, Exposure = file or self.file, self.env["credit.exposure"]
        alone = Exposure._standings(file.ids, day)[file.id]
        with patch.object(type(Exposure), "_standing_alone", lambda *_args: None):
            among = Exposure._standings(file.ids, day)[file.id]
        for part, amount in among.parts.items():
            self.assertAlmostEqual(alone.parts[part], amount, 6, part)
        self.assertAlmostEqual(alone.exposure, among.exposure, 6)
        self.assertEqual(alone[2:], among[2:])
        return alone

    def _parts(self, file=None, day=None):
        return self._standing(file, day).parts

    def assertOwes(self, file=None, **parts):
        """These parts of the exposure are as given, and there are no others."""
        found = {name: round(self._parts(file)[name], 2) for name in SUMMED}
        self.assertEqual({k: v for k, v in found.items() if v}, parts)
        exposure = self._standing(file).exposure
        self.assertAlmostEqual(exposure, sum(parts.values()), 2)

    @contextmanager
    def moves(self, amount):
        """What happens inside changes the exposure by ``amount``, and no cent more."""
        before = self._exposure()
        yield
        self.assertAlmostEqual(self._exposure() - before, amount, 2)

    def stays(self):
        """What happens inside moves money between parts at most."""
        return self.moves(0)
