from datetime import timedelta

from odoo.fields import Command

from odoo.addons.ar_collection.tests.common import CollectionCommon

from ..models.collection_effect import STOP


class SupplyCommon(CollectionCommon):
    """Corner Shop is collected from and buys on credit: a limit of 1,000.

    Of the procedure's stages the warning at +15 stops supply. The company enforces a
    policy that holds where supply is stopped. An officer and a manager of credit.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids += cls.env.ref("credit_control.credit_group_manager")
        cls.env.user.group_ids += cls.env.ref("sales_team.group_sale_manager")
        cls.salesman.group_ids += cls.env.ref("sales_team.group_sale_salesman")
        cls.officer = cls._user("officer", "credit_control.credit_group_officer")
        cls.manager = cls._user("manager", "credit_control.credit_group_manager")
        cls.policy = cls.env["credit.policy"].create(
            {
                "name": "Test policy",
                "company_id": cls.company.id,
                "rule_ids": [cls._rule("hold"), cls._rule("limit", 100)],
            }
        )
        cls.company.write(
            {"credit_mode": "enforce", "credit_default_policy_id": cls.policy.id}
        )
        cls.stages["warning"]._add_effect(STOP)
        cls.goods = cls.env["product.product"].create(
            {"name": "Goods", "type": "service", "taxes_id": [Command.clear()]}
        )
        cls.file = cls._file(cls.shop, 1000)

    @classmethod
    def _rule(cls, kind, threshold=0, **values):
        return Command.create({"kind": kind, "threshold": threshold, **values})

    @classmethod
    def _file(cls, customer, limit=None, **values):
        file = cls.env["credit.file"].create(
            {"partner_id": customer.id, "company_id": cls.company.id, **values}
        )
        if limit is not None:
            file._grant(limit, reason="First limit")
        return file

    @classmethod
    def _order(cls, amount, customer=None):
        """A quotation of the salesman's over ``amount``."""
        line = {"product_id": cls.goods.id, "price_unit": amount}
        order = cls.env["sale.order"].create(
            {
                "partner_id": (customer or cls.shop).id,
                "company_id": cls.company.id,
                "user_id": cls.salesman.id,
                "order_line": [Command.create(line)],
            }
        )
        return order.with_user(cls.salesman)

    @classmethod
    def _warn(cls, customer=None, amount=100, late=15):
        """Let a customer's item reach the warning, and do what that stage does."""
        invoice = cls._invoice(amount, late=late, customer=customer)
        cls._run()
        cls._perform()
        return invoice

    @classmethod
    def _follow(cls, days=0):
        """What the day's run does before it plans."""
        day = cls.today + timedelta(days)
        cls.env["collection.item"].sudo()._sync(cls.company, day)
        cls.env["collection.case"].sudo()._follow(cls.company, day)

    def _decision(self, order):
        return self.env["credit.decision"].search(
            [("order_id", "=", order.id)], limit=1
        )
