"""The demo dealers' story: two years of invoices and payments, scored and graded.

Data files can say what is; this says what happened, month by month, always ending
today. Nothing here runs but when demo data are loaded.
"""

from datetime import datetime, time, timedelta
from typing import NamedTuple

from odoo import api, models
from odoo.fields import Command
from odoo.tools import date_utils

MONTHS = 21  # of invoices: three quarters, and the year before for the growth
RATED = 9  # months: of these two invoices each, of those before one
TERM = 30  # days
CLOSED = 2  # quarters that are confirmed
CONFIRMED = ("state", "=", "confirmed")
SLOW, FEW = 10, 4  # days from which a dealer counts as late, and cases that suffice


class Story(NamedTuple):
    """Behaviour of a demo dealer.

    ``sales`` a month, ``growth`` on the year before, ``late`` the days after the due
    date on which its invoices are paid in turn, ``price`` what it pays for a piece.
    ``marketing`` and ``conduct`` are entered, by indicator; a violation is a count.
    ``before`` is what was entered otherwise in the first of the quarters.
    """

    sales: float
    growth: float
    late: tuple
    price: float
    target: float
    limit: float
    marketing: dict
    conduct: dict
    before: dict = {}


def _entered(outlets=4, stock=4, promotion=4, lost=0):
    return {"outlets": outlets, "stock": stock, "promotion": promotion, "lost": lost}


def _behaved(distribution=0, price=0, rest=4):
    others = "contracts promises disputes information complaints reputation"
    counts = {"distribution": distribution, "price": price}
    return counts | dict.fromkeys(others.split(), rest)


# What a dealer has in stock, in months of its sales; the others report nothing
STOCKS = {"northgate": 1.02, "harbour": 1.27, "lakeside": 1.12, "westfield": 2.4}
STORIES = {
    "northgate": Story(
        42000,
        *(0.15, (-5, -3, 0), 100, 40000, 120000),
        _entered(5, 5, 5),
        _behaved(rest=5),
    ),
    "harbour": Story(
        60500, *(0.12, (0, 9, -4), 96.8, 60000, 80000), _entered(3, 3, 3), _behaved()
    ),
    "lakeside": Story(
        31000, *(0.06, (-2, -6), 100, 30000, 90000), _entered(5), _behaved(1, 1)
    ),
    "summit": Story(
        25500,
        *(0.02, (0, 12, 4), 92, 26000, 40000),
        _entered(3, 4, 3, 1),
        _behaved(0, 1, 3),
    ),
    "riverbend": Story(
        18000,
        *(-0.08, (9, 16, 2), 95, 22000, 30000),
        _entered(3, 3, 2, 1),
        _behaved(rest=5),
        before=_entered(5, 5, 5),
    ),
    "quarry": Story(
        27000, *(0.1, (-1, 0, -3), 98, 27000, 60000), _entered(), _behaved(2, 3, 2)
    ),
    "westfield": Story(
        15500,
        *(-0.15, (20, 35, 12), 88, 21000, 25000),
        _entered(2, 2, 2, 2),
        _behaved(1, 1),
    ),
    "millbrook": Story(
        9000,
        *(-0.3, (45, 70, 52), 84, 16000, 12000),
        _entered(1, 1, 1, 3),
        _behaved(2, 2, 2),
    ),
    "foxhill": Story(
        12500, *(0.0, (0, -3, 5), 98, 12000, 0), _entered(4, 3), _behaved()
    ),
    "starling": Story(8500, *(0.0, (3, 0), 100, 8000, 0), _entered(3), _behaved()),
}


class RatingDemo(models.AbstractModel):
    """Plays the demo dealers' story into the books and through the scorecards."""

    _name = "rating.demo"
    _description = "Story of the Demo Dealers"

    @api.model
    def _play(self):
        """Book, score and grade; called once, by the demo data."""
        company = self.env.ref("base.main_company")
        demo = self.with_company(company).with_context(tracking_disable=True)
        today = company._trade_day()
        dealers = {
            self.env.ref(f"dealer_rating.partner_{name}_demo"): story
            for name, story in STORIES.items()
        }
        demo._set_targets(dealers, today)
        demo._book(dealers, today)
        demo._report_stock(dealers, today)
        demo.env.flush_all()
        for back in range(CLOSED, -1, -1):
            demo._rate_quarter(company, dealers, today, back)
        demo._date_back(dealers)
        demo._report(company)

    # === BOOKS === #

    def _set_targets(self, dealers, today):
        """Give each dealer a limit in the accounting app, and monthly targets."""
        rated = self._rated(dealers)
        for partner, story in dealers.items():
            partner.credit_limit = story.limit
        start = date_utils.start_of(today, "month")
        self.env["rating.target"].create(
            [
                {
                    "dealer_id": rated[partner].id,
                    "date": date_utils.subtract(start, months=back),
                    "amount": story.target,
                }
                for partner, story in dealers.items()
                for back in range(9)
            ]
        )

    def _rated(self, dealers):
        found = self.env["rating.dealer"].search(
            [("partner_id", "in", [partner.id for partner in dealers])]
        )
        return {dealer.partner_id: dealer for dealer in found}

    def _book(self, dealers, today):
        """Post two invoices a month and what was paid of them by today."""
        rated = self._rated(dealers)
        values, paid_on = [], []
        for partner, story in dealers.items():
            for number, (day, amount) in enumerate(self._sales(story, today)):
                if day < date_utils.start_of(rated[partner].since, "month"):
                    continue
                late = story.late[number % len(story.late)]
                values.append(self._invoice_values(story, partner, day, amount))
                paid_on.append(day + timedelta(TERM + late))
        invoices = self.env["account.move"].create(values)
        invoices.action_post()
        self._pay(invoices, paid_on, today)

    def _sales(self, story, today):
        """Yield the days and the amounts of a dealer's invoices."""
        month = date_utils.start_of(today, "month")
        for back in range(MONTHS - 1, -1, -1):
            start = date_utils.subtract(month, months=back)
            if back < RATED:
                shares, level = ((3, 0.6), (17, 0.4)), story.sales
            else:
                shares, level = ((10, 1.0),), story.sales / (1 + story.growth)
            for day, share in shares:
                if start + timedelta(day) <= today:
                    yield start + timedelta(day), level * share

    def _invoice_values(self, story, partner, day, amount):
        line = {
            "product_id": self.env.ref("dealer_rating.product_demo").id,
            "quantity": round(amount / story.price),
            "price_unit": story.price,
            "tax_ids": [],
        }
        return {
            "move_type": "out_invoice",
            "partner_id": partner.id,
            "invoice_date": day,
            "invoice_date_due": day + timedelta(TERM),
            "invoice_payment_term_id": False,
            "invoice_line_ids": [Command.create(line)],
        }

    def _pay(self, invoices, paid_on, today):
        """Settle invoices on the days on which they were paid, as far as past."""
        bank = self.env["account.journal"].search(
            [
                *self.env["account.journal"]._check_company_domain(self.env.company),
                ("type", "=", "bank"),
            ],
            limit=1,
        )
        due = [
            (invoice, day)
            for invoice, day in zip(invoices, paid_on, strict=True)
            if day <= today
        ]
        entries = self.env["account.move"].create(
            [self._payment_values(invoice, day, bank) for invoice, day in due]
        )
        entries.action_post()
        items = self.env["account.move.line"]
        items._reconcile_plan(
            [
                (invoice + entry).line_ids.filtered(self._is_receivable)
                for (invoice, _day), entry in zip(due, entries, strict=True)
            ]
        )

    def _is_receivable(self, line):
        return line.account_id.account_type == "asset_receivable"

    def _payment_values(self, invoice, day, bank):
        receivable = invoice.line_ids.filtered(self._is_receivable)
        sides = (
            (bank.default_account_id, "debit"),
            (receivable.account_id, "credit"),
        )
        return {
            "move_type": "entry",
            "journal_id": bank.id,
            "date": day,
            "ref": invoice.name,
            "line_ids": [
                Command.create(
                    {
                        "account_id": account.id,
                        "partner_id": invoice.partner_id.id,
                        side: invoice.amount_total,
                    }
                )
                for account, side in sides
            ],
        }

    def _report_stock(self, dealers, today):
        """Let some dealers report their stock at the end of each rated month."""
        rated = self._rated(dealers)
        start = date_utils.start_of(today, "quarter")
        first = date_utils.subtract(start, months=3 * CLOSED)
        ends = []
        while (end := date_utils.end_of(first, "month")) < today:
            ends.append(end)
            first = date_utils.add(first, months=1)
        shares = {
            self.env.ref(f"dealer_rating.partner_{name}_demo"): share
            for name, share in STOCKS.items()
        }
        self.env["rating.stock.report"].create(
            [
                {
                    "dealer_id": rated[partner].id,
                    "date": end,
                    "value": round(dealers[partner].sales * share, -2),
                    "reported_by": "Warehouse",
                }
                for partner, share in shares.items()
                for end in ends
            ]
        )

    # === RATING === #

    def _rate_quarter(self, company, dealers, today, back):
        """Open, measure and score a quarter, and confirm it unless it is running."""
        start = date_utils.subtract(
            date_utils.start_of(today, "quarter"), months=3 * back
        )
        day = min(today, date_utils.end_of(start, "quarter"))
        cards = self.env["rating.scorecard"]
        cards._open_cards(company, day)
        cards._measure(company, start, date_utils.end_of(start, "quarter"))
        self._score(dealers, start, today, first=back == CLOSED)
        quarters = self.env["dealer.quarter"]
        quarters._grade_open(company, start)
        if back:
            quarters.search(
                [("company_id", "=", company.id), ("date_from", "=", start)]
            )._confirm()

    def _date_back(self, dealers):
        """Let the quarters have been confirmed some days after their end, as people do,
        and the invoices since then bear the grade of their day."""
        rated = self._rated(dealers).values()
        for quarter in self.env["dealer.quarter"].search(
            [("dealer_id", "in", [dealer.id for dealer in rated]), CONFIRMED]
        ):
            day = date_utils.add(quarter.date_to, days=5)
            quarter.sudo().confirmed_on = datetime.combine(day, time(9))
        invoices = self.env["account.move"].search(
            [("partner_id", "in", [partner.id for partner in dealers])]
        )
        invoices.sudo().rating_kept_on = False
        invoices._rating_keep_past()

    def _report(self, company):
        """Ask whether the rating predicts, with as few cases as there are: so few
        dealers give figures that only show what the report says."""
        confirmed = self.env["dealer.quarter"].search(
            [("company_id", "=", company.id), CONFIRMED], order="date_from"
        )
        report = self.env["rating.validation"].create(
            {
                "company_id": company.id,
                "date_from": confirmed[0].date_from,
                "date_to": confirmed[-1].date_to,
                "days_late": SLOW,
                "least": FEW,
            }
        )
        report.action_compute()

    def _score(self, dealers, start, today, first):
        """Enter what departments enter; of what is running, only what is over."""
        rated = {dealer: partner for partner, dealer in self._rated(dealers).items()}
        scores = self.env["rating.score"].search(
            [
                ("date_from", ">=", start),
                ("date_to", "<", today),
                ("state", "=", "open"),
            ]
        )
        entries = {}
        for score in scores:
            story = dealers[rated[score.dealer_id]]
            given = story.marketing | story.conduct | (story.before if first else {})
            entries[score.id] = str(given.get(score.indicator_id.code, 3))
        scores._enter(entries)
