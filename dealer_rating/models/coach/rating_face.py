from odoo import models
from odoo.tools import date_utils


class RatingFace(models.AbstractModel):
    """The coach's advice, and each indicator beside the best and the median."""

    _inherit = "rating.face"

    # === COACH === #

    def _coach_values(self, dealer, advice):
        words = self.env["rating.coach"]
        ways = words._ways(advice)
        grades = self.env["dealer.grade"]._by_letters()
        return {
            "dealer": dealer,
            "grade": grades[advice.grade].name if advice.grade else "",
            "missing": sum(line.missing for line in advice.lines.values()),
            "borrowed": sum(
                line.points is not None and line.since < dealer.quarter_id.date_from
                for line in advice.lines.values()
            ),
            "standing": advice.standing,
            "ways": self._rows(advice, advice.ways, ways, grades),
            "risks": self._rows(advice, advice.risks, words._risks(advice), grades),
        }

    def _rows(self, advice, ways, told, grades):
        return [
            {
                "grade": grade,
                "loudness": self._loudness(*way.grade),
                "changes": [
                    {
                        "text": sentence,
                        "link": self._link(advice.lines[change.kind, change.code]),
                    }
                    for change, sentence in zip(way.changes, sentences, strict=True)
                ],
            }
            for way, (grade, sentences) in zip(ways, told, strict=True)
        ]

    def _link(self, line):
        """Return what an indicator opens: the records behind a measured one, if the
        reader may see them, else its newest score.

        :return: attributes of an element, None where nothing was scored yet
        """
        score = line.latest
        if not score:
            return None
        link = {"data-rating-model": score._name, "data-rating-id": score.id}
        if score.is_measured and all(
            self.env[model].has_access("read")
            for model in ("account.move", "account.move.line")
        ):
            link["data-rating-method"] = "action_records"
        return link

    # === BARS === #

    def _bars_values(self, dealer, advice):
        figures = dealer._class_figures(
            {(line.since, line.indicator.kind) for line in advice.lines.values()}
        )
        bars = {}
        for (kind, code), line in advice.lines.items():
            figure = figures.get((line.since, kind, code))
            bars.setdefault(kind, []).append(self._bar(line, figure))
        return {
            "dealer": dealer,
            "groups": [self._group(kind, rows) for kind, rows in bars.items()],
            "letter": dealer._abc_class(),
        }

    def _group(self, kind, rows):
        """Say once where the points of a whole card are from, not on every row."""
        notes = {row["note"] for row in rows}
        note = notes.pop() if len(notes) == 1 else ""
        if note:
            rows = [row | {"note": ""} for row in rows]
        score = self.env["rating.score"]
        name = score._fields["kind"].convert_to_export(kind, score)
        return {"name": name, "note": note, "bars": rows}

    def _bar(self, line, figure):
        """Return one indicator's points as shares of what it can earn."""
        indicator = line.indicator
        low = min([0.0, *indicator.step_ids.mapped("points")])
        span = indicator.top - low or 1.0

        def share(points):
            return round(max(0.0, min(100.0, 100 * (points - low) / span)), 1)

        best, median, _count = figure or (None, None, 0)
        known = line.points is not None
        return {
            "name": indicator.name,
            "link": self._link(line),
            "explanation": line.latest.explanation or "",
            "points": self._number(line.points) if known else "–",
            "width": share(line.points) if known else 0,
            "loudness": self._bar_loudness(line.points, median),
            "best": figure and (share(best), self._number(best)),
            "median": figure and (share(median), self._number(median)),
            "said": self._bar_said(line, best, median),
            "note": self._bar_note(line),
        }

    def _bar_loudness(self, points, median):
        if points is None or median is None:
            return "secondary"
        return "warning" if points < median - 1e-6 else "success"

    def _bar_said(self, line, best, median):
        """Return the bar in words, for those who do not see it."""
        if line.points is None:
            return self.env._("%(name)s: not scored yet", name=line.indicator.name)
        words = {
            "name": line.indicator.name,
            "points": self._number(line.points),
            "top": self._number(line.indicator.top),
        }
        if best is None:
            return self.env._("%(name)s: %(points)s of %(top)s points", **words)
        return self.env._(
            "%(name)s: %(points)s of %(top)s points; best %(best)s, median %(median)s",
            best=self._number(best),
            median=self._number(median),
            **words,
        )

    def _bar_note(self, line):
        if line.points is None:
            return self.env._("not scored yet")
        if line.missing and line.since < date_utils.start_of(
            line.latest.company_id._trade_day(), "quarter"
        ):
            return self.env.company._trade_period(line.since, quarter=True)
        return ""
