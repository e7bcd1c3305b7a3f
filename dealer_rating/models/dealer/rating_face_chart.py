from odoo import models
from odoo.tools import format_date

# Of the drawing, in its own units: it is scaled to the room there is
LEFT, TOP, WIDTH, ROW = 30, 10, 320, 15
COLORS = {"success": "#28a745", "warning": "#e99d00", "danger": "#dc3545"}


class RatingFace(models.AbstractModel):
    """The history of a dealer's grade as a line: a step at each change."""

    _inherit = "rating.face"

    def _chart(self, dealer):
        """Return the drawing of a dealer's grades, None before the first.

        :return: dict with ``rows`` (y, grade), ``path``, ``dots``, ``height``, and
            ``alt``: the same in words
        """
        gradings = self.env["dealer.grading"].search(
            [("dealer_id", "=", dealer.id), ("grade_id", "!=", False)],
            order="date, id",
        )
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
