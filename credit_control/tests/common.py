from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import new_test_user

from odoo.addons.trade_credit_base.tests.books_common import BooksCommon


class CreditCommon(BooksCommon):
    """One customer with a limit of 1,000; a salesman, an officer, a manager.

    The company enforces credit control by a policy of its own that holds on the limit,
    without a limit, on holds, and on items more than 30 days late.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.company_data["company"]
        cls.currency = cls.company.currency_id
        cls.today = fields.Date.context_today(cls.env.user)
        cls.env.user.group_ids += cls.env.ref("credit_control.credit_group_manager")
        cls.env.user.group_ids += cls.env.ref("sales_team.group_sale_manager")
        cls.salesman = cls._user("salesman", "sales_team.group_sale_salesman")
        cls.officer = cls._user(
            "officer",
            "credit_control.credit_group_officer,sales_team.group_sale_salesman_all_leads",
        )
        cls.manager = cls._user(
            "manager",
            "credit_control.credit_group_manager,sales_team.group_sale_salesman_all_leads",
        )
        cls.policy = cls.env["credit.policy"].create(
            {
                "name": "Test policy",
                "company_id": cls.company.id,
                "floor": 0,
                "rule_ids": [
                    cls._rule("hold", cash=True),
                    cls._rule("no_limit"),
                    cls._rule("limit", 100),
                    cls._rule("overdue_days", 30, authority="officer"),
                ],
            }
        )
        cls.company.write(
            {"credit_mode": "enforce", "credit_default_policy_id": cls.policy.id}
        )
        cls.product = cls._service("Goods", "order")
        cls.product_delivered = cls._service("Goods on delivery", "delivery")
        cls.customer = cls._customer("Corner Shop")
        cls.file = cls._file(cls.customer, 1000)

    @classmethod
    def _user(cls, login, groups):
        return new_test_user(
            cls.env,
            login=login,
            groups=groups,
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    @classmethod
    def _rule(cls, kind, threshold=0, **values):
        return Command.create({"kind": kind, "threshold": threshold, **values})

    @classmethod
    def _service(cls, name, policy):
        return cls.env["product.product"].create(
            {
                "name": name,
                "type": "service",
                "invoice_policy": policy,
                "list_price": 100,
                "taxes_id": [Command.clear()],
            }
        )

    @classmethod
    def _customer(cls, name, **values):
        return cls.env["res.partner"].create(
            {"name": name, "is_company": True, "company_id": False, **values}
        )

    @classmethod
    def _file(cls, customer, limit=None, **values):
        file = cls.env["credit.file"].create(
            {"partner_id": customer.id, "company_id": cls.company.id, **values}
        )
        if limit is not None:
            file._grant(limit, reason="First limit")
        return file

    @classmethod
    def _order(cls, amount, customer=None, product=None, quantity=1, **values):
        """A quotation of the salesman's over ``amount``."""
        customer = customer or cls.customer
        product = product or cls.product
        return (
            cls.env["sale.order"]
            .with_user(cls.salesman)
            .sudo()
            .create(
                {
                    "partner_id": customer.id,
                    "company_id": cls.company.id,
                    "user_id": cls.salesman.id,
                    "order_line": [
                        Command.create(
                            {
                                "product_id": product.id,
                                "product_uom_qty": quantity,
                                "price_unit": amount / quantity,
                                "tax_ids": [Command.clear()],
                            }
                        )
                    ],
                    **values,
                }
            )
            .with_user(cls.salesman)
        )

    @classmethod
    def _invoice(cls, amount, customer=None, late=0, post=True, **values):
        """An invoice that is ``late`` days overdue; a credit note if negative."""
        due = cls.today - timedelta(days=late)
        move = cls.env["account.move"].create(
            {
                "move_type": "out_invoice" if amount > 0 else "out_refund",
                "partner_id": (customer or cls.customer).id,
                "company_id": cls.company.id,
                "invoice_date": min(due, cls.today),
                "invoice_date_due": due,
                "invoice_payment_term_id": False,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Goods",
                            "price_unit": abs(amount),
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
                **values,
            }
        )
        if post:
            move.action_post()
        return move

    @classmethod
    def _pay(cls, moves, amount=None):
        wizard = cls.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=moves.ids
        )
        values = {"payment_date": cls.today}
        if amount is not None:
            values["amount"] = amount
        wizard.create(values).action_create_payments()

    @classmethod
    def _advance(cls, amount, customer=None):
        """Money that came and is matched with nothing yet."""
        payment = cls.env["account.payment"].create(
            {
                "partner_id": (customer or cls.customer).id,
                "amount": amount,
                "payment_type": "inbound",
                "partner_type": "customer",
                "date": cls.today,
            }
        )
        payment.action_post()
        return payment

    def _exposure(self, file=None):
        file = file or self.file
        return self.env["credit.exposure"]._standings(file.ids)[file.id].exposure

    def _decision(self, order):
        """The newest decision on an order, searched: a cached one2many may be old."""
        return self.env["credit.decision"].search(
            [("order_id", "=", order.id)], limit=1
        )

    def _cures(self, order):
        return {c["code"]: c for c in self._decision(order).verdict["cures"]}

    def _retake(self):
        """What the scheduled job does."""
        held = self.env["credit.decision"].sudo().search([("state", "=", "held")])
        held._retake()

    def assertHeld(self, order, *kinds):
        self.assertIn(order.state, ("draft", "sent"))
        decision = self._decision(order)
        self.assertEqual(decision.state, "held")
        if kinds:
            found = {
                f["kind"] for f in decision.verdict["findings"] if f["action"] == "hold"
            }
            self.assertEqual(found, set(kinds))

    def assertConfirmed(self, order, state="passed"):
        self.assertEqual(order.state, "sale")
        self.assertEqual(self._decision(order).state, state)
