from datetime import timedelta

from odoo.fields import Command
from odoo.tools import date_utils

from odoo.addons.credit_control.tests.common import CreditCommon


class RatedCommon(CreditCommon):
    """A dealer of long standing, Oak, without a credit file, and its last quarter.

    ``_confirm`` does what confirming does once the cards are scored. The policy gives
    the shipped rates: AA 60 %, AB 50, BA 45, BB 40, AC 25, CA 20, BC 10, CB 5, CC none.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids += cls.env.ref("dealer_rating.rating_group_manager")
        cls.rater = cls._user("rater", "dealer_rating.rating_group_manager")
        this_quarter = date_utils.start_of(cls.today, "quarter")
        cls.quarter_from = date_utils.subtract(this_quarter, months=3)
        cls.quarter_to = this_quarter - timedelta(days=1)
        cls.oak = cls._customer("Oak", user_id=cls.salesman.id)
        cls.dealer = cls._dealer(cls.oak)
        cls.term_30 = cls._term("30 days", 30)
        cls.term_60 = cls._term("60 days", 60)
        cls.term_now = cls._term("At once", 0)

    @classmethod
    def _dealer(cls, partner, **values):
        return cls.env["rating.dealer"].create(
            {
                "partner_id": partner.id,
                "company_id": cls.company.id,
                "since": "2020-01-01",
                **values,
            }
        )

    @classmethod
    def _branch(cls):
        branch = cls.env["res.company"].create(
            {"name": "Branch", "parent_id": cls.company.id}
        )
        cls.env.cr.precommit.run()  # loads the chart of accounts
        cls.env.user.company_ids += branch
        return branch

    @classmethod
    def _term(cls, name, days):
        line = {"value": "percent", "value_amount": 100, "nb_days": days}
        return cls.env["account.payment.term"].create(
            {"name": name, "line_ids": [Command.clear(), Command.create(line)]}
        )

    @classmethod
    def _grade(cls, name):
        return cls.env.ref(f"dealer_rating.grade_{name.lower()}")

    @classmethod
    def _terms(cls, name):
        grade = cls._grade(name)
        return cls.policy.grade_terms_ids.filtered(lambda t: t.grade_id == grade)

    @classmethod
    def _sale(cls, amount, partner=None, days=30, day=None, **values):
        """A posted invoice of the last quarter, due ``days`` later; a credit note if
        negative."""
        day = day or cls.quarter_from + timedelta(days=10)
        move = cls.env["account.move"].create(
            {
                "move_type": "out_invoice" if amount > 0 else "out_refund",
                "partner_id": (partner or cls.oak).id,
                "company_id": cls.company.id,
                "invoice_date": day,
                "date": day,
                "invoice_date_due": day + timedelta(days=days),
                "invoice_payment_term_id": False,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Goods",
                            "price_unit": abs(amount),
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
                **values,
            }
        )
        move.action_post()
        return move

    @classmethod
    def _quarter(cls, grade, dealer=None, back=0, tenure="regular", **values):
        """An open quarter that only waits to be confirmed.

        :param int back: how many quarters before the last one
        """
        dealer = dealer or cls.dealer
        grade = cls._grade(grade)
        start = date_utils.subtract(cls.quarter_from, months=3 * back)
        return (
            cls.env["dealer.quarter"]
            .sudo()
            .create(
                {
                    "dealer_id": dealer.id,
                    "partner_id": dealer.partner_id.id,
                    "company_id": dealer.company_id.id,
                    "date_from": start,
                    "date_to": date_utils.end_of(start, "quarter"),
                    "grade_id": grade.id,
                    "tenure": tenure,
                    "is_good": tenure != "first" or grade.good_when_new,
                    "is_complete": True,
                    **values,
                }
            )
        )

    @classmethod
    def _confirm(cls, quarters):
        """What confirming does when a rating manager presses the button."""
        quarters = quarters.with_user(cls.rater).sudo()
        confirmed = quarters._set_confirmed()
        confirmed._propose()
        confirmed._record_grades()
        confirmed.dealer_id._grade_changed()
        confirmed._confirmed()
        return confirmed

    @classmethod
    def _rate(cls, grade, dealer=None, **values):
        """Confirm a quarter of a dealer with this grade.

        :return: the row that says what limit came of it
        """
        cls._confirm(cls._quarter(grade, dealer, **values))
        return cls._last(dealer)

    @classmethod
    def _last(cls, dealer=None):
        return cls.env["credit.limit.proposal"].search(
            [("dealer_id", "=", (dealer or cls.dealer).id)], limit=1
        )

    def _credit_file(self, dealer=None):
        return self.env["credit.file"]._of_dealers(dealer or self.dealer)

    def _limit(self, dealer=None):
        """The limit in force today, None where there is none."""
        file = self._credit_file(dealer)
        return self.env["credit.exposure"]._standings(file.ids)[file.id].limit
