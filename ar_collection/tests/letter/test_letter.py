from collections import Counter
from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from ...core.letter import totals as core_totals
from ..common import CollectionCommon


class LetterCommon(CollectionCommon):
    """Every stage sends the letter of its name."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for code, stage in cls.stages.items():
            stage.letter_kind = code
        cls.letters = cls.env["collection.letter"].sudo()

    def _letter(self, amount=100, late=8, **values):
        """:return: the letter of a run that found one item ``late`` days overdue"""
        self._invoice(amount, late, **values)
        self._seen_in_time()
        return self.letters._build(self._run())

    def _items(self, letter):
        """:return: {number: (days late, took a step, on hold)}"""
        return {
            line.number: (line.days_late, line.is_due, line.is_on_hold)
            for line in letter.line_ids
        }


@tagged("post_install", "-at_install")
class TestLetter(LetterCommon):
    """What a letter says, to whom, and up to which day it asks for what."""

    def test_a_letter_is_of_the_kind_of_its_stage(self):
        days = {"reminder": -7, "notice": 1, "notice2": 7, "warning": 15}
        days["measures"] = 30
        for kind, late in days.items():
            self._invoice(100, late, self._customer(kind))
        self._seen_in_time()
        letters = self.letters._build(self._run())
        self.assertEqual(len(letters), 5)
        self.assertEqual(letters.mapped("kind"), letters.partner_id.mapped("name"))

    def test_a_stage_without_a_letter_writes_none(self):
        self.stages["notice2"].letter_kind = False
        self.assertFalse(self._letter())

    def test_a_letter_asks_for_its_own_stage_and_lists_what_takes_a_step(self):
        due = self._invoice(100, late=8)
        late = self._invoice(70, late=3)
        today = self._invoice(60, late=0)
        soon = self._invoice(50, late=-7)
        self._invoice(40, late=-20)
        self._invoice(30, late=8, customer=self._customer("Another one"))
        letter = self.letters._build(self._run())
        letter = letter.filtered(lambda each: each.partner_id == self.shop)
        self.assertEqual(
            self._items(letter),
            {
                due.name: (8, True, False),
                late.name: (3, True, False),
                today.name: (0, True, False),
                soon.name: (-7, True, False),
            },
        )
        self.assertEqual((letter.amount, letter.overdue), (170, 170))
        claimed = set(letter._claims().mapped("number"))
        self.assertEqual(claimed, {due.name, late.name})

    def test_an_invoice_from_elsewhere_is_quoted_by_its_old_number(self):
        letter = self._letter(trade_number="R-17", ref="PO 4711")
        self.assertEqual(letter.line_ids.mapped("number"), ["R-17"])
        self.assertEqual(letter.line_ids.item_id.number, "R-17")
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "ar_collection.collection_letter_report", letter.ids
        )
        self.assertIn("R-17", html.decode())
        self.assertNotIn(letter.line_ids.item_id.move_id.name, html.decode())

    def test_a_reminder_asks_for_what_falls_due(self):
        letter = self._letter(late=-7)
        self.assertEqual((letter.amount, letter.overdue), (100, 0))
        self.assertEqual(letter._first_due(), self.today + timedelta(7))

    def test_what_took_its_step_before_is_named_while_it_is_late(self):
        self._letter(late=1)
        self._perform()
        self._invoice(50, late=-9)
        letter = self.letters._build(self._run(3))
        self.assertEqual(
            sorted(self._items(letter).values()), [(-6, True, False), (4, False, False)]
        )

    def test_what_is_paid_is_not_asked_for(self):
        paid, credited = self._invoice(100, late=9), self._invoice(80, late=8)
        open_one = self._invoice(60, late=7)
        actions = self._run()
        self._pay(paid)
        self._invoice(-90)
        self.env["collection.item"].sudo()._sync(self.company, self.today)
        letter = self.letters._build(actions)
        self.assertEqual(set(self._items(letter)), {open_one.name})
        self.assertEqual(letter.amount, 50)
        self.assertNotIn(credited.name, self._items(letter))

    def test_nothing_owed_is_no_letter_and_costs_no_number(self):
        invoice = self._invoice(100, late=8)
        settled = self._run()
        self._pay(invoice)
        self.env["collection.item"].sudo()._sync(self.company, self.today)
        self.assertFalse(self.letters._build(settled))
        settled.write({"state": "settled"})
        other = self._customer("Other")
        self._invoice(100, late=8, customer=other)
        self.assertEqual(self.letters._build(self._run(1)).sequence, 1)

    def test_what_is_held_out_gets_no_letter(self):
        self._invoice(100, late=8)
        action = self._run()
        action.write({"state": "held_out"})
        self.assertFalse(self.letters._build(action))

    def test_items_on_hold_are_listed_and_not_asked_for(self):
        held, late = self._invoice(100, late=8), self._invoice(70, late=7)
        actions = self._run()
        items = self.env["collection.item"].sudo()
        item = items.search([("move_id", "=", held.id)])
        item.paused_since = self.today
        letter = self.letters._build(actions)
        self.assertEqual(
            self._items(letter),
            {held.name: (8, True, True), late.name: (7, True, False)},
        )
        self.assertEqual((letter.amount, letter.overdue), (70, 70))
        self.assertEqual(letter._totals(), [(self.company.currency_id, 70)])

    def test_nothing_but_items_on_hold_is_no_letter(self):
        self._invoice(100, late=8)
        actions = self._run()
        actions.line_ids.item_id.paused_since = self.today
        self.assertFalse(self.letters._build(actions))

    def test_amounts_are_in_the_currency_of_each_document(self):
        euro = self.setup_other_currency("EUR", rates=[("1900-01-01", 2)])
        own = self._invoice(100, late=8)
        foreign = self._invoice(300, late=7, currency_id=euro.id)
        letter = self.letters._build(self._run())
        lines = {line.number: line for line in letter.line_ids}
        self.assertEqual(
            (lines[foreign.name].residual, lines[foreign.name].residual_currency),
            (150, 300),
        )
        self.assertEqual(lines[foreign.name].amount_currency, 300)
        self.assertEqual(lines[own.name].residual_currency, 100)
        self.assertEqual(letter.amount, 250)
        expected = core_totals([("EUR", 300), (self.company.currency_id.name, 100)])
        self.assertEqual(
            {money.name: amount for money, amount in letter._totals()},
            {name: float(amount) for name, amount in expected.items()},
        )

    def test_a_credit_takes_its_share_of_a_foreign_item(self):
        euro = self.setup_other_currency("EUR", rates=[("1900-01-01", 2)])
        self._invoice(300, late=8, currency_id=euro.id)
        self._invoice(-50)
        line = self.letters._build(self._run()).line_ids
        self.assertEqual((line.residual, line.residual_currency), (100, 200))

    def test_it_is_addressed_as_the_address_book_says(self):
        def contact(parent, **values):
            return parent.create({"parent_id": parent.id, **values})

        plain, invoiced, nested = map(self._customer, ("Plain", "Invoiced", "Nested"))
        contact(plain, name="Store", type="delivery")
        contact(plain, name="Mr. Plain", type="contact")
        contact(invoiced, name="B Accounts", type="invoice")
        contact(invoiced, name="A Accounts", type="invoice", active=False)
        desk = contact(nested, name="Desk", type="contact")
        contact(desk, name="Desk Accounts", type="invoice")
        for customer in plain | invoiced | nested:
            self._invoice(100, late=8, customer=customer)
        letters = self.letters._build(self._run())
        self.assertEqual(len(letters), 3)
        for letter in letters:
            self.assertEqual(
                letter.partner_id, letter.recipient_id.commercial_partner_id
            )
            found = letter.partner_id.address_get(["invoice"])["invoice"]
            expected = self.env["res.partner"].browse(found)
            # Without an invoice address the customer is written to, not some contact
            if expected.type != "invoice":
                expected = letter.partner_id
            self.assertEqual(letter.recipient_id, expected, letter.partner_id.name)

    def test_it_is_in_the_customers_language_or_else_the_companys(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.env["res.lang"]._activate_lang("zh_CN")
        self.company.partner_id.lang = "fr_FR"
        chinese, silent = self._customer("C", lang="zh_CN"), self._customer("S")
        self.env.cr.execute(
            "UPDATE res_partner SET lang = 'nl_NL' WHERE id = %s", silent.ids
        )
        for customer in chinese, silent:
            self._invoice(100, late=8, customer=customer)
        self.env.invalidate_all()
        letters = self.letters._build(self._run())
        found = {letter.partner_id: letter.lang for letter in letters}
        self.assertEqual(found, {chinese: "zh_CN", silent: "fr_FR"})

    def test_it_asks_for_the_money_before_the_next_letter_would_come(self):
        for late, kind in (1, "notice"), (15, "warning"), (30, "measures"):
            self._invoice(100, late, self._customer(kind))
        self._invoice(100, 29, self._customer("warning, the day before the next"))
        self._seen_in_time()
        letters = self.letters._build(self._run())
        days = {
            letter.partner_id.name: (letter.pay_by - letter.date).days
            for letter in letters
        }
        # The second notice comes six days after the first; seven days otherwise
        self.assertEqual(
            days,
            {
                "notice": 5,
                "warning": 7,
                "measures": 7,
                "warning, the day before the next": 3,
            },
        )

    def test_the_contact_is_the_owner_of_the_case(self):
        self.assertEqual(self._letter().user_id, self.salesman)
        self._perform()
        self._run(7)
        self._perform()
        letter = self.letters._build(self._run(22))
        self.assertEqual(letter.user_id, self.collector)


@tagged("post_install", "-at_install")
class TestLetterNumbers(LetterCommon):
    """Numbers without gaps, and letters that cost the same however many there are."""

    def test_numbers_follow_each_other_without_gaps_whatever_fails(self):
        given = []
        for day in range(4):
            for each in range(day + 1):
                self._invoice(100, 8, self._customer(f"{day} {each}"))
            actions = self._run(day)
            with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
                self.letters._build(actions)
                raise ZeroDivisionError
            given += self.letters._build(actions)
            self._perform()
        self.assertEqual(len(given), 10)
        wanted, places = [], Counter()
        for letter in given:
            places[letter.year] += 1
            wanted.append(f"CL/{letter.year}/{places[letter.year]:05}")
        self.assertEqual([letter.number for letter in given], wanted)
        years = [letter.year for letter in given]
        self.assertEqual(years, sorted(years))

    def test_each_year_begins_with_one(self):
        self._invoice(100, 8)
        first = self.letters._build(self._run())
        self._perform()
        second = self.letters._build(self._run(365))
        self.assertEqual((first.sequence, second.sequence), (1, 1))
        self.assertEqual(second.year, (self.today + timedelta(365)).year)
        for letter in first | second:
            self.assertEqual(letter.number, f"CL/{letter.year}/00001")

    def test_the_number_grows_with_the_letters(self):
        self.env["collection.letter.series"].sudo().create(
            {"company_id": self.company.id, "year": self.today.year, "last": 99999}
        )
        letter = self._letter()
        self.assertEqual(letter.number, f"CL/{self.today.year}/100000")
        self.assertEqual(letter.sequence, 100000)

    def test_each_company_has_its_own_numbers(self):
        other = self.setup_other_company(name="Other")["company"]
        self.procedure.copy({"company_id": other.id, "is_default": True})
        first = self._letter()
        customer = self._customer("Far")
        move = self.env["account.move"].with_company(other)
        invoice = move.create(
            {
                "move_type": "out_invoice",
                "partner_id": customer.id,
                "company_id": other.id,
                "invoice_date": self.today - timedelta(8),
                "invoice_date_due": self.today - timedelta(8),
                "invoice_payment_term_id": False,
                "invoice_line_ids": [
                    Command.create(
                        {"name": "Goods", "price_unit": 1, "tax_ids": [Command.clear()]}
                    )
                ],
            }
        )
        invoice.action_post()
        run = self.env["collection.run"].sudo()._begin(other, self.today)
        run.state == "waiting" and run._plan()
        second = self.letters._build(run.action_ids)
        self.assertEqual(
            (first.number, first.company_id), (second.number, self.company)
        )
        self.assertEqual(second.company_id, other)
        with self.assertRaises(AccessError):
            second.with_user(self.collector).read(["number"])
        with self.assertRaises(AccessError):
            second.line_ids.with_user(self.collector).read(["number"])

    def test_building_again_gives_the_same_letters(self):
        self._invoice(100, 8)
        actions = self._run()
        letter = self.letters._build(actions)
        before = letter.read()
        self._invoice(50, 3, self._customer("Late comer"))
        again = self.letters._build(actions)
        self.assertEqual((again, again.read()), (letter, before))
        self.assertEqual(len(letter.line_ids), 1)
        both = self.letters._build(actions | self._run(1))
        self.assertEqual(both.mapped("sequence"), [1, 2])

    def test_building_takes_the_same_statements_for_any_number_of_customers(self):
        counts = []
        for day, customers in enumerate((1, 2, 40, 3)):
            for each in range(customers):
                self._invoice(100, 8, self._customer(f"Shop {day} {each}"))
            actions = self._run(day)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            letters = self.letters._build(actions)
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(len(letters), customers)
            self._perform()
        self.assertEqual(counts[2], counts[3])

    def test_nobody_writes_creates_or_deletes_a_letter(self):
        letter = self._letter()
        series = self.env["collection.letter.series"].search([])
        admin = self.env.ref("base.user_admin")
        admin.company_ids += self.company
        for user in self.collector, admin:
            for record in letter, letter.line_ids, series:
                own = record.with_user(user).with_company(self.company)
                own.read()
                with self.assertRaises(AccessError):
                    own.write({"company_id": self.company.id})
                with self.assertRaises(AccessError):
                    own.unlink()
                with self.assertRaises(AccessError):
                    own.create({})
        for record in letter, letter.line_ids:
            with self.assertRaises(UserError):
                record.sudo().unlink()
