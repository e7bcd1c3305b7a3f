from datetime import timedelta

from odoo.fields import Command
from odoo.tests import tagged

from .invoice_common import InvoiceCommon


@tagged("post_install", "-at_install")
class TestInvoiceReport(InvoiceCommon):
    """Odoo's analysis of invoices: a row for each line."""

    def _summed(self, moves, *aggregates, by=(), user=None):
        report = self._seen(self.env["account.invoice.report"], user)
        own = [("move_id", "in", moves.ids)]
        return report._read_group(own, [*by], [*aggregates])

    def _of_lines(self, *amounts, late=8, **values):
        lines = [
            Command.create({"name": "Goods", "price_unit": amount, "tax_ids": []})
            for amount in amounts
        ]
        return self._invoice(1, late=late, invoice_line_ids=lines, **values)

    def test_amounts_are_shared_out_over_lines_to_the_cent(self):
        invoice = self._of_lines(33.33, 33.33, 33.34, 0.01, 20)
        self._paid(invoice, self.today, 50)
        report = self._seen(self.env["account.invoice.report"])
        rows = report.search([("move_id", "=", invoice.id)])
        self.assertEqual(len(rows), 5)
        shares = rows.mapped("collection_open")
        self.assertEqual([round(share, 2) for share in shares], shares)
        self.assertEqual(
            [
                round(each, 2)
                for each in self._summed(
                    invoice,
                    "collection_open:sum",
                    "collection_overdue:sum",
                    "collection_paid:sum",
                )[0]
            ],
            [70.01, 70.01, 50],
        )

    def test_lines_that_take_something_off_take_their_share(self):
        invoice = self._of_lines(100, -40)
        rows = self._seen(self.env["account.invoice.report"]).search(
            [("move_id", "=", invoice.id)]
        )
        self.assertEqual(sorted(rows.mapped("collection_open")), [-40, 100])

    def test_lines_that_come_to_nothing_leave_it_to_the_first(self):
        tax = self.company_data["default_tax_sale"]
        invoice = self._invoice(
            1,
            late=8,
            invoice_line_ids=[
                Command.create(
                    {"name": "A", "price_unit": 100, "tax_ids": [Command.set(tax.ids)]}
                ),
                Command.create({"name": "B", "price_unit": -100, "tax_ids": []}),
            ],
        )
        total = invoice.amount_total
        found = self._summed(invoice, "collection_open:sum")[0][0]
        self.assertAlmostEqual(found, total)

    def test_days_to_pay_are_weighted_by_what_was_paid(self):
        sold = self.today - timedelta(60)
        one = self._sold(900, sold, sold + timedelta(10))
        self._paid(one, sold + timedelta(10))
        two = self._sold(200, sold, sold + timedelta(10))
        self._paid(two, sold + timedelta(40), 100)
        self.assertEqual(self._summed(one, "collection_days_to_pay:avg"), [(10,)])
        self.assertEqual(self._summed(two, "collection_days_to_pay:avg"), [(40,)])
        ((days, paid),) = self._summed(
            one | two, "collection_days_to_pay:avg", "collection_paid:sum"
        )
        self.assertAlmostEqual(days, (900 * 10 + 100 * 40) / 1000)
        self.assertEqual(paid, 1000)

    def test_instalments_are_weighted_by_their_payments(self):
        sold = self.today - timedelta(60)
        one = self._sold(1000, sold, sold + timedelta(10))
        self._paid(one, sold + timedelta(10), 750)
        self._paid(one, sold + timedelta(30), 250)
        ((days,),) = self._summed(one, "collection_days_to_pay:avg")
        self.assertAlmostEqual(days, 15)

    def test_a_credit_note_pays_nothing(self):
        sold = self.today - timedelta(60)
        one = self._sold(1000, sold, sold + timedelta(10))
        note = self._invoice(-400, late=0)
        self._paid(one, sold + timedelta(10), 600)
        (one | note).line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        ).reconcile()
        found = self._summed(
            one,
            "collection_days_to_pay:avg",
            "collection_paid:sum",
            "collection_open:sum",
        )
        self.assertEqual(found, [(10, 600, False)])

    def test_days_late_are_weighted_by_what_is_overdue(self):
        old, new = self._invoice(300, late=40), self._of_lines(50, 50, late=20)
        ((days,),) = self._summed(old | new, "collection_days_late:avg")
        self.assertAlmostEqual(days, (300 * 40 + 100 * 20) / 400)

    def test_it_is_grouped_by_stage(self):
        warned, noticed = self._invoice(1000, late=20), self._of_lines(200, 300, late=2)
        self._run()
        found = self._summed(
            warned | noticed,
            "collection_overdue:sum",
            "price_subtotal:sum",
            by=("collection_stage_id",),
        )
        self.assertCountEqual(
            found,
            [(self.stages["warning"], 1000, 1000), (self.stages["notice"], 500, 500)],
        )

    def test_the_sums_are_those_of_the_invoices(self):
        moves = self._of_lines(100, 11.11, 7) | self._invoice(200, late=3)
        moves |= self._invoice(-40, late=2)
        self._received(57.77, self.today)
        ((total, overdue),) = self._summed(
            moves, "collection_open:sum", "collection_overdue:sum"
        )
        seen = self._seen(moves)
        self.assertAlmostEqual(total, sum(seen.mapped("collection_open")))
        self.assertAlmostEqual(overdue, sum(seen.mapped("collection_overdue")))

    def test_what_is_not_asked_for_is_not_read(self):
        self._invoice(1000, late=20)
        self.env.flush_all()
        table = self.env["account.invoice.report"]._table_query
        lines = self.env.execute_query(
            type(table)("EXPLAIN SELECT price_subtotal FROM (%s) AS report", table)
        )
        plan = "\n".join(line for (line,) in lines)
        self.assertNotIn("partial_reconcile", plan)
        self.assertNotIn("collection_item", plan)
