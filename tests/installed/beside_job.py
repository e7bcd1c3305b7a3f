"""Use our addons and those of the OCA on the same customers. Runs in an Odoo shell.

Nothing is committed. What a person of theirs or ours sees and does is asserted.
"""

from odoo import Command, fields
from odoo.tests import Form

THEIRS = (
    "account_credit_control.group_account_credit_control_manager",
    "account_financial_risk.group_account_financial_risk_manager",
)
OURS = (
    "credit_control.credit_group_manager",
    "ar_collection.collection_group_manager",
    "dealer_rating.rating_group_manager",
)
ODOOS = "account.group_account_manager", "sales_team.group_sale_manager"
FORMS = "res.partner", "res.config.settings", "sale.order", "account.move"


class Beside:
    """One customer with a limit, whom both look at."""

    def __init__(self, env):
        self.env = env
        self.today = env.company._trade_day()
        env.company.credit_mode = "observe"
        self.seller = self._user("seller", "sales_team.group_sale_salesman")
        self.all = self._user("all", *ODOOS, *OURS, *THEIRS, "base.group_system")
        self.product = env["product.product"].create({"name": "Bolts", "taxes_id": []})

    def _user(self, login, *groups):
        numbers = [self.env.ref(group).id for group in groups]
        return self.env["res.users"].create(
            {
                "name": login.title(),
                "login": f"beside_{login}",
                "email": f"{login}@example.com",
                "group_ids": [Command.set(numbers)],
            }
        )

    def customer(self, limit=100, **more):
        """A customer with a file and a limit, whom the OCA counts orders of as well."""
        more = {"name": "Corner Shop", "is_company": True, "risk_sale_order_include": 1}
        customer = self.env["res.partner"].create(more)
        self.env["credit.file"].create({"partner_id": customer.id})._grant(limit)
        return customer

    def order(self, customer, amount=500):
        line = {"product_id": self.product.id, "price_unit": amount}
        values = {"partner_id": customer.id, "order_line": [Command.create(line)]}
        return self.env["sale.order"].with_user(self.seller).create(values)

    def confirm(self, order):
        """Confirm an order, and go on where the OCA's dialog asks.

        :return: whether it asked
        """
        window = order.action_confirm()
        asked = isinstance(window, dict)
        if asked:
            assert window["res_model"] == "partner.risk.exceeded.wiz", window
            assert order.state == "draft"
            dialog = self.env[window["res_model"]].browse(window["res_id"])
            dialog.with_user(self.seller).button_continue()
        return asked

    def decision(self, order, state):
        decisions = order.sudo().credit_decision_ids
        found = decisions.filtered(lambda each: each.state == state)
        assert len(found) == 1, decisions.mapped("state")
        return found

    # === WHAT IS TRIED === #

    def limits(self):
        """Their limit is ours, with the day on which it changed."""
        customer = self.customer(2000)
        assert customer.credit_limit == 2000
        assert customer.date_credit_limit == self.today
        assert customer.risk_remaining_value == 2000

    def observed(self):
        """Their dialog asks; ours records what would have been, and lets it go."""
        order = self.order(self.customer())
        assert self.confirm(order)
        assert order.state == "sale"
        self.decision(order, "observed")

    def enforced(self):
        """Both say no: whoever released here, and went on there, gets the order."""
        self.env.company.credit_mode = "enforce"
        order = self.order(self.customer())
        self.confirm(order)
        assert order.state == "draft"
        held = self.decision(order, "held")
        held.with_user(self.all).action_release(reason="A good customer")
        if order.state == "draft":
            self.decision(order, "released")
            assert self.confirm(order)
        assert order.state == "sale"
        self.decision(order, "released")
        self.env.company.credit_mode = "observe"

    def within(self):
        """Neither has a reason: nobody is asked."""
        order = self.order(self.customer(2000))
        assert not self.confirm(order)
        assert order.state == "sale"
        self.decision(order, "passed")

    def collected(self):
        """Both runs find what is late."""
        customer = self.customer(2000)
        due = fields.Date.subtract(self.today, days=45)
        line = {"product_id": self.product.id, "price_unit": 300}
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": customer.id,
                "invoice_date": due,
                "invoice_date_due": due,
                "invoice_payment_term_id": False,
                "invoice_line_ids": [Command.create(line)],
            }
        )
        invoice.action_post()
        policy = self.env.ref("account_credit_control.credit_control_3_time")
        account = customer.property_account_receivable_id
        policy.write({"account_ids": [Command.set(account.ids)]})
        customer.credit_policy_id = policy
        control = self.env["credit.control.run"].with_user(self.all)
        theirs = control.create({"date": self.today, "policy_ids": policy.ids})
        theirs.generate_credit_lines()
        assert invoice.credit_control_line_ids
        run = self.env["collection.run"]._begin(self.env.company, self.today)
        run.with_user(self.all).action_start()
        ours = self.env["collection.action"].search([("run_id", "=", run.id)])
        assert customer in ours.case_id.partner_id, run.state

    def forms(self):
        """What both extend opens and saves, for who has all groups of both."""
        customer = self.customer()
        for model in FORMS:
            Form(self.env[model].with_user(self.all))
        with Form(customer.with_user(self.all)) as form:
            form.ref = "12"
        for order in self.order(customer), self.env["sale.order"].search([], limit=1):
            Form(order.with_user(self.all))
        Form(self.env["res.config.settings"].with_user(self.all)).save().execute()


def use(env):
    beside = Beside(env)
    for do in (
        beside.limits,
        beside.observed,
        beside.enforced,
        beside.within,
        beside.collected,
        beside.forms,
    ):
        do()
        print("USED", do.__name__)
    env.cr.rollback()


use(env)  # noqa: F821
