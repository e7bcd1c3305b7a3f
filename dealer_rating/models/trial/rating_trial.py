from collections import Counter, defaultdict
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL, groupby

from odoo.addons.trade_credit_base.windows import shipped_for

from ...core import quarter as core
from ...core.grade import band
from ...core.score import MissingScore, Score, total
from ...core.trial import Past, Rule, changes, rescore

# At a time: memory does not grow with the dealers
FETCHED = 5000  # rows
STORED = 1000  # lines


class Row(NamedTuple):
    """One score of a past quarter; a quarter without such cards has one of Nones."""

    quarter_id: int
    dealer_id: int
    partner_id: int
    date_from: object
    grade_id: int
    letters: str
    performance: float
    conduct: float
    card_id: int | None
    kind: str | None
    state: str | None
    code: str | None
    method: str | None
    measure: str | None
    points: float | None
    top: float | None
    weight: float | None
    value: float | None
    given: bool | None

    def past(self):
        """:rtype: core.trial.Past"""
        known = {name: getattr(self, name) for name in Past._fields[:-1]}
        return Past(**known, waived=self.state == "waived")


def _fetched(cr):
    while True:
        cr.execute("FETCH %s FROM rating_trial", [FETCHED])
        rows = cr.fetchall()
        yield from map(Row._make, rows)
        if len(rows) < FETCHED:
            return


class _Seen:
    """Outcome of each indicator's scores, over all cards."""

    def __init__(self):
        self.how = defaultdict(Counter)
        self.points = defaultdict(list)

    def add(self, kind, code, past, found):
        self.how[kind, code][found.how] += 1
        if past:
            self._sum("before", kind, code, past.points)
        if found.points is not None:
            self._sum("after", kind, code, found.points)

    def _sum(self, when, kind, code, points):
        known = self.points[when, kind, code] or [0.0, 0]
        self.points[when, kind, code] = [known[0] + points, known[1] + 1]

    def mean(self, when, kind, code):
        earned, count = self.points.get((when, kind, code), (0.0, 0))
        return earned / count if count else 0.0


class _Again(NamedTuple):
    """One card, scored again."""

    scores: list
    contributions: dict
    missing: list


def _cards(rows, kind):
    """:return: the rows of each card of a kind"""
    of_kind = [row for row in rows if row.kind == kind]
    return [card for _id, card in groupby(of_kind, lambda row: row.card_id)]


def _again(card, rules, seen):
    """Score one card by other rules."""
    past = {row.code: row.past() for row in card if row.state != "open"}
    found = {code: rescore(rule, past.get(code)) for code, rule in rules.items()}
    for code, rescored in found.items():
        seen.add(card[0].kind, code, past.get(code), rescored)
    known = {
        code: each.points for code, each in found.items() if each.points is not None
    }
    return _Again(
        [Score(each.points, rules[code].weight) for code, each in found.items()],
        {code: points * rules[code].weight for code, points in known.items()},
        [code for code in found if code not in known],
    )


class RatingTrial(models.Model):
    """Trial of a template on past quarters, before it is used.

    The closed cards of confirmed quarters are scored again by other indicators, steps,
    weights and bands. Nothing of the past is touched.
    """

    _name = "rating.trial"
    _description = "What If"
    _inherit = ["rating.report"]
    _order = "id desc"
    _check_company_auto = True

    _parameters = frozenset(
        {"performance_template_id", "conduct_template_id"}
        | {"company_id", "date_from", "date_to"}
    )
    _months = 6

    performance_template_id = fields.Many2one(
        "rating.scorecard.template",
        "Performance",
        domain="[('kind', '=', 'performance')]",
        check_company=True,
        ondelete="cascade",
        help="Leave empty to keep what the performance cards came to.",
    )
    conduct_template_id = fields.Many2one(
        "rating.scorecard.template",
        "Conduct",
        domain="[('kind', '=', 'conduct')]",
        check_company=True,
        ondelete="cascade",
        help="Leave empty to keep what the conduct cards came to.",
    )
    line_ids = fields.One2many("rating.trial.line", "trial_id", copy=False)
    changed_ids = fields.One2many(
        "rating.trial.line",
        "trial_id",
        "Would Change",
        domain=[("direction", "in", ("up", "down"))],
    )
    left_ids = fields.One2many(
        "rating.trial.line",
        "trial_id",
        "Quarters Left Out",
        domain=[("direction", "=", "open")],
    )
    indicator_ids = fields.One2many("rating.trial.indicator", "trial_id", copy=False)
    up_count = fields.Integer("Would Rise", readonly=True, copy=False)
    same_count = fields.Integer("Unchanged", readonly=True, copy=False)
    down_count = fields.Integer("Would Fall", readonly=True, copy=False)
    left_count = fields.Integer("Cannot Be Computed", readonly=True, copy=False)
    text = fields.Text("In Words", compute="_compute_text")
    open_text = fields.Text("Left Out", compute="_compute_text")

    _sane = models.Constraint(
        "CHECK (date_from <= date_to)", "The first day comes before the last."
    )

    # === CONSTRAINT METHODS === #

    @api.constrains("performance_template_id", "conduct_template_id")
    def _check_templates(self):
        for trial in self:
            tried = trial._tried()
            if not tried:
                raise ValidationError(self.env._("Choose the template to try."))
            for kind, template in tried.items():
                if template.kind != kind:
                    raise ValidationError(
                        self.env._(
                            "%(template)s is not for such cards.",
                            template=template.display_name,
                        )
                    )

    # === COMPUTE METHODS === #

    @api.depends_context("lang")
    @api.depends("performance_template_id", "conduct_template_id", "date_to")
    def _compute_display_name(self):
        for trial in self:
            tried = trial.performance_template_id | trial.conduct_template_id
            trial.display_name = self.env._("New trial")
            if tried:
                trial.display_name = self.env._(
                    "%(templates)s on the quarters to %(quarter)s",
                    templates=", ".join(tried.mapped("display_name")),
                    quarter=self.env.company._trade_period(trial.date_to, quarter=True),
                )

    @api.depends_context("lang")
    @api.depends("computed_on", "indicator_ids")
    def _compute_text(self):
        for trial in self:
            trial.text = trial.computed_on and trial._say_result()
            trial.open_text = trial.computed_on and trial._say_open()

    def _say_result(self):
        told = self.up_count + self.same_count + self.down_count
        if not told:
            return self.env._("None of these quarters can be scored by this template.")
        return self.env._(
            "Of %(count)d quarters of dealers %(up)d would have ended with a better "
            "grade, %(down)d with a worse one, %(same)d with the same.",
            count=told,
            up=self.up_count,
            down=self.down_count,
            same=self.same_count,
        )

    def _say_open(self):
        if not self.left_count:
            return False
        names = self.indicator_ids.filtered("open_count").mapped("name")
        if not names:
            return self.env._(
                "%(count)d more cannot be computed: they have no such cards.",
                count=self.left_count,
            )
        return self.env._(
            "%(count)d more cannot be computed: their cards have no value that these "
            "indicators could use: %(indicators)s.",
            count=self.left_count,
            indicators=", ".join(names),
        )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        trials = super().create(vals_list)
        trials._check_templates()  # Odoo checks only what was given
        return trials

    def _forget(self):
        self.line_ids.unlink()
        self.indicator_ids.unlink()
        return super()._forget()

    # === ACTION METHODS === #

    def action_lines(self):
        """Open the quarters behind a figure; the button's context says which."""
        self.ensure_one()
        chosen = self.env.context.get("line_domain", [])
        xml_id = "dealer_rating.rating_trial_line_action"
        return shipped_for(self.env, xml_id, [("trial_id", "=", self.id), *chosen])

    # === COMPUTING === #

    def _evaluate(self):
        """Compute and store what the quarters would have been.

        :return: how many quarters there were
        """
        self.ensure_one()
        rules, grades = self._rules(), self._grades()
        seen, counted, values = _Seen(), Counter(), []
        for rows in self._past_quarters():
            line = self._prepare_line(rows, rules, grades, seen)
            counted[line["direction"]] += 1
            values.append(line)
            if len(values) == STORED:
                self._store_lines(values)
        self._store_lines(values)
        self._store_indicators(seen)
        self.write(
            {
                "computed_on": self.env.cr.now(),
                "up_count": counted["up"],
                "same_count": counted["same"],
                "down_count": counted["down"],
                "left_count": counted["open"],
            }
        )
        return counted.total()

    def _tried(self):
        """:return: {kind: template}"""
        names = {kind: f"{kind}_template_id" for kind in ("performance", "conduct")}
        return {kind: self[name] for kind, name in names.items() if self[name]}

    def _grades(self):
        """:return: {letters: (id, place)}, and {id: place}"""
        found = self.env["dealer.grade"]._by_letters().items()
        by_letters = {letters: (grade.id, grade.sequence) for letters, grade in found}
        return by_letters, dict(by_letters.values())

    def _rules(self):
        """:return: {kind: {code: Rule}}"""
        return {
            kind: {
                indicator.code: Rule(
                    indicator.code,
                    indicator.method,
                    indicator.top,
                    indicator.weight,
                    indicator.measure or None,
                    tuple(indicator._steps()),
                    indicator.nothing_points if indicator.nothing == "points" else None,
                )
                for indicator in template.indicator_ids
            }
            for kind, template in self._tried().items()
        }

    # === PAST QUARTERS === #

    def _past_quarters(self):
        """Yield the rows of each quarter: one statement, read piece by piece."""
        self.env.flush_all()
        cr = self.env.cr
        cr.execute(
            SQL("DECLARE rating_trial NO SCROLL CURSOR FOR %s", self._past_sql())
        )
        try:
            rows = []
            for row in _fetched(cr):
                if rows and rows[0].quarter_id != row.quarter_id:
                    yield rows
                    rows = []
                rows.append(row)
            if rows:
                yield rows
        finally:
            cr.execute("CLOSE rating_trial")

    def _past_sql(self):
        """Return the scores of the quarters, in the order of quarters and cards.

        A value counts only if it was counted or measured: for what is entered it
        repeats the points.
        """
        return SQL(
            """
            SELECT quarter.id, quarter.dealer_id, quarter.partner_id, quarter.date_from,
                   quarter.grade_id,
                   quarter.performance_band || quarter.conduct_band,
                   quarter.performance::float, quarter.conduct::float,
                   card.id, card.kind, score.state, indicator.code, indicator.method,
                   indicator.measure, score.points::float, indicator.top::float,
                   indicator.weight::float,
                   CASE WHEN score.state = 'scored'
                             AND (score.is_measured OR score.method = 'violations')
                        THEN score.value::float END,
                   score.is_measured OR score.scored_by_id IS NOT NULL
              FROM dealer_quarter AS quarter
              LEFT JOIN (rating_scorecard AS card
                   JOIN rating_score AS score ON score.scorecard_id = card.id
                   JOIN rating_indicator AS indicator
                     ON indicator.id = score.indicator_id)
                ON card.dealer_id = quarter.dealer_id AND card.is_current
               AND card.kind = ANY(%(kinds)s)
               AND card.date_from BETWEEN quarter.date_from AND quarter.date_to
             WHERE quarter.company_id = %(company)s AND quarter.is_current
               AND quarter.state = 'confirmed' AND quarter.grade_id IS NOT NULL
               AND quarter.date_from >= %(date_from)s AND quarter.date_to <= %(date_to)s
             ORDER BY quarter.date_from, quarter.id, card.kind, card.date_from, card.id
            """,
            kinds=list(self._tried()),
            company=self.company_id.id,
            date_from=self.date_from,
            date_to=self.date_to,
        )

    # === SCORING AGAIN === #

    def _prepare_line(self, rows, rules, grades, seen):
        """Return a quarter as it would have been, as field values."""
        first = rows[0]
        points = {"performance": first.performance, "conduct": first.conduct}
        letters = dict(zip(points, first.letters, strict=True))
        missing, changed = {}, []
        for kind, template in self._tried().items():
            cards = _cards(rows, kind)
            again = [_again(card, rules[kind], seen) for card in cards]
            missing |= dict.fromkeys(code for each in again for code in each.missing)
            try:
                points[kind] = self._judged(again, template)
            except MissingScore:
                letters[kind] = None
                continue
            letters[kind] = band(points[kind], template.band_a, template.band_b)
            changed += changes(
                [
                    {row.code: (row.points or 0.0) * row.weight for row in card}
                    for card in cards
                ],
                [each.contributions for each in again],
                1 if template.quarter_total == "sum" else len(cards),
            )
        line = self._prepare_past(first)
        if None in letters.values():
            return line | {"direction": "open", "missing": list(missing)}
        return line | self._prepare_outcome(first, points, letters, changed, grades)

    @staticmethod
    def _judged(again, template):
        """:raises MissingScore: if a score is missing, or there is no card"""
        totals = [None if each.missing else total(each.scores) for each in again]
        return core.performance(totals, template.quarter_total)

    def _prepare_past(self, row):
        total = row.performance + row.conduct
        names = ("quarter_id", "dealer_id", "partner_id", "date_from", "grade_id")
        kept = {name: getattr(row, name) for name in names}
        return {"trial_id": self.id, "total": total, **kept}

    @staticmethod
    def _prepare_outcome(row, points, letters, changed, grades):
        by_letters, places = grades
        grade_id, place = by_letters["".join(letters.values())]
        step = place - places[row.grade_id]
        return {
            "new_grade_id": grade_id,
            "direction": "up" if step < 0 else "down" if step else "same",
            "new_performance": points["performance"],
            "new_conduct": points["conduct"],
            "new_total": sum(points.values()),
            "difference": sum(points.values()) - row.performance - row.conduct,
            "changes": [list(change) for change in changed],
        }

    # === STORING === #

    def _store_lines(self, values):
        """Store what was computed so far, and forget it."""
        self.env["rating.trial.line"].create(values)
        values.clear()
        self.env.flush_all()
        self.env["rating.trial.line"].invalidate_model(flush=False)

    def _store_indicators(self, seen):
        self.env["rating.trial.indicator"].create(
            [
                {
                    "trial_id": self.id,
                    "indicator_id": indicator.id,
                    "before": seen.mean("before", kind, indicator.code),
                    "after": seen.mean("after", kind, indicator.code),
                    **{
                        f"{how}_count": seen.how[kind, indicator.code][how]
                        for how in ("steps", "scaled", "waived", "nothing", "open")
                    },
                }
                for kind, template in self._tried().items()
                for indicator in template.indicator_ids
            ]
        )
