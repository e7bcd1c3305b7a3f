from datetime import date

from odoo.fields import Command
from odoo.tests import TransactionCase, new_test_user

# The nine grades, the best first
ORDER = "AA", "AB", "BA", "BB", "AC", "CA", "BC", "CB", "CC"
# What every entered indicator gets so that a card falls into a band
POINTS = {"A": 5, "B": 2, "C": 0}


class RatingCommon(TransactionCase):
    """A company of its own that rates by two small cards; the people who do it.

    Performance, each month: *paid* (finance) and *outlets* (marketing) up to 5 points
    each, *lost* (marketing) a count; an A from 12 of 15 points, a B from 9. Conduct,
    each quarter: *contracts* up to 5 points and *prices* a count that goes below zero,
    both by marketing; an A from 8 of 10 points, a B from 6.

    All days lie in 2024 and 2025, so every quarter is over whatever the clock says.

    With the books, put it first: ``class X(RatingCommon, BooksCommon)``
    rates in the company of the latter.
    """

    START = date(2025, 1, 1)  # of the quarter that most tests are about

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls._company()
        cls.env.user.company_ids += cls.company
        cls.env = cls.env(context=cls.env.context | cls._silent(cls.company))
        cls.grades = {
            letters: cls.env.ref(f"dealer_rating.grade_{letters.lower()}")
            for letters in ORDER
        }
        cls.finance_department = cls._department("Finance")
        cls.marketing_department = cls._department("Marketing")
        cls.template_performance = cls._template(
            "performance",
            (12, 9),
            cls._line("paid", cls.finance_department),
            cls._line("outlets", cls.marketing_department),
            cls._line("lost", cls.marketing_department, {0: 5, 1: 3, 2: 2, 5: 0}),
        )
        cls.template_conduct = cls._template(
            "conduct",
            (8, 6),
            cls._line("contracts", cls.marketing_department),
            cls._line("prices", cls.marketing_department, {0: 5, 1: 3, 2: 0, 3: -5}),
        )
        cls.user = cls._user("rating_reader", "rating_group_user")
        cls.finance = cls._user("rating_finance", "rating_group_finance")
        cls.marketing = cls._user("rating_marketing", "rating_group_marketing")
        cls.manager = cls._user("rating_manager", "rating_group_manager")
        cls.salesman = cls._user("rating_salesman", "sales_team.group_sale_salesman")

    # === WHAT THERE IS BEFORE ANYBODY IS RATED === #

    @classmethod
    def _company(cls):
        known = getattr(cls, "company_data", None)
        if known:
            return known["company"]
        return cls.env["res.company"].create({"name": "Rating Test Ltd"})

    @staticmethod
    def _silent(company):
        return {
            "tracking_disable": True,
            "no_reset_password": True,
            "allowed_company_ids": company.ids,
        }

    @classmethod
    def _department(cls, name):
        group = cls.env.ref(f"dealer_rating.rating_group_{name.lower()}")
        return cls.env["rating.department"].create({"name": name, "group_id": group.id})

    @classmethod
    def _line(cls, code, department, steps=None, **values):
        """One indicator: entered, or a count if it has ``steps`` {count: points}."""
        return {
            "code": code,
            "name": code.capitalize(),
            "department_id": department.id,
            "method": "violations" if steps else "entered",
            "step_ids": [
                Command.create({"at_least": at_least, "points": points})
                for at_least, points in (steps or {}).items()
            ],
            **values,
        }

    @classmethod
    def _template(cls, kind, bands, *lines, company=True, activate=True, **values):
        """A template in use, by default of the test's company.

        :param bands: from how many points it is an A, and a B
        :param company: a company, True for the test's own, False for all
        """
        owner = cls.company if company is True else company
        template = cls.env["rating.scorecard.template"].create(
            {
                "name": f"Test {kind}",
                "kind": kind,
                "company_id": owner.id if owner else False,
                "band_a": bands[0],
                "band_b": bands[1],
                "indicator_ids": [
                    Command.create({"sequence": place, "number": place, **line})
                    for place, line in enumerate(lines, 1)
                ],
                **values,
            }
        )
        if activate:
            template.action_activate()
        return template

    @classmethod
    def _user(cls, login, groups, company=None):
        """:param groups: xml ids; those of this addon without its name"""
        company = company or cls.company
        full = (
            group if "." in group else f"dealer_rating.{group}"
            for group in groups.split(",")
        )
        return new_test_user(
            cls.env,
            login=login,
            groups=",".join(full),
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )

    # === BUILDERS === #

    @classmethod
    def _dealer(cls, name, since="2024-01-01", company=None, **values):
        """A customer who is rated; ``user_id`` is its salesperson."""
        partner = cls.env["res.partner"].create(
            {
                "name": name,
                "is_company": True,
                "company_id": False,
                "user_id": values.pop("user_id", False),
            }
        )
        return cls.env["rating.dealer"].create(
            {
                "partner_id": partner.id,
                "company_id": (company or cls.company).id,
                "since": since,
                **values,
            }
        )

    @classmethod
    def _rate(cls, day, company=None):
        """What the scheduled job does on a day, given as a date or as text."""
        cls.env["rating.scorecard"]._rate(company or cls.company, cls._date(day))

    @staticmethod
    def _date(day):
        return date.fromisoformat(day) if isinstance(day, str) else day

    @classmethod
    def _scores(cls, dealers=None, day=None, code=None, kind=None):
        """Scores of current cards, of one day or any."""
        domain = [("is_current", "=", True), ("company_id", "=", cls.company.id)]
        if dealers is not None:
            domain[1] = ("dealer_id", "in", dealers.ids)
        if day:
            domain += [("date_from", "<=", day), ("date_to", ">=", day)]
        if code:
            domain += [("indicator_id.code", "=", code)]
        if kind:
            domain += [("kind", "=", kind)]
        return cls.env["rating.score"].search(domain)

    @classmethod
    def _score_all(cls, points=5, count=0, dealers=None, day=None, kind=None):
        """Score whatever is open, of some dealers or all, on a day or any.

        :param points: of what is entered
        :param count: of what is counted
        """
        todo = cls._scores(dealers, day, kind=kind).filtered(
            lambda score: score.state == "open"
        )
        todo._enter(
            {
                score.id: count if score.method == "violations" else points
                for score in todo
            }
        )

    @classmethod
    def _quarter(cls, dealer, day=None):
        """The current version of a dealer's quarter, by default the tests'."""
        return cls.env["dealer.quarter"].search(
            [
                ("dealer_id", "=", dealer.id),
                ("is_current", "=", True),
                ("date_from", "<=", day or cls.START),
                ("date_to", ">=", day or cls.START),
            ]
        )

    @classmethod
    def _quarters(cls, day=None, dealers=None):
        """The current quarters of a day, of some dealers or of all in the company."""
        found = cls.env["dealer.quarter"].search(
            [
                ("company_id", "=", cls.company.id),
                ("is_current", "=", True),
                ("date_from", "<=", day or cls.START),
                ("date_to", ">=", day or cls.START),
            ]
        )
        if dealers is None:
            return found
        return found.filtered(lambda quarter: quarter.dealer_id in dealers)

    @classmethod
    def _confirm(cls, day=None, dealers=None):
        """Confirm the quarters of a day as the manager does; return them."""
        quarters = cls._quarters(day, dealers)
        quarters.with_user(cls.manager).action_confirm()
        return quarters

    @classmethod
    def _give(cls, grades, day=None):
        """Let dealers have these grades by a confirmed quarter.

        :param grades: {dealer: letters}, like ``{shop: "BA"}``
        :param day: of the quarter, by default the tests'
        :return: the quarters
        """
        day = cls._date(day or cls.START)
        dealers = cls.env["rating.dealer"].union(*grades)
        cls.env["rating.scorecard"]._open_cards(cls.company, cls._end(day))
        start, end = cls._months(day)[0], cls._end(day)
        todo = cls._scores(dealers).filtered(
            lambda score: (
                score.state == "open"
                and start <= score.date_from <= score.date_to <= end
            )
        )
        entries = {}
        for score in todo:
            performance, conduct = grades[score.dealer_id]
            letter = performance if score.kind == "performance" else conduct
            entries[score.id] = POINTS[letter] if score.method == "entered" else 0
        todo._enter(entries)
        return cls._confirm(day, dealers)

    @staticmethod
    def _months(day):
        first = (day.month - 1) // 3 * 3 + 1
        return [date(day.year, first + offset, 1) for offset in range(3)]

    @classmethod
    def _end(cls, day):
        """The last day of a quarter."""
        last = cls._months(day)[-1]
        return date(last.year, last.month, 30 if last.month in (6, 9) else 31)
