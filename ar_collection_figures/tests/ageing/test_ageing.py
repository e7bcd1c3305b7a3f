from collections import defaultdict
from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..common import FigureCommon

DECEMBER, JANUARY = date(2023, 12, 31), date(2024, 1, 31)
FEBRUARY, MARCH = date(2024, 2, 29), date(2024, 3, 31)


class AgeingCommon(FigureCommon):
    """Three customers in the first months of 2024, with all that happens to items.

    The mill pays late and in part, the inn pays without saying what for, the barn is
    written off.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mill, cls.inn = cls._customer("Mill"), cls._customer("Inn")
        cls.barn = cls._customer("Barn")
        part = cls._sold(400, date(2023, 12, 1), date(2023, 12, 31), cls.mill)
        cls._paid(part, date(2024, 2, 10), 150)
        cls._sold(90, date(2024, 1, 15), date(2024, 2, 14), cls.mill)
        whole = cls._sold(60, date(2023, 11, 1), date(2023, 12, 1), cls.mill)
        cls._paid(whole, date(2024, 3, 1))
        cls._sold(200, date(2023, 10, 1), date(2023, 10, 31), cls.inn)
        cls._sold(100, date(2024, 2, 1), date(2024, 3, 2), cls.inn)
        cls._received(250, date(2024, 2, 20), cls.inn)
        cls._received(100, date(2024, 3, 20), cls.inn)
        cls.gone = cls._sold(500, date(2023, 8, 1), date(2023, 8, 31), cls.barn)
        cls._write_off(cls.gone, 300, date(2024, 3, 15))
        cls.rows = cls.env["collection.ageing"].sudo()
        cls.rolls = cls.env["collection.ageing.roll"].sudo()

    @classmethod
    def _write_off(cls, invoice, amount, on):
        """Write an invoice off in part, as a protective measure that was done."""
        receivable = cls.company_data["default_account_receivable"]
        expense = cls.company_data["default_account_expense"]
        customer = invoice.commercial_partner_id
        move = cls.env["account.move"].create(
            {
                "journal_id": cls.company_data["default_journal_misc"].id,
                "date": on,
                "line_ids": [
                    (0, 0, {"account_id": expense.id, "debit": amount}),
                    (
                        0,
                        0,
                        {
                            "account_id": receivable.id,
                            "partner_id": customer.id,
                            "credit": amount,
                        },
                    ),
                ],
            }
        )
        move.action_post()
        lines = (invoice + move).line_ids
        lines.filtered(lambda line: line.account_id == receivable).reconcile()
        cls._written_off(move)

    def _close(self, first=date(2024, 1, 1), last=MARCH):
        self.rows._close_months(self.company, first, last)


@tagged("post_install", "-at_install")
class TestAgeing(AgeingCommon):
    """How old the receivables are, month by month, and how they rolled."""

    def _names(self, day):
        """:return: {bucket: amount} of a month's end, of what holds anything"""
        rows = self.rows.search(
            [("company_id", "=", self.company.id), ("date", "=", day)]
        )
        return {row.bucket_id.display_name: row.amount for row in rows if row.amount}

    def test_a_month_shows_what_each_bucket_held(self):
        self._close()
        self.assertEqual(
            self._names(JANUARY),
            {
                "Not past due": 90,
                "31–60 days late": 400,
                "61–90 days late": 60,
                "Over 90 days late": 700,
            },
        )
        # The inn's 250 paid its oldest 200 and half of the rest
        self.assertEqual(
            self._names(FEBRUARY),
            {
                "Not past due": 50,
                "1–30 days late": 90,
                "31–60 days late": 250,
                "61–90 days late": 60,
                "Over 90 days late": 500,
            },
        )
        self.assertEqual(
            self._names(MARCH),
            {
                "Credits": -50,
                "31–60 days late": 90,
                "Over 90 days late": 250 + 200,
            },
        )

    def test_buckets_add_up_to_the_figures(self):
        self.figures._close_months(self.company, date(2024, 5, 10))
        months = self.figures.search([("company_id", "=", self.company.id)])
        self.assertEqual(len(months), 12)
        for month in months:
            rows = self.rows.search(
                [("company_id", "=", self.company.id), ("date", "=", month.date)]
            )
            late = rows.filtered(lambda row: row.bucket_id.kind == "late")
            with self.subTest(month.date):
                self.assertEqual(len(rows), 6)
                self.assertAlmostEqual(sum(rows.mapped("amount")), month.receivables)
                self.assertAlmostEqual(sum(late.mapped("amount")), month.overdue)

    def test_what_was_written_off_was_not_collected(self):
        self._close()
        march = self.rolls.search(
            [("company_id", "=", self.company.id), ("date", "=", MARCH)]
        )
        ends = defaultdict(float)
        for roll in march:
            ends[roll.to_id.kind] += roll.amount
        self.assertEqual(ends["lost"], 300)
        # The mill's 60, and 50 of the inn's: the other 50 are its credit
        self.assertEqual(ends["collected"], 60 + 50)

    def test_a_closed_month_stays_when_bounds_change(self):
        self._close(last=FEBRUARY)
        before = self._names(JANUARY)
        usual = self.company.collection_ageing_bound_ids
        self.assertEqual(usual.mapped("days"), [30, 60, 90])
        bounds = self.env["collection.ageing.bound"]
        number, _name = bounds.name_create("45")
        self.company.collection_ageing_bound_ids = bounds.browse(number)
        self._close(first=date(2024, 3, 1))
        self.assertEqual(self._names(JANUARY), before)
        self.assertEqual(self._names(MARCH), {"Credits": -50, "Over 45 days late": 540})
        buckets = self.env["collection.ageing.bucket"]._of(self.company)
        history = self.rolls._history(self.company, buckets, MARCH, 12)
        self.assertEqual(len(history), 1)
        self.company.collection_ageing_bound_ids = False
        self.assertEqual(self.company.collection_ageing_bound_ids, usual)
        buckets = self.env["collection.ageing.bucket"]._of(self.company)
        self.assertEqual(len(buckets), 5)
        history = self.rolls._history(self.company, buckets, MARCH, 12)
        self.assertEqual(len(history), 2)

    def test_a_bound_is_a_number_of_days_that_is_there_once(self):
        boss = self._user("boss", "ar_collection.collection_group_manager")
        bounds = self.env["collection.ageing.bound"].with_user(boss)
        number, name = bounds.name_create(" 45 ")
        self.assertEqual((bounds.browse(number).days, name), (45, "45"))
        self.assertEqual(bounds.name_search("45"), [(number, "45")])
        self.assertFalse(bounds.name_search("x"))
        self.assertEqual(len(bounds.name_search("")), len(bounds.search([])))
        for typed in "0", "-30", "x", "30, 60", "10000", "":
            with self.subTest(typed), self.assertRaises(UserError):
                bounds.name_create(typed)
        self.assertEqual(bounds.name_create("45")[0], number)
        with self.assertRaises(AccessError):
            bounds.browse(number).days = 46

    def test_a_month_is_closed_in_as_many_statements_whatever_there_is(self):
        """One for the rolls, one for the ageing; the others look up the buckets."""
        own = [("company_id", "=", self.company.id)]
        for months, customers in (1, 3), (12, 40):
            for number in range(customers):
                customer = self._customer(f"Customer {number}")
                self._sold(10, date(2024, 1, 1), date(2024, 2, 1), customer)
            first = date(2024, 13 - months, 1)
            self.env.cr.execute("DELETE FROM collection_ageing_roll")
            self.env.cr.execute("DELETE FROM collection_ageing")
            self.env.flush_all()
            self.env.invalidate_all()
            with self.assertQueryCount(3):
                self.rows._close_months(self.company, first, date(2024, 12, 31))
            self.assertEqual(self.rows.search_count(own), months * 6)
            self.assertTrue(self.rolls.search_count(own))

    def test_receivables_of_a_day_are_seen_by_customer_and_bucket(self):
        receivables = self.env["collection.receivable"].with_context(trade_day=MARCH)
        found = receivables._read_group([], ["partner_id"], ["net:sum"])
        self.assertEqual(dict(found), {self.mill: 340, self.inn: -50, self.barn: 200})
        today = self.env["collection.receivable"].search([("net", ">", 0)])
        self.assertEqual(set(today.mapped("day")), {self.today})
        self.assertEqual(sum(today.mapped("net")), 540)

    def test_a_person_of_a_customer_owes_what_the_customer_owes(self):
        buyer = self.env["res.partner"].create(
            {"name": "Buyer", "parent_id": self.mill.id}
        )
        self._sold(10, date(2024, 1, 15), date(2024, 2, 14), buyer)
        receivables = self.env["collection.receivable"].with_context(trade_day=MARCH)
        own = receivables.search([("partner_id", "=", self.mill.id)])
        self.assertEqual(sum(own.mapped("net")), 350)

    def test_rows_have_ids_that_clients_can_carry(self):
        for day in MARCH, self.today:
            rows = self.env["collection.receivable"].with_context(trade_day=day)
            ids = rows.search([]).ids
            self.assertTrue(ids)
            self.assertLess(max(map(abs, ids)), 2**31)

    def test_what_is_nobodys_is_called_so(self):
        rows = self.env["collection.receivable"].with_context(trade_day=MARCH)
        label = rows.fields_get(["partner_id"])["partner_id"]["falsy_value_label"]
        self.assertEqual(label, "No customer")
        receivable = self.company_data["default_account_receivable"]
        expense = self.company_data["default_account_expense"]
        lines = (
            {"account_id": receivable.id, "debit": 70},
            {
                "account_id": expense.id,
                "credit": 70,
            },
        )
        self.env["account.move"].create(
            {"date": MARCH, "line_ids": [(0, 0, line) for line in lines]}
        ).action_post()
        nobody = rows.search([("partner_id", "=", False)])
        self.assertEqual(nobody.mapped("customer"), [label])

    def test_the_day_is_seen_and_chosen_in_the_search(self):
        at = self.env["collection.receivable"]._action_at(self.company, MARCH)
        now = self.env["ir.actions.act_window"]._for_xml_id(
            "ar_collection_figures.collection_receivable_action"
        )
        self.assertEqual(at["context"], {"search_default_day": "2024-03-31"})
        self.assertEqual(at["name"], now["name"])
        self.assertIn("search_default_day", now["context"])

    def test_a_bucket_leads_to_its_items(self):
        self._close()
        for row in self.rows.search([("company_id", "=", self.company.id)]):
            action = row.action_open_receivables()
            records = self.env["collection.receivable"].with_context(
                trade_day=action["context"]["search_default_day"]
            )
            found = records.search(action["domain"])
            with self.subTest(row.display_name):
                self.assertEqual(sum(found.mapped("net")), row.amount)
                self.assertEqual(len(found), row.items)

    def test_what_was_kept_is_changed_by_nobody(self):
        self._close()
        boss = self._user("boss", "ar_collection.collection_group_manager")
        own = [("company_id", "=", self.company.id)]
        for model in "collection.ageing", "collection.ageing.roll":
            records = self.env[model].search(own)
            with self.subTest(model):
                self.assertTrue(records)
                for operation in "create", "write", "unlink":
                    self.assertFalse(records.with_user(boss).has_access(operation))
                with self.assertRaises(UserError):
                    records.sudo().unlink()

    def test_a_manager_writes_loss_rates_and_no_bounds_of_buckets(self):
        boss = self._user("boss", "ar_collection.collection_group_manager")
        bucket = self.env["collection.ageing.bucket"]._of(self.company)[-1]
        self.assertAlmostEqual(bucket.loss_rate, 0.106)
        bucket.with_user(boss).loss_rate = 0.5
        self.assertEqual(bucket.loss_rate, 0.5)
        for values in {"first_day": 5}, {"company_id": self.company.id}:
            with self.subTest(values), self.assertRaises(UserError):
                bucket.with_user(boss).write(values)

    def test_another_company_sees_nothing_of_it(self):
        self._close()
        other = self.env["res.company"].create({"name": "Other"})
        stranger = new_test_user(
            self.env,
            "stranger",
            groups="ar_collection.collection_group_manager",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        for model in (
            "collection.ageing",
            "collection.ageing.roll",
            "collection.ageing.bucket",
            "collection.receivable",
        ):
            records = self.env[model].with_user(stranger)
            with self.subTest(model):
                foreign = records.search([("company_id", "!=", other.id)])
                self.assertFalse(foreign)
        self.assertTrue(self.env["collection.ageing.bucket"]._of(other))
