from collections import Counter

from odoo import api, models
from odoo.tools import date_utils, format_date, format_list, formatLang

from ...core import coach
from ...core.grade import band

# Bootstrap's words for how good a letter is
LOUDNESS = {"A": "success", "B": "warning", "C": "danger"}

# Of the drawing, in its own units: it is scaled to the room there is
LEFT, TOP, WIDTH, ROW = 30, 10, 320, 15

COLORS = {"success": "#28a745", "warning": "#e99d00", "danger": "#dc3545"}


class RatingFace(models.AbstractModel):
    """The parts of a dealer's form that are more than a field: drawn on the server.

    Each part is a QWeb template ``dealer_rating.rating_face_<part>``; its values come
    from a method ``_<part>_values``: of ``grade``, ``cards``, ``coach`` and ``bars``.
    Sentences are in the templates, figures come formatted. A figure that leads
    somewhere is a button with ``data-rating-model``, ``-id`` and, where it is no form,
    ``-method`` and ``-args``.
    """

    _name = "rating.face"
    _description = "Face of a Dealer"

    @api.model
    def _render(self, dealer, parts):
        """Return the fields of a dealer's form that are drawn.

        :param dealer: one ``rating.dealer``, or none for a new form
        :param parts: of ``grade``, ``cards``, ``coach`` and ``bars``
        :return: {field: html}, False where there is nothing to draw
        """
        if not dealer:
            return {f"face_{part}": False for part in parts}
        advice = self.env["rating.coach"]._advise(dealer)
        return {
            f"face_{part}": self.env["ir.qweb"]._render(
                f"dealer_rating.rating_face_{part}",
                getattr(self, f"_{part}_values")(dealer, advice),
            )
            for part in parts
        }

    # === GRADE === #

    def _grade_values(self, dealer, advice):
        grade, quarter = dealer.grade_id, dealer.confirmed_id
        good = self.env["dealer.grade"].search([("good_when_new", "=", True)])
        return {
            "dealer": dealer,
            "grade": grade.name or "–",
            "loudness": self._loudness(grade.performance, grade.conduct),
            "latest": self._gradings(dealer)[-1:],
            "day": format_date(self.env, dealer.graded_on),
            "quarter": quarter,
            "total": self._number(quarter.total),
            "good": format_list(self.env, good.mapped("name") or ["–"], style="or"),
            "chart": self._chart(dealer),
        }

    def _gradings(self, dealer):
        """:return: the grades that a dealer had, the latest last"""
        return self.env["dealer.grading"].search(
            [("dealer_id", "=", dealer.id), ("grade_id", "!=", False)],
            order="date, id",
        )

    def _loudness(self, *letters):
        """Return how a grade is coloured: by the worse of its letters."""
        worse = max((letter or "" for letter in letters), default="")
        return LOUDNESS.get(worse, "secondary")

    # === CARDS === #

    def _cards_values(self, dealer, advice):
        quarter = dealer.quarter_id
        cards = quarter.scorecard_ids
        missing = self._missing(cards)
        shown = {"performance": [], "conduct": []}
        for card in cards:
            shown[card.kind].append(self._card(card, missing.get(card.id, [])))
        return {
            "dealer": dealer,
            "quarter": quarter,
            "coming": quarter and self._cards_to_come(quarter, cards),
            "summary": self._summary(advice),
            "tasks": self._tasks(missing),
            **shown,
        }

    def _missing(self, cards):
        """:return: {card id: [(department, number of open scores)]}"""
        groups = self.env["rating.score"]._read_group(
            [("scorecard_id", "in", cards.ids), ("state", "=", "open")],
            ["scorecard_id", "department_id"],
            ["__count"],
        )
        missing = {}
        for card, department, count in groups:
            missing.setdefault(card.id, []).append((department, count))
        return missing

    def _card(self, card, missing):
        template = card.template_id
        top = template.top or 1.0
        complete = not card.missing
        # Of a sum of three months, one month makes no letter.
        summed = card.kind == "performance" and template.quarter_total == "sum"
        bands = template.band_a, template.band_b
        letter = band(card.points, *bands)
        marks = [
            (name, round(100 * at / top, 1))
            for name, at in zip("AB", bands, strict=True)
        ]
        return {
            "id": card.id,
            "name": self._card_name(card.kind, card.date_from),
            "points": self.env._(
                "%(points)s of %(top)s points",
                points=self._number(card.points),
                top=self._number(template.top),
            ),
            "letter": letter if complete and not summed else "",
            "width": round(max(0.0, min(100.0, 100 * card.points / top)), 1),
            "marks": [] if summed else marks,
            "loudness": LOUDNESS[letter] if complete and not summed else "secondary",
            "state": self._card_state(card, missing),
        }

    def _card_name(self, kind, day):
        if kind == "conduct":
            return self.env._("Conduct")
        month = self.env.company._trade_period(day)
        return self.env._("Performance, %(month)s", month=month)

    def _card_state(self, card, missing):
        if missing:
            return format_list(
                self.env,
                [
                    self.env._(
                        "%(count)d missing from %(department)s",
                        count=count,
                        department=department.name,
                    )
                    for department, count in missing
                ],
            )
        if card.state == "closed":
            return self.env._("Closed")
        return self.env._("Complete")

    def _cards_to_come(self, quarter, cards):
        """:return: the names of the cards that the quarter has not opened yet"""
        begun = {card.date_from for card in cards if card.kind == "performance"}
        since = date_utils.start_of(quarter.dealer_id.since, "month")
        first = max(quarter.date_from, since)
        months = []
        while first <= quarter.date_to:
            if first not in begun:
                months.append(first)
            first = date_utils.add(first, months=1)
        return [self._card_name("performance", month) for month in months]

    def _tasks(self, missing):
        """Return who has to score how much, one's own department first.

        :return: list of (department, number of open scores, whether it is one's own)
        """
        counts = Counter()
        for tasks in missing.values():
            counts.update(dict(tasks))
        mine = self.env["rating.department"]._of(self.env.user)
        return [
            (department, count, department in mine)
            for department, count in sorted(
                counts.items(), key=lambda task: (task[0] not in mine, task[0].id)
            )
        ]

    def _summary(self, advice):
        """Return the figures of the quarter so far, None if too few are known."""
        if not advice.standing:
            return None
        performance, conduct = (coach.total(card) for card in advice.standing.cards)
        return {
            "performance": self._number(performance),
            "conduct": self._number(conduct),
            "total": self._number(performance + conduct),
            "grade": self.env["dealer.grade"]._by_letters()[advice.grade].name,
        }

    # === WORDS === #

    def _number(self, value):
        digits = 0 if abs(value - round(value)) < 0.005 else 1
        return formatLang(self.env, value, digits=digits)

    # === CHART === #

    def _chart(self, dealer):
        """Return the drawing of a dealer's grades, None before the first.

        :return: dict with ``rows`` (y, grade), ``path``, ``dots``, ``height``, and
            ``alt``: the same in words
        """
        gradings = self._gradings(dealer)
        if not gradings:
            return None
        grades = self.env["dealer.grade"].search([])
        place = {grade: TOP + row * ROW for row, grade in enumerate(grades)}
        last = max(dealer.company_id._trade_day(), gradings[-1].date)
        days = max((last - gradings[0].date).days, 1)
        dots = []
        for grading in gradings:
            x = LEFT + (WIDTH - LEFT) * (grading.date - gradings[0].date).days / days
            dots.append(self._dot(grading, round(x, 1), place[grading.grade_id]))
        return {
            "width": WIDTH + 20,
            "height": TOP + len(grades) * ROW + 12,
            "right": WIDTH,
            "rows": [(y, grade.name) for grade, y in place.items()],
            "path": self._path(dots),
            "dots": dots,
            "first": format_date(self.env, gradings[0].date),
            "last": format_date(self.env, last),
            "alt": self._chart_said(dots),
        }

    def _dot(self, grading, x, y):
        grade = grading.grade_id
        loudness = self._loudness(grade.performance, grade.conduct)
        day = format_date(self.env, grading.date)
        if grading.source == "downgrade":
            said = self.env._(
                "%(day)s: downgraded to %(grade)s", day=day, grade=grade.name
            )
        else:
            said = self.env._("%(day)s: %(grade)s", day=day, grade=grade.name)
        record = grading.quarter_id or grading
        link = {"data-rating-model": record._name, "data-rating-id": record.id}
        return {"x": x, "y": y, "said": said, "color": COLORS[loudness], "link": link}

    def _path(self, dots):
        """Return a line that keeps a grade until the next one, up to today."""
        path = f"M{dots[0]['x']},{dots[0]['y']}"
        for dot in dots[1:]:
            path += f"H{dot['x']}V{dot['y']}"
        return f"{path}H{WIDTH}"

    def _chart_said(self, dots):
        return self.env._(
            "History of the grade: %(grades)s",
            grades="; ".join(dot["said"] for dot in dots),
        )
