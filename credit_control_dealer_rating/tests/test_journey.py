from datetime import date

from odoo.tests import tagged

from odoo.addons.dealer_rating.tests.common import RatingCommon
from odoo.addons.trade_credit_base.tests.books_common import BooksCommon


@tagged("post_install", "-at_install")
class TestJourney(RatingCommon, BooksCommon):
    """From scored cards to a limit, a grade that falls, and the limit after it."""

    @classmethod
    def get_default_groups(cls):
        groups = super().get_default_groups()
        groups |= cls.quick_ref("credit_control.credit_group_manager")
        for role in "manager", "finance", "marketing":
            groups |= cls.quick_ref(f"dealer_rating.rating_group_{role}")
        return groups | cls.quick_ref("sales_team.group_sale_manager")

    def _sale(self, dealer, amount, day):
        move = self._create_invoice_one_line(
            partner_id=dealer.partner_id,
            company_id=self.company.id,
            price_unit=amount,
            tax_ids=[],
            invoice_date=day,
            invoice_payment_term_id=self.env.ref(
                "account.account_payment_term_30days"
            ).id,
        )
        move.action_post()
        return move

    def _limit(self, dealer):
        file = self.env["credit.file"]._of_dealers(dealer)
        return self.env["credit.exposure"]._standings(file.ids)[file.id].limit

    def test_from_scores_to_the_limit_and_down_again(self):
        dealer = self._dealer("Oak")
        self._sale(dealer, 1000, date(2025, 2, 3))
        [quarter] = self._give({dealer: "BA"})
        proposal = self.env["credit.limit.proposal"].search(
            [("quarter_id", "=", quarter.id)]
        )
        self.assertEqual(proposal.explanation, "1,000 × 45 % = 450")
        proposal.action_accept()
        self.assertEqual(self._limit(dealer), 450)

        dealer._downgrade(1, "15 days late", "collection")
        self.assertEqual(dealer.grade_id.name, "BB")
        self.assertEqual(self._limit(dealer), 400)

        self._sale(dealer, 100, date(2025, 5, 5))
        self._give({dealer: "CC"}, date(2025, 4, 1))
        self.assertEqual(self._limit(dealer), 0)
