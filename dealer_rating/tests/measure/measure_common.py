from datetime import date

from odoo.fields import Command
from odoo.tests import new_test_user

from odoo.addons.trade_credit_base.tests.books_common import BooksCommon

MARCH = date(2024, 3, 1), date(2024, 3, 31)


class MeasureCommon(BooksCommon):
    """One customer, the Corner Shop, and books made by hand, mostly of March 2024.

    Amounts carry no tax; due dates are said, not computed.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.company_data["company"]
        cls.env.user.group_ids += cls.env.ref("dealer_rating.rating_group_manager")
        cls.shop = cls._customer("Corner Shop")
        cls.other = cls._customer("Other Shop")
        cls.finance = new_test_user(
            cls.env,
            login="finance",
            groups="dealer_rating.rating_group_finance,account.group_account_readonly",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    @classmethod
    def _customer(cls, name, **values):
        return cls.env["res.partner"].create(
            {"name": name, "is_company": True, "company_id": False, **values}
        )

    @classmethod
    def _branch(cls):
        """A branch of the company that keeps books of its own."""
        branch = cls.env["res.company"].create(
            {"name": "Branch", "parent_id": cls.company.id}
        )
        cls.env.user.company_ids += branch
        cls.env["account.chart.template"].try_loading(
            cls.company.chart_template, company=branch, install_demo=False
        )
        return branch

    @classmethod
    def _invoice(cls, amount, on, due=None, partner=None, company=None, **values):
        """A posted invoice; a credit note if ``amount`` is negative."""
        line = {"name": "Goods", "price_unit": abs(amount)}
        line |= values.pop("line", {}) | {"tax_ids": [Command.clear()]}
        company = company or cls.company
        move = (
            cls.env["account.move"]
            .with_company(company)
            .create(
                {
                    "move_type": "out_invoice" if amount > 0 else "out_refund",
                    "partner_id": (partner or cls.shop).id,
                    "company_id": company.id,
                    "invoice_date": on,
                    "date": on,
                    "invoice_date_due": due or on,
                    "invoice_payment_term_id": False,
                    "invoice_line_ids": [Command.create(line)],
                    **values,
                }
            )
        )
        move.action_post()
        return move

    @classmethod
    def _entry(cls, amount, on, due=None, partner=None):
        """An entry on the receivable: an opening balance, or money if negative."""
        accounts = cls.company_data
        entry = cls.env["account.move"].create(
            {
                "move_type": "entry",
                "company_id": cls.company.id,
                "date": on,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": accounts["default_account_receivable"].id,
                            "partner_id": (partner or cls.shop).id,
                            "balance": amount,
                            "date_maturity": due or on,
                        }
                    ),
                    Command.create(
                        {
                            "account_id": accounts["default_account_revenue"].id,
                            "balance": -amount,
                        }
                    ),
                ],
            }
        )
        entry.action_post()
        return entry

    @classmethod
    def _pay(cls, invoice, amount, on):
        """Money that is matched with an invoice."""
        entry = cls._entry(-amount, on, partner=invoice.partner_id)
        cls._match(invoice, entry)
        return entry

    @classmethod
    def _payment(cls, amount, on, **values):
        """A customer's payment by the bank; money paid back if negative."""
        payment = cls.env["account.payment"].create(
            {
                "partner_id": cls.shop.id,
                "amount": abs(amount),
                "payment_type": "inbound" if amount > 0 else "outbound",
                "partner_type": "customer",
                "date": on,
                "journal_id": cls.company_data["default_journal_bank"].id,
                **values,
            }
        )
        payment.action_post()
        return payment

    @classmethod
    def _match(cls, *moves):
        lines = cls.env["account.move.line"]
        for move in moves:
            lines += move.line_ids.filtered(
                lambda line: line.account_type == "asset_receivable"
            )
        lines.reconcile()

    def _limit(self, amount, partner=None):
        (partner or self.shop).with_company(self.company).credit_limit = amount

    def _measured(self, code, date_from=MARCH[0], date_to=MARCH[1], company=None):
        """:return: {customer: {"value", "part", "whole", "items"}}"""
        self.env.flush_all()
        measure = getattr(self.env["rating.measure"], f"_measure_{code}")
        sql = measure(company or self.company, date_from, date_to)
        rows = self.env.execute_query_dict(sql)
        partners = self.env["res.partner"].with_context(active_test=False)
        return {partners.browse(row.pop("partner_id")): row for row in rows}

    def assertMeasures(self, code, part, whole, items=None, value=None, **window):
        """The shop's measure is ``part`` of ``whole``, or ``value`` where given."""
        found = self._measured(code, **window)
        self.assertIn(self.shop, found)
        row = found[self.shop]
        self.assertAlmostEqual(row["part"], part, 2)
        self.assertAlmostEqual(row["whole"], whole, 2)
        value = part / whole if value is None else value
        self.assertAlmostEqual(row["value"], value, 6)
        if items is not None:
            self.assertEqual(row["items"], items)

    def assertNothing(self, code, **window):
        """There is nothing to measure for the shop, which is not a zero."""
        self.assertNotIn(self.shop, self._measured(code, **window))

    # === SCORES === #

    @classmethod
    def _dealer(cls, partner=None, **values):
        return cls.env["rating.dealer"].create(
            {
                "partner_id": (partner or cls.shop).id,
                "company_id": cls.company.id,
                "since": date(2024, 1, 1),
                **values,
            }
        )

    @classmethod
    def _report(cls, value, on, partner=None, **values):
        """What a dealer told of its stock; nothing of who is no dealer."""
        dealer = cls.env["rating.dealer"].search(
            [
                ("partner_id", "=", (partner or cls.shop).commercial_partner_id.id),
                ("company_id", "=", cls.company.id),
            ]
        )
        return cls.env["rating.stock.report"].create(
            [
                {"dealer_id": each.id, "date": on, "value": value, **values}
                for each in dealer
            ]
        )

    def _score(self, code, dealer, day=MARCH[1]):
        """The score of an indicator on the dealer's card of a month, measured."""
        card = self.env["rating.scorecard"]
        card._open_cards(self.company, day)
        card._measure(self.company, date(day.year, 1, 1), date(day.year, 12, 31))
        score = self.env["rating.score"].search(
            [
                ("dealer_id", "=", dealer.id),
                ("indicator_id.code", "=", code),
                ("date_to", "=", day),
            ]
        )
        return score.with_user(self.finance)
