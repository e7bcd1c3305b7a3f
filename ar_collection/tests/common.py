from datetime import timedelta

from odoo.fields import Command
from odoo.tests import new_test_user

from odoo.addons.trade_credit_base.tests.books_common import BooksCommon

from ..models.procedure.collection_procedure import QUIET


class CollectionCommon(BooksCommon):
    """A company with a procedure of five stages, a salesperson and a collector.

    Reminder at -7, notice at +1, second notice at +7, warning at +15 (the case goes to
    the company), measures at +30. No quiet days, three contacts a week.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.company_data["company"]
        cls.env.user.group_ids += cls.env.ref("ar_collection.collection_group_manager")
        cls.today = cls.company._trade_day()
        cls.salesman = cls._user("salesman", "base.group_user")
        cls.collector = cls._user(
            "collector", "ar_collection.collection_group_collector"
        )
        cls.company.collection_collector_id = cls.collector
        cls.procedure = cls.env["collection.procedure"].create(
            {
                "name": "Test procedure",
                "company_id": cls.company.id,
                "is_default": True,
                "small_amount": 0,
                "letter_gap": 0,
                **dict.fromkeys(QUIET, False),
                "stage_ids": [
                    cls._stage("reminder", -7),
                    cls._stage("notice", 1),
                    cls._stage("notice2", 7),
                    cls._stage("warning", 15, "hand_over"),
                    cls._stage("measures", 30),
                ],
            }
        )
        cls.stages = {stage.code: stage for stage in cls.procedure.stage_ids}
        cls.shop = cls._customer("Corner Shop")

    @classmethod
    def _user(cls, login, groups):
        return new_test_user(
            cls.env,
            login=login,
            groups=groups,
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    @staticmethod
    def _stage(code, day, *effects):
        return Command.create(
            {
                "code": code,
                "name": code.capitalize(),
                "day": day,
                "effect_ids": [
                    Command.create({"code": effect})
                    for effect in effects or ["activity"]
                ],
            }
        )

    @classmethod
    def _customer(cls, name, **values):
        return cls.env["res.partner"].create(
            {
                "name": name,
                "is_company": True,
                "street": "1 Main Street",
                "user_id": cls.salesman.id,
                **values,
            }
        )

    @classmethod
    def _invoice(cls, amount, late=0, customer=None, **values):
        """An invoice ``late`` days past due; a credit note if negative."""
        due = cls.today - timedelta(late)
        move = cls.env["account.move"].create(
            {
                "move_type": "out_invoice" if amount > 0 else "out_refund",
                "partner_id": (customer or cls.shop).id,
                "company_id": cls.company.id,
                "invoice_date": min(due, cls.today),
                "invoice_date_due": due,
                "invoice_payment_term_id": False,
                "invoice_line_ids": [
                    Command.create(
                        {"name": "Goods", "price_unit": abs(amount), "tax_ids": []}
                    )
                ],
                **values,
            }
        )
        move.action_post()
        return move

    @classmethod
    def _sold(cls, amount, on, due, customer=None, **values):
        """An invoice of a day and due on another, both long past if need be."""
        return cls._invoice(
            amount,
            customer=customer,
            invoice_date=on,
            invoice_date_due=due,
            date=on,
            **values,
        )

    @classmethod
    def _pay(cls, moves):
        return cls._paid(moves, cls.today)

    @classmethod
    def _paid(cls, moves, on, amount=None, **values):
        """Pay invoices on a day, in part if an amount is given; return the payment."""
        context = {"active_model": "account.move", "active_ids": moves.ids}
        values["payment_date"] = on
        if amount:
            values["amount"] = amount
        wizard = cls.env["account.payment.register"].with_context(**context)
        return wizard.create(values)._create_payments()

    @classmethod
    def _received(cls, amount, on, customer=None):
        """Receive money that is matched with nothing."""
        payment = cls.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": (customer or cls.shop).id,
                "amount": amount,
                "date": on,
                "journal_id": cls.company_data["default_journal_bank"].id,
            }
        )
        payment.action_post()
        return payment

    @classmethod
    def _run(cls, days=0):
        """Plan the run of a day from today on; return its actions."""
        day = cls.today + timedelta(days)
        run = cls.env["collection.run"].sudo()._begin(cls.company, day)
        if run.state == "waiting":
            run.with_user(cls.collector).action_start()
        return run.action_ids.sudo()

    @classmethod
    def _seen_in_time(cls):
        """Let the open items have had the stages before that of their age, as if the
        company had collected for long."""
        items = cls.env["collection.item"].sudo()
        items._sync(cls.company, cls.today)
        stages = cls.procedure.stage_ids.sorted("day")
        own = [("company_id", "=", cls.company.id), ("state", "=", "open")]
        for customer, some in items.search(own).grouped("partner_id").items():
            lines = []
            for item in some.filtered(lambda each: not each.stage_id):
                reached = stages.filtered(
                    lambda stage, late=item.days_late: 0 < stage.day <= late
                )
                for stage in reached[:-1]:
                    line = {"item_id": item.id, "stage_id": stage.id, "state": "due"}
                    lines.append(Command.create(line))
            if lines:
                actions = cls.env["collection.action"].sudo()
                earlier = actions.search_count([("partner_id", "=", customer.id)])
                actions.create(
                    {
                        "partner_id": customer.id,
                        "company_id": cls.company.id,
                        "date": cls.today - timedelta(8 + earlier),
                        "kind": "procedure",
                        "state": "done",
                        "line_ids": lines,
                    }
                )

    @classmethod
    def _perform(cls):
        """Do what is planned, as the scheduled job does."""
        own = [("company_id", "=", cls.company.id)]
        actions = cls.env["collection.action"].sudo().search(own)
        actions.filtered(lambda each: each.state in ("planned", "failed"))._perform()

    def _steps(self, actions):
        """:return: {number: {stage code: state}} of the items of actions"""
        steps = {}
        for line in actions.line_ids:
            steps.setdefault(line.number, {})[line.stage_id.code] = line.state
        return steps
