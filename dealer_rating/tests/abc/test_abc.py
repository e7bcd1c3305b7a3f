from datetime import date

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .abc_common import DAY, AbcCommon


@tagged("post_install", "-at_install")
class TestAbcComputing(AbcCommon):
    def _means(self, classification):
        return {line.partner_id: line.mean for line in classification.line_ids}

    def test_whole_months_before_the_day_count(self):
        one, other = self._customers("One", "Other")
        self._sell(
            (one, date(2026, 2, 28), 1),
            (one, date(2026, 3, 1), 300),
            (one, date(2026, 5, 31), 600),
            (one, date(2026, 6, 1), 5000),
            (other, date(2026, 6, 1), 5000),
        )
        classification = self._classification()
        self.assertEqual(classification.date_from, date(2026, 3, 1))
        self.assertEqual(classification.date_to, date(2026, 5, 31))
        self.assertEqual(self._means(classification), {one: 300})

    def test_credit_notes_reduce_and_drafts_and_bills_do_not_count(self):
        one, other = self._customers("One", "Other")
        self._sell((one, date(2026, 4, 4), 600), (one, date(2026, 5, 5), -150))
        draft = self._sell((one, date(2026, 4, 4), 7), (other, DAY, 7), post=False)
        self._sell((one, date(2026, 4, 4), 8)).button_cancel()
        self._sell((one, date(2026, 4, 4), 900), move_type="in_invoice")
        self.assertEqual(self._means(self._classification()), {one: 150})
        self.assertEqual(set(draft.mapped("state")), {"draft"})

    def test_tax_does_not_count_and_other_currencies_are_converted(self):
        one = self._customers("One")
        currency = self.setup_other_currency("GBP", rates=[("2026-01-01", 2)])
        tax = [Command.set(self.tax_sale_a.ids)]
        line = Command.create({"name": "x", "price_unit": 300, "tax_ids": tax})
        move = self._sell((one, date(2026, 4, 4), 0), invoice_line_ids=[line])
        self.assertGreater(move.amount_total, 300)
        self._sell((one, date(2026, 4, 4), 600), currency_id=currency.id)
        self.assertEqual(self._means(self._classification()), {one: 200})

    def test_contacts_and_branches_count_and_other_companies_do_not(self):
        one = self._customers("One")
        contact = self.env["res.partner"].create({"name": "Ann", "parent_id": one.id})
        branch = self._branch()
        other = self.setup_other_company()["company"]
        self._sell((contact, date(2026, 4, 4), 300))
        self._sell((one, date(2026, 4, 4), 600), company_id=branch.id)
        self._sell((one, date(2026, 4, 4), 9000), company_id=other.id)
        classification = self._classification()
        self.assertEqual(self._means(classification), {one: 300})
        moves = self.env["account.move"].search(classification._counted_domain(one))
        self.assertEqual(sum(moves.mapped("amount_untaxed_signed")), 900)

    def test_customer_who_bought_before_is_c_and_one_who_never_did_is_not_there(self):
        before, _never, back = self._customers("Before", "Never", "Gave Back")
        self._sell(
            (before, date(2025, 1, 1), 9000),
            (back, date(2025, 1, 1), 9000),
            (back, date(2026, 4, 4), -600),
        )
        for method in "amount", "share":
            lines = self._classification(method=method).line_ids
            found = {x.partner_id: (x.mean, x.rank, x.abc_class) for x in lines}
            self.assertEqual(found, {before: (0, 1, "C"), back: (-200, 2, "C")})
            self.assertEqual(set(lines.mapped("cumulated")), {0})

    def test_customer_who_crosses_a_boundary_belongs_to_the_better_class(self):
        names = self._customers(*"wxyz")
        amounts = zip(names, (600, 300, 210, 90), strict=True)
        self._sell(*((who, date(2026, 4, 4), amount) for who, amount in amounts))
        lines = self._classification(method="share", a_to=0.75, b_to=0.9).line_ids
        self.assertEqual(lines.mapped("partner_id"), names)
        self.assertEqual(lines.mapped("abc_class"), ["A", "A", "B", "C"])
        self.assertEqual(lines.mapped("cumulated"), [0.5, 0.75, 0.925, 1])

    def test_computing_asks_as_much_for_many_customers_as_for_one(self):
        costs = []
        for count in 2, 2, 200:
            self._many(count)
            classification = self._classification(compute=False)
            costs.append(self._queries(classification.action_compute))
        self.assertEqual(len(classification.line_ids), 204)
        self.assertEqual(costs[1], costs[2])

    def test_computing_again_replaces_the_lines(self):
        one, other = self._customers("One", "Other")
        self._sell((one, date(2026, 4, 4), 300))
        classification = self._classification()
        self._sell((other, date(2026, 4, 4), 300))
        classification.action_compute()
        self.assertEqual(self._means(classification), {one: 100, other: 100})

    def test_other_parameters_void_what_was_computed(self):
        self._sell((self._customers("One"), date(2026, 4, 4), 300))
        classification = self._classification()
        classification.repeat = "no"
        self.assertTrue(classification.line_ids)
        classification.months = 6
        self.assertFalse(classification.line_ids)
        with self.assertRaisesRegex(UserError, "not computed yet"):
            classification.action_apply()

    def test_boundaries_that_contradict_each_other_are_refused(self):
        for values in (
            {"a_from": 10, "b_from": 20},
            {"b_from": 0},
            {"method": "share", "a_to": 0.9, "b_to": 0.8},
            {"method": "share", "a_to": 0},
            {"method": "share", "b_to": 1.1},
        ):
            with self.assertRaises(ValidationError):
                self._classification(**values)

    def test_line_opens_the_invoices_behind_it(self):
        one = self._customers("One")
        moves = self._sell((one, date(2026, 4, 4), 300), (one, date(2026, 5, 4), -30))
        self._sell((one, date(2026, 6, 4), 300), (one, date(2026, 2, 4), 300))
        action = self._classification().line_ids.action_open_invoices()
        found = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(found, moves.sorted(lambda move: found.ids.index(move.id)))

    def test_counts_tell_the_result(self):
        a, *others = self._customers(*"abc")
        self._sell((a, date(2026, 4, 4), 3000))
        self._sell(*((other, date(2026, 4, 4), 300) for other in others))
        found = self._classification()
        counts = found.count_a, found.count_b, found.count_c, found.moved
        self.assertEqual(counts, (1, 2, 0, 0))
        self.assertEqual((found.mean_a, found.mean_b), (1000, 200))
