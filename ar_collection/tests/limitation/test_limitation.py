from datetime import date, timedelta

from odoo.tests import tagged

from ...core.limitation import limitation
from ..common import CollectionCommon


@tagged("post_install", "-at_install")
class TestLimitation(CollectionCommon):
    """To which day an item can be sued for, and who is told before."""

    def _item(self, late):
        invoice = self._invoice(100, late=late)
        self._run()
        return self.env["collection.item"].search([("move_id", "=", invoice.id)])

    def _update(self, items, day=None):
        items.sudo()._update_limitation(self.company, day or self.today)

    def _serve(self, item, day, **values):
        """A letter about an item that was served on a day."""
        shared = {"company_id": self.company.id}
        customer = {**shared, "partner_id": item.partner_id.id}
        action = self.env["collection.action"].sudo()
        action = action.create({**customer, "kind": "note", "date": day})
        letters = self.env["collection.letter"].sudo()
        own = {"action_id": action.id, "recipient_id": item.partner_id.id}
        own |= {"served_on": day, "sequence": action.id, **customer}
        letter = letters.create(self._required(letters, own))
        line = {"letter_id": letter.id, "item_id": item.id, **shared, **values}
        line["document_currency_id"] = self.company.currency_id.id
        letter.line_ids.create(self._required(letter.line_ids, line))
        return letter

    def _acknowledge(self, item, day):
        """A statement with an item that the customer acknowledged on a day."""
        statements = self.env["collection.statement"].sudo()
        statement = statements._make(self.company, day, item.partner_id)
        statement.action_mark_sent()
        statement.sent_on = day  # it was sent then
        signed = {"name": "signed.pdf", "raw": b"signed"}
        statement._acknowledge(day, self.env["ir.attachment"].sudo().create(signed))
        return statement

    def _required(self, model, values):
        """Fill what else such a record needs."""
        for name, field in model._fields.items():
            if not (field.required and field.store) or name in values:
                continue
            if field.type == "selection" and not field.default:
                values[name] = field.get_values(self.env)[0]
            elif field.type == "date":
                values[name] = self.today
            elif field.type in ("char", "text"):
                values[name] = "X"
            elif field.type == "integer":
                values[name] = 1
        return values

    def test_the_period_starts_on_the_due_date(self):
        item = self._item(late=40)
        self._update(item)
        expected = limitation(item.date_due, years=3)
        self.assertEqual(
            (item.limitation_since, item.limitation_date),
            (expected.since, expected.until),
        )

    def test_all_days_of_two_years_end_as_the_core_says(self):
        """Leap days too: the statement and the core are one law."""
        item = self._item(late=1)
        for year_end in False, True:
            self.company.collection_limitation_year_end = year_end
            for month, day in ((2, 28), (2, 29), (3, 1), (12, 31), (1, 1), (7, 15)):
                item.sudo().date_due = date(2024, month, day)
                for years in 1, 2, 3, 4:
                    self.company.collection_limitation_years = years
                    self._update(item)
                    expected = limitation(
                        item.date_due, years=years, from_year_end=year_end
                    )
                    with self.subTest(due=item.date_due, years=years, end=year_end):
                        self.assertEqual(item.limitation_date, expected.until)
                        self.assertEqual(item.limitation_since, expected.since)

    def test_a_served_letter_starts_it_anew(self):
        item = self._item(late=40)
        served = self.today - timedelta(10)
        self._serve(item, served)
        self._update(item)
        self.assertEqual(item.limitation_since, served)
        self.assertEqual(item.limitation_date, limitation(served).until)

    def test_an_item_that_a_letter_only_lists_goes_on(self):
        item = self._item(late=40)
        self._serve(item, self.today - timedelta(10), is_on_hold=True)
        self._update(item)
        self.assertEqual(item.limitation_since, item.date_due)

    def test_an_acknowledged_statement_starts_it_anew(self):
        item = self._item(late=40)
        statement = self._acknowledge(item, self.today - timedelta(5))
        self._update(item)
        self.assertEqual(item.limitation_since, self.today - timedelta(5))
        statement.state = "contested"
        self._update(item)
        self.assertEqual(item.limitation_since, item.date_due)

    def test_what_comes_after_the_end_changes_nothing(self):
        item = self._item(late=4 * 366)
        self._serve(item, self.today - timedelta(10))
        self._update(item)
        self.assertEqual(item.limitation_since, item.date_due)

    def test_a_chain_of_restarts_is_followed(self):
        item = self._item(late=7 * 366)
        days = [item.date_due + timedelta(1000 * number) for number in (1, 2)]
        for day in days:
            self._serve(item, day)
        self._update(item)
        self.assertEqual(item.limitation_since, days[-1])
        self.assertEqual(
            item.limitation_date, limitation(item.date_due, days, years=3).until
        )

    def test_what_is_served_later_does_not_count_yet(self):
        item = self._item(late=40)
        self._serve(item, self.today + timedelta(1))
        self._update(item)
        self.assertEqual(item.limitation_since, item.date_due)

    def test_no_years_stop_the_clock(self):
        item = self._item(late=40)
        self._update(item)
        self.company.collection_limitation_years = 0
        self._update(item)
        self.assertFalse(item.limitation_date)

    def test_each_alarm_is_given_once_to_the_owner(self):
        item = self._item(late=40)
        self._update(item)
        until, case = item.limitation_date, item.case_id
        seen = []
        alarms = {181: 0, 180: 180, 179: 180, 91: 180, 90: 90, 31: 90, 30: 30, 1: 30}
        for left, days in (*alarms.items(), (0, 30), (-1, 0), (-2, 0)):
            day = until - timedelta(left)
            before = case.activity_ids
            self._update(item, day)
            given = case.activity_ids - before
            if given:
                seen.append(left)
                self.assertEqual(given.user_id, case.user_id)
                self.assertEqual(given.date_deadline, day)
                self.assertIn(item.number, given.note)
            self.assertEqual(item.limitation_alarm, days)
        self.assertEqual(seen, [180, 90, 30])
        over = case.message_ids.filtered(lambda each: "is over" in each.body)
        self.assertEqual(len(over), 1)

    def test_a_restart_gives_the_alarms_anew(self):
        item = self._item(late=40)
        self._update(item)
        day = item.limitation_date - timedelta(100)
        self._update(item, day)
        self.assertEqual(item.limitation_alarm, 180)
        self._serve(item, day)
        self._update(item, day)
        self.assertFalse(item.limitation_alarm)
        before = item.case_id.activity_ids
        self._update(item, item.limitation_date - timedelta(90))
        self.assertEqual(len(item.case_id.activity_ids - before), 1)

    def test_items_of_a_case_are_one_alarm(self):
        other = self._invoice(100, late=41)
        item = self._item(late=40)
        self._update(item)
        before = item.case_id.activity_ids
        self._update(item, item.limitation_date - timedelta(100))
        given = item.case_id.activity_ids - before
        self.assertEqual(len(given), 1)
        self.assertIn(item.number, given.note)
        self.assertIn(other.name, given.note)

    def test_what_is_covered_by_credits_alarms_nobody(self):
        item = self._item(late=40)
        self._invoice(-100)
        self._run(1)
        self._update(item)
        before = item.case_id.activity_ids
        self._update(item, item.limitation_date - timedelta(10))
        self.assertEqual(item.case_id.activity_ids, before)
        item.sudo().residual = 1
        self._update(item, item.limitation_date - timedelta(10))
        self.assertEqual(len(item.case_id.activity_ids - before), 1)

    def test_the_same_statements_for_any_number_of_items(self):
        counts = []
        for number in 1, 2, 30:
            items = self.env["collection.item"]
            for each in range(number):
                self._invoice(100, 40, self._customer(f"Shop {number} {each}"))
            self.env["collection.run"].sudo()._begin(self.company, self.today)
            items = items.search([("company_id", "=", self.company.id)])
            items.sudo()._sync(self.company, self.today)
            self._serve(items[0], self.today)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._update(items)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])

    def test_a_new_item_has_its_date_at_once(self):
        invoice = self._invoice(100, late=40)
        items = self.env["collection.item"].sudo()
        items._sync(self.company, self.today)
        item = items.search([("move_id", "=", invoice.id)])
        expected = limitation(item.date_due)
        self.assertEqual(item.limitation_since, expected.since)
        self.assertEqual(item.limitation_date, expected.until)
