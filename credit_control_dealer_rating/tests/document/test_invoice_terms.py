from odoo.fields import Command
from odoo.tests import tagged

from .test_order_terms import TermsCommon


@tagged("post_install", "-at_install")
class TestInvoiceTerms(TermsCommon):
    """An invoice shows what its customer's grade would not give."""

    def _bill(self, partner=None, **values):
        line = {"product_id": self.product.id, "price_unit": 90, "quantity": 2}
        line["tax_ids"] = [Command.clear()]
        return self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": (partner or self.oak).id,
                "company_id": self.company.id,
                "invoice_date": self.today,
                "invoice_line_ids": [Command.create(line | values.pop("line", {}))],
                **values,
            }
        )

    def test_an_invoice_as_the_grade_gives_says_nothing(self):
        invoice = self._bill()
        self.assertEqual(invoice.invoice_payment_term_id, self.term_30)
        seen = self._seen(invoice, self.manager)
        self.assertEqual(seen.credit_terms_ease, "equal")
        self.assertFalse(seen.credit_terms_words)

    def test_an_easier_term_and_a_discount_are_said(self):
        invoice = self._bill(
            invoice_payment_term_id=self.term_60.id, line={"discount": 50}
        )
        invoice.action_post()
        seen = self._seen(invoice, self.manager)
        self.assertEqual(seen.credit_terms_ease, "easier")
        self.assertAlmostEqual(seen.credit_below_list, 90)
        self.assertIn("60 days is easier than 30 days", seen.credit_terms_words)
        self.assertIn("90.00 below", seen.credit_terms_words)

    def test_a_posted_invoice_keeps_what_the_grade_gave(self):
        invoice = self._bill(invoice_payment_term_id=self.term_60.id)
        invoice.action_post()
        self.dealer._downgrade(1, "A warning", "manual")
        self._terms("BB").payment_term_id = self.term_60
        seen = self._seen(invoice, self.manager)
        self.assertEqual(seen.credit_given_term_id, self.term_30)
        self.assertEqual(seen.credit_terms_ease, "easier")

    def test_an_invoiced_order_is_compared_with_its_lines_prices(self):
        order = self._plain()
        order.order_line.price_unit = 80
        order.action_confirm()
        invoice = order.sudo()._create_invoices()
        self.assertAlmostEqual(self._seen(invoice, self.manager).credit_below_list, 20)

    def test_an_invoice_to_another_entity_than_the_order_goes_by_its_own_grade(self):
        head = self._customer("Head Office")
        order = self._plain(partner_invoice_id=head.id)
        order.order_line.price_unit = 80
        self.company.credit_mode = "observe"
        order.action_confirm()
        invoice = order.sudo()._create_invoices()
        seen = self._seen(invoice, self.manager)
        self.assertEqual(seen.commercial_partner_id, head)
        self.assertFalse(seen.credit_given_term_id)
        self.assertFalse(seen.credit_below_list)
        dealer = self._dealer(head)
        dealer.sudo().grade_id = self._grade("AC")
        self.assertEqual(
            self._seen(invoice, self.manager).credit_given_term_id, self.term_now
        )

    def test_a_limit_above_the_grades_is_said_to_credit_users(self):
        given = self._last().amount
        file = self._credit_file()
        invoice = self._bill()
        self.assertFalse(self._seen(invoice, self.manager).credit_limit_words)
        file._grant(given + 500, reason="a favour")
        words = self._seen(invoice, self.manager).credit_limit_words
        self.assertIn("is above the", words)
        self.assertIn("grade BB", words)
        invoice.action_post()
        file._grant(given, reason="back")
        self.assertTrue(self._seen(invoice, self.manager).credit_limit_words)

    def test_credit_notes_and_bills_say_nothing(self):
        refund = self._bill(move_type="out_refund", line={"discount": 50})
        self.assertFalse(self._seen(refund, self.manager).credit_below_list)
        bill = self._bill(move_type="in_invoice")
        seen = self._seen(bill, self.env.user)
        self.assertFalse(seen.credit_given_term_id)
        self.assertFalse(seen.credit_terms_words)

    def test_a_contact_shows_the_limit_of_the_grade(self):
        buyer = self.env["res.partner"].create(
            {"name": "Buyer", "parent_id": self.oak.id}
        )
        given = self._last().amount
        self.assertGreater(given, 0)
        for partner in self.oak, buyer:
            seen = self._seen(partner, self.manager)
            self.assertEqual(seen.credit_given_limit, given)
            self.assertEqual(seen.credit_limit_amount, given)
