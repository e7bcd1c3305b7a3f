from odoo import Command
from odoo.tests import tagged

from ..common import CreditCommon


@tagged("post_install", "-at_install")
class TestFigures(CreditCommon):
    """What few orders have is only asked for where one of them has it: an order's
    figures must not depend on which others it is asked about with."""

    def _all_kinds(self):
        """:return: orders that are alike in nothing"""
        other = self._customer("Other Shop")
        buyer = self._customer("Buyer", parent_id=self.customer.id, is_company=False)
        holding = self._file(self._customer("Holding"), 5000)
        self._file(other, 700, parent_id=holding.id)
        coin = self.setup_other_currency("EUR", rates=[("2020-01-01", 0.1)])
        prices = self.env["product.pricelist"].create(
            {"name": "Coins", "currency_id": coin.id}
        )
        at_once = self.env["account.payment.term"].create(
            {
                "name": "At once",
                "line_ids": [Command.create({"value": "percent", "value_amount": 100})],
            }
        )
        crosswise = {"partner_invoice_id": self.customer.id}
        confirmed = self._order(60)
        confirmed.action_confirm()
        return (
            self._order(10)
            | self._order(20, partner_invoice_id=other.id)
            | self._order(30, customer=other, **crosswise)
            | self._order(40, customer=buyer)
            | self._order(50, pricelist_id=prices.id)
            | confirmed
            | self._order(70, payment_term_id=at_once.id)
            | self._order(80, customer=self._customer("Free"))
        ).sudo()

    def test_figures_are_those_of_the_order_alone(self):
        orders = self._all_kinds()
        Checkpoint = self.env["credit.checkpoint"]
        together = {each.order: each for each in Checkpoint._figures(orders.ids)}
        for order in orders:
            with self.subTest(order=order.amount_total):
                [alone] = Checkpoint._figures(order.ids)
                self.assertEqual(alone, together[order.id])

    def test_two_who_pay_for_each_other(self):
        other = self._customer("Other Shop")
        files = self.file | self._file(other, 700)
        orders = self._order(20, partner_invoice_id=other.id) | self._order(
            30, customer=other, partner_invoice_id=self.customer.id
        )
        Checkpoint = self.env["credit.checkpoint"]
        for each, file in zip(
            Checkpoint._figures(orders.ids), files[::-1], strict=True
        ):
            self.assertEqual(each.files, file.ids)
            self.assertEqual(each.ordered_by["file"], (files - file).id)

    def test_group_is_told_from_the_member_upwards(self):
        holding = self._file(self._customer("Holding"), 5000)
        trust = self._file(self._customer("Trust"), 5000, parent_id=holding.id)
        self.file.parent_id = trust
        holding._stop_supply("manual", "late")
        [figures] = self.env["credit.checkpoint"]._figures(self._order(10).ids)
        self.assertEqual(
            [(level["name"], level["hold"]) for level in figures.chain],
            [(self.customer.name, ""), ("Trust", ""), ("Holding", "late")],
        )
