from datetime import timedelta

from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from ..common import FigureCommon

TREATED, HELD = 34, 31  # customers


class HoldoutCommon(FigureCommon):
    """A second notice that half of the customers do not get, forty days ago.

    Customers have one or two items. Of those who got it more pay, and sooner.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.day = cls.today - timedelta(40)
        cls.stage = cls.stages["notice2"]
        cls.run_ = (
            cls.env["collection.run"]
            .sudo()
            .create({"company_id": cls.company.id, "date": cls.day, "state": "done"})
        )
        cls.receivable = cls.company_data["default_account_receivable"]
        soon = [5 if number % 3 else 20 for number in range(TREATED)]
        late = [35 if number % 4 else 10 for number in range(HELD)]
        cls.sides = {
            "due": cls._taken("due", soon),
            "held_out": cls._taken("held_out", late),
        }
        cls.report = cls.env["collection.holdout"]

    @classmethod
    def _taken(cls, state, paid_after, day=None):
        """Let customers take the step or be left alone, with one item or two, of which
        the first is paid some days after.

        :param paid_after: the days of each customer
        :return: [(invoices, days)] of the customers
        """
        day = day or cls.day
        due = day - timedelta(7)
        customers = cls.env["res.partner"].create(
            [{"name": f"{state} {day} {number}"} for number in range(len(paid_after))]
        )
        goods = Command.create({"name": "Goods", "price_unit": 100, "tax_ids": []})
        invoices = cls.env["account.move"].create(
            [
                {
                    "move_type": "out_invoice",
                    "partner_id": customer.id,
                    "invoice_date": due,
                    "invoice_date_due": due,
                    "invoice_payment_term_id": False,
                    "invoice_line_ids": [goods],
                }
                for number, customer in enumerate(customers)
                for _item in range(1 + number % 2)
            ]
        )
        invoices.action_post()
        items = cls.env["collection.item"].sudo()
        items._sync(cls.company, day)
        own = invoices.grouped("partner_id")
        cls.env["collection.action"].sudo().create(
            [
                cls._action(
                    state, customer, day, items.search([("move_id", "in", some.ids)])
                )
                for customer, some in own.items()
            ]
        )
        taken = list(zip(own.values(), paid_after, strict=True))
        for some, days in taken:
            cls._credit(some[0], day + timedelta(days))
        return taken

    @classmethod
    def _action(cls, state, customer, day, items):
        return {
            "run_id": cls.run_.id,
            "partner_id": customer.id,
            "company_id": cls.company.id,
            "date": day,
            "kind": "procedure",
            "stage_id": cls.stage.id,
            "state": "done" if state == "due" else "held_out",
            "line_ids": [
                Command.create(
                    {
                        "item_id": item.id,
                        "stage_id": cls.stage.id,
                        "company_id": cls.company.id,
                        "state": state,
                        "residual": item.residual,
                    }
                )
                for item in items
            ],
        }

    @classmethod
    def _credit(cls, invoice, on, amount=100):
        """Take an amount off an invoice on a day, by an entry; return the entry."""
        bank = cls.company_data["default_account_assets"]
        own = {"account_id": cls.receivable.id, "partner_id": invoice.partner_id.id}
        move = cls.env["account.move"].create(
            {
                "journal_id": cls.company_data["default_journal_misc"].id,
                "date": on,
                "line_ids": [
                    Command.create({"account_id": bank.id, "debit": amount}),
                    Command.create({**own, "credit": amount}),
                ],
            }
        )
        move.action_post()
        lines = (invoice + move).line_ids
        lines.filtered(lambda line: line.account_id == cls.receivable).reconcile()
        return move

    def _rows(self):
        rows = self.report.search([("company_id", "=", self.company.id)])
        return {int(row.days): row for row in rows}


@tagged("post_install", "-at_install")
class TestHoldout(HoldoutCommon):
    """What the report counts, and what it leads to."""

    def test_too_few_customers_are_said_to_be_too_few(self):
        few = (
            self.env["collection.action"]
            .sudo()
            .search(
                [("state", "=", "held_out"), ("company_id", "=", self.company.id)],
                limit=2,
            )
        )
        few.line_ids.state = "skipped"
        row = self._rows()[7]
        self.assertEqual((row.held_customers, row.verdict), (29, "few"))

    def test_a_part_of_an_item_is_money_but_no_item_paid(self):
        before = self._rows()[14]
        came, paid = before.held_amount_rate, before.held_rate
        invoices = self.sides["held_out"][1][0]
        self._credit(invoices[1], self.day + timedelta(14), amount=40)
        self.env.invalidate_all()
        after = self._rows()[14]
        self.assertEqual(after.held_rate, paid)
        self.assertAlmostEqual(after.held_amount_rate - came, 40 / after.held_amount)

    def test_what_was_paid_before_the_step_is_no_effect_of_it(self):
        """The step was about what was left of an item; the rest is not its merit."""
        row = self._rows()[14]
        paid = row.held_rate * row.held_items
        invoices = self.sides["held_out"][1][0]
        line = (
            self.env["collection.action.line"]
            .sudo()
            .search([("item_id.move_id", "=", invoices[1].id)])
        )
        line.residual = 60
        self._credit(invoices[1], self.day - timedelta(1), amount=40)
        self.env.invalidate_all()
        row = self._rows()[14]
        self.assertAlmostEqual(row.held_rate * row.held_items, paid)

    def test_a_write_off_is_no_payment(self):
        invoice = self.sides["held_out"][0][0]
        paid_on = self.day + timedelta(10)
        before = self._rows()[14].held_rate
        matches = invoice.line_ids.matched_credit_ids
        self.assertEqual(set(matches.mapped("max_date")), {paid_on})
        self._written_off(matches.credit_move_id.move_id)
        self.env.invalidate_all()
        row = self._rows()[14]
        self.assertAlmostEqual(before - row.held_rate, 1 / row.held_items)

    def test_days_on_which_nobody_was_held_out_are_not_compared(self):
        known = self._rows()[7].treated_customers
        self._taken("due", [0], self.day - timedelta(3))
        self._taken("due", [0], self.day + timedelta(3))
        self.env.invalidate_all()
        self.assertEqual(self._rows()[7].treated_customers, known)
        self._taken("held_out", [0], self.day + timedelta(3))
        self.env.invalidate_all()
        self.assertEqual(self._rows()[7].treated_customers, known + 1)

    def test_days_that_are_not_over_are_not_counted(self):
        with freeze_time(self.day + timedelta(13)):
            self.env.invalidate_all()
            self.assertEqual(set(self._rows()), {7})

    def test_a_row_leads_to_its_items(self):
        for row in self._rows().values():
            for method, count in (
                ("action_open_treated", row.treated_items),
                ("action_open_held", row.held_items),
            ):
                action = getattr(row, method)()
                found = self.env[action["res_model"]].search(action["domain"])
                with self.subTest(row=row.days, method=method):
                    self.assertEqual(len(found), count)

    def test_the_lot_of_the_procedure_is_what_is_compared(self):
        """The run itself draws; what it wrote down is what the report reads."""
        self.stages["notice"].holdout_share = 50
        for number in range(12):
            customer = self._customer(f"New {number}")
            self._invoice(100, late=1, customer=customer)
        actions = self._run()
        held = actions.filtered(lambda each: each.state == "held_out")
        mine = actions.filtered(lambda each: each.stage_id == self.stages["notice"])
        self.assertTrue(held)
        with freeze_time(self.today + timedelta(8)):
            self.env.invalidate_all()
            row = self.report.search([("stage_id", "=", self.stages["notice"].id)])
            self.assertEqual(row.held_customers, len(held))
            self.assertEqual(row.treated_customers, len(mine - held))
            self.assertEqual(row.verdict, "few")

    def test_the_report_is_read_in_one_statement(self):
        self._rows()
        self.report.invalidate_model()
        with self.assertQueryCount(1):
            self.report.search_fetch([], ["difference", "verdict"])
