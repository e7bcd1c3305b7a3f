"""What drifted while the books were read in five places: each case with one answer."""

from datetime import date, timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.ar_collection.tests.common import CollectionCommon


class OneAnswer(CollectionCommon):
    """The corner shop, and all who may be asked what it owes on a day."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.file = (
            cls.env["credit.file"]
            .sudo()
            .create({"partner_id": cls.shop.id, "company_id": cls.company.id})
        )
        cls.receivable = cls.company_data["default_account_receivable"]

    def assertOwed(self, day, owed, late=None, nobody=0):
        """Exposure, items, ageing, statement, figures, account and rating agree."""
        parts = self.env["credit.exposure"]._standings(self.file.ids, day)[self.file.id]
        found = {"exposure": parts.parts["receivable"]}
        found |= {"ageing": self._ageing(day), "statement": self._statement(day)}
        found |= {"figures": self._figure(day) - nobody, "account": self._account(day)}
        self.assertEqual(
            {name: round(amount, 2) for name, amount in found.items()},
            dict.fromkeys(found, owed),
        )
        if late is not None:
            items = self.env["collection.item"].sudo()
            items._sync(self.company, day)
            own = items.search([("partner_id", "=", self.shop.id)])
            late_items = own.filtered(lambda item: item.date_due < day)
            found = {
                "exposure": parts.parts["overdue"],
                "ageing": self._ageing(day, [("days_late", ">", 0), ("net", ">", 0)]),
                "statement": self._statement(day, "late"),
                "items": sum(late_items.mapped("residual")),
            }
            if day <= self.today:  # a rating never looks ahead
                found["rating"] = self._rated_late(day)
            self.assertEqual(
                {name: round(amount, 2) for name, amount in found.items()},
                dict.fromkeys(found, late),
            )

    def _ageing(self, day, domain=()):
        rows = self.env["collection.receivable"].sudo()
        rows = rows.with_context(trade_day=day, allowed_company_ids=self.company.ids)
        rows.invalidate_model()
        whose = [("partner_id", "=", self.shop.id), *domain]
        return sum(rows.search(whose).mapped("net"))

    def _statement(self, day, column="residual"):
        query = self.env["collection.statement"]._open_items_sql(
            self.company, day, self.shop
        )
        self.env.flush_all()
        return sum(row[column] for row in self.env.execute_query_dict(query))

    def _figure(self, day):
        """What the figures' statement finds owed; it is asked for any day here."""
        figures, first = self.env["collection.figure"], day.replace(day=1)
        reader = self.env["trade.receivable"]
        self.env.flush_all()
        last = fields.Date.end_of(day, "month")
        if day == last:
            days = [first - timedelta(1), day]
            rows = figures._bases_sql(self.company, first, days)
            return self.env.execute_query(rows)[-1][2]
        rows = reader._open_sql(reader._of_company(self.company), [day])
        return sum(row["amount"] for row in self.env.execute_query_dict(rows))

    def _account(self, day):
        accounts = self.env["collection.assessment"]
        self.env.flush_all()
        bases = accounts._bases_sql(self.company, day, "user_id")
        rows = {row[0]: row for row in self.env.execute_query(bases)}
        return rows[self.salesman.id][1] if self.salesman.id in rows else 0.0

    def _rated_late(self, day):
        measure = self.env["rating.measure"]
        self.env.flush_all()
        rows = self.env.execute_query_dict(
            measure._rows_overdue(self.company, day, day, self.shop.id)
        )
        return sum(row["part"] for row in rows)

    def _entry(self, amount, account=None, partner=None, on=None, **values):
        """A journal entry on a receivable account, posted."""
        entry = self.env["account.move"].create(
            {
                "journal_id": self.company_data["default_journal_misc"].id,
                "date": on or self.today,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": (account or self.receivable).id,
                            "partner_id": partner.id if partner else False,
                            "balance": amount,
                            **values,
                        }
                    ),
                    Command.create(
                        {
                            "account_id": self.company_data[
                                "default_account_revenue"
                            ].id,
                            "balance": -amount,
                        }
                    ),
                ],
            }
        )
        entry.action_post()
        return entry

    def _receive(self, invoice, on, amount=None):
        """Register a payment of a day on an invoice."""
        context = {"active_model": "account.move", "active_ids": invoice.ids}
        values = {"payment_date": on} | ({"amount": amount} if amount else {})
        wizard = self.env["account.payment.register"].with_context(**context)
        return wizard.create(values)._create_payments()


@tagged("post_install", "-at_install")
class TestExchange(OneAnswer):
    """A foreign invoice that is paid is paid, whenever Odoo dates the difference."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        rates = [("2024-01-01", 2.0), ("2024-03-15", 4.0), ("2024-03-18", 5.0)]
        cls.coin = cls.setup_other_currency("EUR", rates=rates)

    def _billed(self):
        return self._invoice(
            1000,
            invoice_date=date(2024, 2, 1),
            invoice_date_due=date(2024, 3, 1),
            date=date(2024, 2, 1),
            currency_id=self.coin.id,
        )

    def _exchange(self, invoice):
        return invoice.line_ids.matched_credit_ids.exchange_move_id

    def test_matched_the_same_day(self):
        with freeze_time("2024-03-20"):
            invoice = self._billed()
            self._receive(invoice, date(2024, 3, 20))
        self.assertEqual(self._exchange(invoice).date, date(2024, 3, 20))
        self.assertOwed(date(2024, 3, 19), 500, 500)
        self.assertOwed(date(2024, 3, 20), 0, 0)

    def test_matched_later_in_the_month(self):
        with freeze_time("2024-03-27"):
            invoice = self._billed()
            self._receive(invoice, date(2024, 3, 20))
        self.assertEqual(self._exchange(invoice).date, date(2024, 3, 27))
        self.assertOwed(date(2024, 3, 19), 500, 500)
        for day in (20, 26, 27, 31):
            self.assertOwed(date(2024, 3, day), 0, 0)

    def test_matched_in_a_later_month(self):
        with freeze_time("2024-05-10"):
            invoice = self._billed()
            self._receive(invoice, date(2024, 3, 20))
        self.assertEqual(self._exchange(invoice).date, date(2024, 3, 31))
        for day in (date(2024, 3, 20), date(2024, 3, 30), date(2024, 3, 31)):
            self.assertOwed(day, 0, 0)

    def test_matched_in_a_later_year(self):
        """Where the journal's numbers start anew each year."""
        with freeze_time("2024-01-15"):
            journal = self.company.currency_exchange_journal_id
            first = self.env["account.move"].create(
                {"journal_id": journal.id, "date": date(2024, 1, 15)}
            )
            first.name = "EXCH/2024/0001"
        with freeze_time("2025-02-10"):
            invoice = self._billed()
            self._receive(invoice, date(2024, 3, 20))
        self.assertEqual(self._exchange(invoice).date, date(2024, 12, 31))
        for day in (date(2024, 3, 20), date(2024, 8, 1), date(2024, 12, 31)):
            self.assertOwed(day, 0, 0)

    def test_part_payments_at_several_rates(self):
        with freeze_time("2024-05-10"):
            invoice = self._billed()
            self._receive(invoice, date(2024, 3, 16), 400)
            self._receive(invoice, date(2024, 3, 20), 250)
        for day, owed in ((15, 500), (16, 300), (19, 300), (20, 175), (31, 175)):
            self.assertOwed(date(2024, 3, day), owed, owed)
        self.assertOwed(date(2024, 6, 1), 175, 175)

    def test_statement_tells_the_foreign_amount_that_is_open(self):
        with freeze_time("2024-05-10"):
            invoice = self._billed()
            self._receive(invoice, date(2024, 3, 16), 400)
        query = self.env["collection.statement"]._open_items_sql
        for day, open_then in ((15, 1000), (16, 600)):
            [row] = self.env.execute_query_dict(
                query(self.company, date(2024, 3, day), self.shop)
            )
            self.assertEqual(row["residual_currency"], open_then)

    def test_invoice_that_was_reversed_and_is_a_draft_again_leaves_the_credit(self):
        """Odoo leaves it matched with its credit note: the note is not used up."""
        with freeze_time("2024-05-10"):
            invoice = self._billed()
            context = {"active_model": "account.move", "active_ids": invoice.ids}
            wizard = self.env["account.move.reversal"].with_context(**context)
            values = {"journal_id": invoice.journal_id.id, "date": date(2024, 4, 1)}
            action = wizard.create(values).refund_moves()
            note = self.env["account.move"].browse(action["res_id"])
            note.action_post()
            self.assertFalse(note.amount_residual, "Odoo matches it with the invoice")
            invoice.button_draft()
            self.assertFalse(note.amount_residual)
        lines = self.env["account.move.line"].search(
            [
                ("account_id", "=", self.receivable.id),
                ("partner_id", "=", self.shop.id),
                ("parent_state", "=", "posted"),
            ]
        )
        booked = sum(lines.mapped("balance"))
        self.assertLess(booked, 0)
        self.assertOwed(date(2024, 5, 10), booked)


@tagged("post_install", "-at_install")
class TestDays(OneAnswer):
    """Nothing counts before its day, and nobody frees credit by moving a date."""

    def test_payment_for_a_day_to_come_is_no_money_yet(self):
        invoice = self._invoice(5000, late=10)
        self._receive(invoice, self.today + timedelta(40))
        self.assertFalse(invoice.amount_residual, "Odoo counts it at once")
        self.assertOwed(self.today, 5000, 5000)
        self.assertOwed(self.today + timedelta(39), 5000, 5000)
        self.assertOwed(self.today + timedelta(40), 0, 0)
        self.assertTrue(self._run(), "It is collected until the money is there")

    def test_invoice_dated_later_is_an_invoice_to_come(self):
        later = self.today + timedelta(30)
        self._invoice(700, invoice_date=later, date=later, invoice_date_due=later)
        parts = self._exposed()
        self.assertEqual((parts["receivable"], parts["to_come"]), (0, 700))
        parts = self._exposed(later)
        self.assertEqual((parts["receivable"], parts["to_come"]), (700, 0))

    def test_credit_note_dated_later_takes_back_what_is_to_come(self):
        later = self.today + timedelta(30)
        dates = {"invoice_date": later, "date": later, "invoice_date_due": later}
        invoice, note = self._invoice(700, **dates), self._invoice(-200, **dates)
        lines = (invoice | note).line_ids
        lines.filtered(lambda line: line.account_id == self.receivable).reconcile()
        self.assertEqual(self._exposed()["to_come"], 500)
        self.assertEqual(self._exposed(later)["receivable"], 500)

    def test_next_copy_of_a_recurring_invoice_is_a_plan(self):
        invoice = self._invoice(300)
        invoice.button_draft()
        invoice.write({"auto_post": "monthly"})
        invoice.action_post()
        copy = self.env["account.move"].search(
            [("auto_post_origin_id", "=", invoice.id), ("state", "=", "draft")]
        )
        self.assertTrue(copy)
        parts = self._exposed()
        self.assertEqual((parts["receivable"], parts["draft"]), (300, 0))
        self.assertEqual(self._exposed(copy.date)["draft"], 300)
        drafts = self.env["account.move"].search(
            self.file.action_open_draft()["domain"]
        )
        self.assertFalse(drafts, "What opens is what was counted")

    def test_draft_that_posts_itself_later_counts(self):
        invoice = self._invoice(300)
        invoice.button_draft()
        later = self.today + timedelta(30)
        invoice.write({"auto_post": "at_date", "invoice_date": later, "date": later})
        self.assertEqual(self._exposed()["draft"], 300)

    def _exposed(self, day=None):
        standings = self.env["credit.exposure"]._standings(self.file.ids, day)
        return standings[self.file.id].parts


@tagged("post_install", "-at_install")
class TestWhatCounts(OneAnswer):
    """Payments without an entry, what is nobody's, and what is no trade."""

    def _waiting(self, kind, amount, **values):
        """A payment of yesterday that waits for the bank, as with an accounting app."""
        self.inbound_payment_method_line.payment_account_id = False
        self.outbound_payment_method_line.payment_account_id = False
        with patch.object(
            type(self.env["account.move"]),
            "_get_invoice_in_payment_state",
            lambda move: "in_payment",
        ):
            payment = self.env["account.payment"].create(
                {
                    "partner_id": self.shop.id,
                    "partner_type": "customer",
                    "payment_type": kind,
                    "amount": amount,
                    "date": self.today - timedelta(1),
                    "journal_id": self.company_data["default_journal_bank"].id,
                    **values,
                }
            )
            payment.action_post()
        return payment

    def test_payments_without_an_entry_count_in_both_directions(self):
        self._invoice(300, late=5)
        for kind, amount, owed in (("inbound", 120, 180), ("outbound", 50, 230)):
            payment = self._waiting(kind, amount)
            self.assertFalse(payment.move_id)
            self.assertOwed(self.today - timedelta(2), 300)
            self.assertOwed(self.today, owed)
        statement = self.env["collection.statement"].sudo()
        statement = statement._make(self.company, self.today, self.shop)
        self.assertEqual(statement.amount, 230)
        kinds = dict(statement.line_ids.mapped(lambda line: (line.residual, line.kind)))
        self.assertEqual(kinds, {300: "invoice", -120: "payment", 50: "payment"})

    def test_payment_without_an_entry_on_an_account_that_is_no_trade_does_not_count(
        self,
    ):
        account = self.receivable.copy({"name": "Tax refund", "code": "119997"})
        account.non_trade = True
        self._invoice(1000)
        payment = self._waiting("inbound", 600, destination_account_id=account.id)
        self.assertFalse(payment.move_id)
        self.assertOwed(self.today, 1000)

    def test_payment_that_is_a_draft_again_leaves_an_old_item_to_be_collected(self):
        """Odoo leaves them matched. It fell due and was matched long ago."""
        invoice = self._invoice(1000, late=180)
        payment = self._receive(invoice, self.today - timedelta(150))
        payment.action_draft()
        self.assertOwed(self.today, 1000, 1000)
        self.env.flush_all()
        [row] = self.env.execute_query_dict(
            self.env["rating.measure"]._rows_collection(
                self.company, self.today - timedelta(30), self.today, self.shop.id
            )
        )
        self.assertEqual((row["part"], row["whole"]), (0, 1000))

    def test_one_customer_on_a_day_long_past_is_what_it_is_among_all(self):
        invoice = self._invoice(1000, late=180)
        self._receive(invoice, self.today - timedelta(150), 300)
        other = self._invoice(200, late=170, customer=self._customer("Other"))
        self._receive(other, self.today - timedelta(100))
        self.env.flush_all()
        reader = self.env["trade.receivable"]
        for days, owed in ((160, 1000), (150, 700), (90, 700), (0, 700)):
            day = [self.today - timedelta(days)]
            for partners in self.shop, None:
                rows = self.env.execute_query_dict(
                    reader._open_sql(reader._of_company(self.company, partners), day)
                )
                own = [row for row in rows if row["partner_id"] == self.shop.id]
                self.assertEqual(sum(row["amount"] for row in own), owed, days)

    def test_money_of_nobody_is_shown_and_counted(self):
        self._invoice(300)
        line = self.env["account.bank.statement.line"].create(
            {
                "journal_id": self.company_data["default_journal_bank"].id,
                "date": self.today,
                "amount": 80,
                "payment_ref": "?",
            }
        )
        line.move_id.line_ids.filtered(
            lambda each: each.account_id == line.journal_id.suspense_account_id
        ).account_id = self.receivable
        self.assertOwed(self.today, 300, 0, nobody=-80)
        rows = self.env["collection.receivable"].sudo()
        rows = rows.with_context(allowed_company_ids=self.company.ids)
        [row] = rows.search([("partner_id", "=", False)])
        self.assertEqual((row.net, row.move_id), (-80, line.move_id))
        total = sum(rows.search([]).mapped("net"))
        balance = self.env["account.move.line"]._read_group(
            [("account_id", "=", self.receivable.id), ("parent_state", "=", "posted")],
            [],
            ["balance:sum"],
        )
        self.assertEqual([(total,)], balance)

    def test_what_is_nobodys_is_set_off_with_nothing(self):
        self._entry(100)
        self._entry(-30)
        self.env.flush_all()
        reader = self.env["trade.receivable"]
        rows = self.env.execute_query_dict(
            reader._net_sql(reader._of_company(self.company), [self.today])
        )
        self.assertEqual(sorted(row["net"] for row in rows), [-30, 100])

    def test_tax_refund_is_no_trade(self):
        account = self.receivable.copy({"name": "Tax refund", "code": "119998"})
        account.non_trade = True
        late = self.today - timedelta(60)
        self._entry(900, account, self.shop, on=late, date_maturity=late)
        self.assertOwed(self.today, 0, 0)
        self.assertFalse(self._run())

    def test_invoice_left_out_of_follow_ups_is_owed_and_not_chased(self):
        invoice = self._invoice(400, late=20)
        invoice.no_followup = True
        self.assertOwed(self.today, 400, 400)
        self.assertFalse(self._run())

    def test_blocked_invoice_is_owed_and_not_chased(self):
        invoice = self._invoice(400, late=20)
        invoice.action_toggle_block_payment()
        self.assertOwed(self.today, 400, 400)
        self.assertFalse(self._run())

    def test_left_out_invoice_is_not_in_the_letter_for_another(self):
        left_out = self._invoice(400, late=20)
        left_out.no_followup = True
        other = self._invoice(250, late=20)
        self.stages["warning"].letter_kind = "warning"
        actions = self._run()
        self.assertEqual(actions.line_ids.mapped("number"), [other.name] * 4)
        letter = self.env["collection.letter"].sudo()._build(actions)
        self.assertEqual(letter.line_ids.mapped("number"), [other.name])

    def test_opening_balance_is_chased_whatever_its_flag_says(self):
        late = self.today - timedelta(20)
        entry = self._entry(500, partner=self.shop, on=late, date_maturity=late)
        flags = entry.line_ids.filtered(lambda line: line.account_id == self.receivable)
        self.assertTrue(flags.no_followup, "Odoo sets it on every general journal")
        self.assertOwed(self.today, 500, 500)
        self.assertTrue(self._run())

    def test_credit_takes_off_the_oldest_item_not_the_lowest_id(self):
        """The older item is written later: ids against dates."""
        young, old = self._invoice(100, late=3), self._invoice(100, late=30)
        self.assertLess(young.id, old.id)
        self._entry(-150, partner=self.shop)
        items = self.env["collection.item"].sudo()
        items._sync(self.company, self.today)
        left = {item.move_id: item.residual for item in items.search([])}
        self.assertEqual((left[old], left[young]), (0, 50))
        self.assertOwed(self.today, 50, 50)
        self.assertEqual(
            self.env["credit.exposure"]._standings(self.file.ids)[self.file.id][3],
            young.invoice_date_due,
        )
