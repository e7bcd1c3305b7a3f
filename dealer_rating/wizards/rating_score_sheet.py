from collections import Counter
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, date_utils

from ..core.sheet_cell import plain, shown

LISTED = 24  # periods to choose from, the newest first


class Line(NamedTuple):
    """One score, as sheets need it; all of a period are read in one statement."""

    id: int
    dealer_id: int
    dealer: str
    ref: str | None
    indicator_id: int
    code: str
    department_id: int
    method: str
    state: str
    is_measured: bool
    value: float | None
    points: float | None
    top: float
    card_state: str

    @property
    def entry(self):
        """:return: what a cell shows: points or a count, empty if it is open"""
        if self.state != "scored":
            return ""
        number = self.value if self.method == "violations" else self.points
        return shown(float(number or 0))

    def lock(self, departments):
        """Tell why a score cannot be entered by who scores for ``departments``.

        :param departments: ids
        :return: the code of a problem, empty if it can be entered
        """
        if self.department_id not in departments:
            return "other_department"
        if self.card_state != "open":
            return "closed_card"
        if self.is_measured:
            return "measured"
        return "waived" if self.state == "waived" else ""


class RatingScoreSheet(models.AbstractModel):
    """Scores of one period, all dealers at once: the base of export and import."""

    _name = "rating.score.sheet"
    _description = "Sheet of Scores"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company.root_id
    )
    period = fields.Selection(
        selection="_select_period",
        required=True,
        default=lambda self: self._default_period(),
    )

    # === DEFAULTS === #

    def _select_period(self):
        """:return: the periods with cards as (value, label), the newest first"""
        cards = self.env["rating.scorecard"]
        if not cards.has_access("read"):
            return []
        return [
            (
                f"{kind}:{start}",
                self.env._(
                    "%(period)s · %(kind)s",
                    period=cards._period_name(kind, start),
                    kind=cards._fields["kind"].convert_to_export(kind, cards),
                ),
            )
            for kind, start in self._periods()
        ]

    def _periods(self, *domain):
        """:return: (kind, first day) of the periods with cards, the newest first"""
        groups = self.env["rating.scorecard"]._read_group(
            [
                ("company_id", "=", self.env.company.root_id.id),
                ("is_current", "=", True),
                *domain,
            ],
            ["kind", "date_from:day"],
            order="date_from:day desc, kind desc",
            limit=LISTED,
        )
        return [(kind, fields.Date.to_date(start)) for kind, start in groups]

    def _default_period(self):
        """Return the newest period that is over and waits for the user's department;
        if none is, the newest that waits, or the newest of all."""
        if not self.env["rating.scorecard"].has_access("read"):
            return False
        mine = self.env["rating.department"]._of(self.env.user)
        todo = [("state", "=", "open"), ("department_id", "in", mine.ids)]
        waits = [("score_ids", "any", todo), ("state", "=", "open")]
        over = ("date_to", "<", self.env.company._trade_day())
        found = self._periods(over, *waits) or self._periods(*waits) or self._periods()
        return next((f"{kind}:{start}" for kind, start in found), False)

    # === BUSINESS METHODS === #

    def _kind_and_start(self):
        """:return: the kind of the cards, and the first day of their period"""
        kind, _colon, start = (self.period or "").partition(":")
        if not start:
            raise UserError(
                self.env._("No card is open yet. Add dealers; cards follow by night.")
            )
        return kind, fields.Date.to_date(start)

    def _period_code(self):
        """:return: the period as sheets name it, like ``2025-M03``"""
        return self.env["rating.scorecard"]._period_code(*self._kind_and_start())

    def _lines(self, *domain):
        """Read the scores of the period, those the user may read, in one statement.

        :return: :class:`Line` s, dealer after dealer in the order of their names
        """
        kind, start = self._kind_and_start()
        end = date_utils.end_of(start, "month" if kind == "performance" else "quarter")
        self.env.flush_all()
        scores = self.env["rating.score"]._search(
            [
                ("company_id", "=", self.company_id.root_id.id),
                ("kind", "=", kind),
                ("date_from", "=", start),
                ("date_to", "=", end),
                ("is_current", "=", True),
                *domain,
            ]
        )
        rows = self.env.execute_query(
            SQL(
                """
                SELECT score.id, score.dealer_id, dealer.partner_name, partner.ref,
                       score.indicator_id, indicator.code, score.department_id,
                       score.method, score.state, score.is_measured, score.value,
                       score.points, indicator.top, card.state
                  FROM rating_score AS score
                  JOIN rating_indicator AS indicator
                    ON indicator.id = score.indicator_id
                  JOIN rating_scorecard AS card ON card.id = score.scorecard_id
                  JOIN rating_dealer AS dealer ON dealer.id = score.dealer_id
                  JOIN res_partner AS partner ON partner.id = dealer.partner_id
                 WHERE score.id IN %s
                 ORDER BY dealer.partner_name, score.dealer_id, score.sequence,
                          score.id
                """,
                scores.subselect(),
            )
        )
        return [Line(*row) for row in rows]

    @api.model
    def _indicators(self, lines):
        """Return the indicators of a sheet, one for each code, in their order.

        Where dealers are scored with two versions of a template, the newer one names.
        """
        ids = {line.indicator_id for line in lines}
        found = self.env["rating.indicator"].browse(ids)
        newest = {each.code: each for each in found.sorted("id")}
        return self.env["rating.indicator"].union(
            *sorted(newest.values(), key=lambda each: (each.sequence, each.id))
        )

    @api.model
    def _names(self, indicators):
        """Return what a header may call the indicators.

        :return: {name in the user's language, in English, or code, plain: code}
        """
        names = [
            (plain(name), each.code)
            for each in indicators
            for name in {each.name, each.with_context(lang="en_US").name}
        ]
        met = Counter(name for name, _code in names)
        clear = {name: code for name, code in names if met[name] == 1}
        return clear | {plain(each.code): each.code for each in indicators}
