from collections import Counter
from itertools import pairwise

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.trade_credit_base.windows import shipped, shipped_for

from ...core import migration as core
from ...core import validate


def _known(counted, bad, good, by_grade=False):
    """Yield cases for the core from counted ones: those with one of two outcomes."""
    for (grade, total, outcome), count in counted.items():
        if outcome in (bad, good):
            for _case in range(count):
                yield (grade if by_grade else total), outcome == bad


# Texts ``<name>_text``, each worded by a method ``_say_<name>``
SAID = "cases", "few", "auc", "gini", "ks", "late", "lost", "moves", "stability"


class RatingValidation(models.Model):
    """Does the rating predict? What became of the dealers of closed quarters.

    Each confirmed quarter of a dealer is one case: its total and grade, and how the
    dealer paid what fell due in the quarter after it. The cases are kept, so that every
    figure leads to them.
    """

    _name = "rating.validation"
    _description = "Does It Predict?"
    _inherit = ["rating.report"]
    _order = "date_to desc, id desc"

    _parameters = frozenset(
        {"company_id", "date_from", "date_to", "day"}
        | {"days_late", "days_lost", "lost_share", "least"}
    )

    day = fields.Date(
        "As Known On",
        required=True,
        default=lambda self: self.env.company._trade_day(),
        help="Invoices and payments of a later date do not count.",
    )
    days_late = fields.Integer(
        "Late After",
        required=True,
        default=30,
        help="A dealer paid late if anything that fell due in the next quarter was "
        "paid, or is open, more than so many days after its due date.",
    )
    days_lost = fields.Integer(
        "Lost After",
        required=True,
        default=90,
        help="An item is lost if it was not paid so many days after its due date.",
    )
    lost_share = fields.Float(
        "Lost If Written Off",
        required=True,
        default=0.1,
        digits=(16, 4),
        help="An item is lost as well if more than this share of it was written off: "
        "settled against an expense, other than by a credit note.",
    )
    least = fields.Integer(
        "Fewest Cases",
        required=True,
        default=10,
        help="Fewer late or fewer punctual dealers than this give no figure.",
    )

    # What the figures stand on
    case_ids = fields.One2many("rating.validation.case", "validation_id", copy=False)
    late_count = fields.Integer("Late", readonly=True, copy=False)
    good_count = fields.Integer("In Time", readonly=True, copy=False)
    unknown_count = fields.Integer("Not Known Yet", readonly=True, copy=False)
    none_count = fields.Integer("Nothing Due", readonly=True, copy=False)
    lost_count = fields.Integer("Lost", readonly=True, copy=False)
    kept_count = fields.Integer("Not Lost", readonly=True, copy=False)
    is_enough = fields.Boolean(readonly=True, copy=False)

    # The figures
    auc = fields.Float("AUC", digits=(16, 6), readonly=True, copy=False)
    auc_error = fields.Float(digits=(16, 6), readonly=True, copy=False)
    gini = fields.Float(digits=(16, 6), readonly=True, copy=False)
    ks = fields.Float("KS", digits=(16, 6), readonly=True, copy=False)
    ks_score = fields.Float(digits=(16, 2), readonly=True, copy=False)
    ks_late = fields.Float(digits=(16, 6), readonly=True, copy=False)
    ks_good = fields.Float(digits=(16, 6), readonly=True, copy=False)
    up_count = fields.Integer("Risen", readonly=True, copy=False)
    same_count = fields.Integer("Unchanged", readonly=True, copy=False)
    down_count = fields.Integer("Fallen", readonly=True, copy=False)
    left_count = fields.Integer("Left", readonly=True, copy=False)
    grade_ids = fields.One2many("rating.validation.grade", "validation_id", copy=False)
    band_ids = fields.One2many("rating.validation.band", "validation_id", copy=False)
    move_ids = fields.One2many("rating.validation.move", "validation_id", copy=False)
    shift_ids = fields.One2many("rating.validation.shift", "validation_id", copy=False)

    _sane = models.Constraint(
        "CHECK (date_from <= date_to AND days_late >= 0 AND days_lost >= days_late"
        " AND least > 0 AND lost_share BETWEEN 0 AND 1)",
        "The first day comes before the last. Lost is later than late, the written-off "
        "share lies between 0 and 1, and at least one case is needed.",
    )

    # === COMPUTE METHODS === #

    @api.depends_context("lang")
    @api.depends("date_from", "date_to")
    def _compute_display_name(self):
        period = self.env.company._trade_period
        for report in self:
            days = report.date_from, report.date_to
            report.display_name = " – ".join(period(day, quarter=True) for day in days)

    # === CRUD METHODS === #

    def _forget(self):
        for name in ("grade_ids", "band_ids", "move_ids", "shift_ids", "case_ids"):
            self[name].unlink()
        return super()._forget()

    # === ACTION METHODS === #

    def action_cases(self):
        """Open the cases behind a figure; the button's context says which."""
        self.ensure_one()
        chosen = self.env.context.get("case_domain", [])
        xml_id = "dealer_rating.rating_validation_case_action"
        return shipped_for(self.env, xml_id, [("validation_id", "=", self.id), *chosen])

    def action_figures(self):
        """Open the figures behind a page as list and graph; the context says which."""
        self.ensure_one()
        kind = self.env.context.get("figures")
        if kind not in ("grade", "band", "move", "shift"):
            raise UserError(self.env._("There are no figures of that kind."))
        return shipped(
            self.env,
            f"dealer_rating.rating_validation_{kind}_action",
            domain=[("validation_id", "=", self.id)],
        )

    # === FIGURES === #

    def _evaluate(self):
        found = self._store_cases()
        if found:
            self._store_figures()
        return found

    def _store_figures(self):
        """Compute and store what the cases of this report say."""
        late, lost = self._counted("late"), self._counted("lost")
        self.write(
            self._prepare_counts(late, lost)
            | self._prepare_separation(late)
            | self._store_moves()
        )
        self._store_grades(late, lost)
        self._store_bands(late)
        self._store_shifts()

    def _counted(self, outcome):
        """Return how many cases there are of each grade, total and outcome.

        :param str outcome: ``late`` or ``lost``
        :rtype: Counter[tuple[int, float, str]]
        """
        self.env["rating.validation.case"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT grade_id, total::float, %s, COUNT(*)
                     FROM rating_validation_case WHERE validation_id = %s
                    GROUP BY 1, 2, 3 ORDER BY 1, 2, 3""",
                SQL.identifier(outcome),
                self.id,
            )
        )
        return Counter({tuple(key): count for *key, count in rows})

    # === LATE OR NOT === #

    def _prepare_counts(self, late, lost):
        counts = {
            f"{name}_count": sum(
                count for (*_case, outcome), count in counted.items() if outcome == name
            )
            for counted, names in (
                (late, ("late", "good", "unknown", "none")),
                (lost, ("lost", "kept")),
            )
            for name in names
        }
        return {"computed_on": self.env.cr.now(), **counts}

    def _prepare_separation(self, late):
        """:return: AUC, Gini and KS as field values; zeros where cases are too few"""
        cases = list(_known(late, "late", "good"))
        bad = sum(is_late for _total, is_late in cases)
        good = len(cases) - bad
        if min(bad, good) < self.least:
            names = ("auc", "auc_error", "gini", "ks", "ks_score", "ks_late", "ks_good")
            return dict.fromkeys(names, 0.0) | {"is_enough": False}
        area, separation = validate.auc(cases), validate.ks(cases)
        return {
            "is_enough": True,
            "auc": area,
            "auc_error": validate.auc_error(area, bad, good),
            "gini": validate.gini(cases),
            "ks": separation.ks,
            "ks_score": separation.score,
            "ks_late": separation.bad,
            "ks_good": separation.good,
        }

    # === BY GRADE AND BY SCORE === #

    def _store_grades(self, late, lost):
        is_late = validate.rates(_known(late, "late", "good", by_grade=True))
        is_lost = validate.rates(_known(lost, "lost", "kept", by_grade=True))
        none = validate.Rate(0, 0)
        grades = self.env["dealer.grade"].search([])
        self.env["rating.validation.grade"].create(
            [
                {
                    "validation_id": self.id,
                    "grade_id": grade.id,
                    "sequence": grade.sequence,
                    "cases": rate.cases,
                    "late": rate.bad,
                    "late_rate": rate.share if rate.cases else 0.0,
                    "lost_cases": loss.cases,
                    "lost": loss.bad,
                    "loss_rate": loss.share if loss.cases else 0.0,
                    "is_few": rate.cases < self.least,
                }
                for grade in grades
                for rate in [is_late.get(grade.id, none)]
                for loss in [is_lost.get(grade.id, none)]
                if rate.cases or loss.cases
            ]
        )

    def _store_bands(self, late):
        """Store, by whole points, which share of the late and of the others is there
        or below."""
        found = {"late": Counter(), "good": Counter()}
        for (_grade, total, outcome), count in late.items():
            if outcome in found:
                found[outcome][total // 1] += count
        scores = sorted(found["late"].keys() | found["good"].keys())
        values = []
        for outcome, counted in found.items():
            below, whole = 0, counted.total()
            for score in scores if whole else ():
                below += counted[score]
                values.append(
                    {
                        "validation_id": self.id,
                        "score": score,
                        "outcome": outcome,
                        "cases": counted[score],
                        "share": below / whole,
                    }
                )
        self.env["rating.validation.band"].create(values)

    # === FROM QUARTER TO QUARTER === #

    def _store_moves(self):
        """Store the migration of grades.

        :return: how many went in which direction, as field values
        """
        Case = self.env["rating.validation.case"]
        rows = Case._read_group(
            [("validation_id", "=", self.id), ("direction", "!=", False)],
            ["grade_id", "next_grade_id", "direction"],
            ["__count"],
        )
        states = self.env["dealer.grade"].search([]).ids
        counts = {
            (grade.id, then.id or None): count
            for grade, then, _direction, count in rows
        }
        migration = core.migration(counts, states)
        shares, stayed = migration.shares(), migration.shares(leavers=False)
        self.env["rating.validation.move"].create(
            [
                {
                    "validation_id": self.id,
                    "grade_id": grade.id,
                    "next_grade_id": then.id,
                    "direction": direction,
                    "dealers": count,
                    "share": shares[grade.id][then.id or None],
                    "stayed_share": stayed[grade.id][then.id] if then else 0.0,
                }
                for grade, then, direction, count in rows
            ]
        )
        directions = migration.directions()
        return {
            f"{name}_count": getattr(directions, name) for name in directions._fields
        }

    def _store_shifts(self):
        """Store the stability of the grades from quarter to quarter, and over all."""
        rows = self.env["rating.validation.case"]._read_group(
            [("validation_id", "=", self.id)],
            ["date_from:day", "grade_id"],
            ["__count"],
        )
        by_day = {}
        for day, grade, count in rows:
            by_day.setdefault(day, {})[grade.id] = count
        days = sorted(by_day)
        pairs = [(False, *pair) for pair in pairwise(days)]
        if len(days) > 2:
            pairs.insert(0, (True, days[0], days[-1]))
        self.env["rating.validation.shift"].create(
            [
                self._prepare_shift(is_whole, day, then, by_day)
                for is_whole, day, then in pairs
            ]
        )

    def _prepare_shift(self, is_whole, day, then, by_day):
        before, now = by_day[day], by_day[then]
        cases, cases_next = sum(before.values()), sum(now.values())
        is_few = min(cases, cases_next) < self.least
        return {
            "validation_id": self.id,
            "is_whole": is_whole,
            "date_from": day,
            "date_next": then,
            "cases": cases,
            "cases_next": cases_next,
            "is_few": is_few,
            "psi": 0.0 if is_few else core.psi(before, now),
        }

    # === IN WORDS === #

    cases_text = fields.Text("Cases", compute="_compute_texts")
    few_text = fields.Text("Too Few", compute="_compute_texts")
    auc_text = fields.Text("AUC in Words", compute="_compute_texts")
    gini_text = fields.Text("Gini in Words", compute="_compute_texts")
    ks_text = fields.Text("KS in Words", compute="_compute_texts")
    late_text = fields.Text("Late by Grade", compute="_compute_texts")
    lost_text = fields.Text("Lost by Grade", compute="_compute_texts")
    moves_text = fields.Text("Migration", compute="_compute_texts")
    stability_text = fields.Text("Stability", compute="_compute_texts")

    @api.depends_context("lang")
    @api.depends("computed_on", "grade_ids", "shift_ids")
    def _compute_texts(self):
        for report in self:
            for name in SAID:
                say = getattr(report, f"_say_{name}")
                report[f"{name}_text"] = report.computed_on and say()

    # === WHAT IT STANDS ON === #

    def _say_cases(self):
        told = self.env._(
            "%(late)d dealer quarters were followed by late payment, %(good)d by "
            "payment in time.",
            late=self.late_count,
            good=self.good_count,
        )
        if self.none_count:
            told += " " + self.env._(
                "After %(count)d nothing fell due: they are left out.",
                count=self.none_count,
            )
        if self.unknown_count:
            told += " " + self.env._(
                "After %(count)d it is not known yet: they are left out. Late payment "
                "is known before payment in time is, so the latest quarter looks worse "
                "than it will turn out.",
                count=self.unknown_count,
            )
        return told

    def _say_few(self):
        return not self.is_enough and self.env._(
            "Too few cases: %(late)d late and %(good)d in time, where %(least)d of "
            "each are asked for. Choose earlier quarters as well, wait for the next "
            "one, or ask for fewer cases.",
            late=self.late_count,
            good=self.good_count,
            least=self.least,
        )

    # === THE SCORE === #

    def _say_auc(self):
        if not self.is_enough:
            return self._say_few()
        return " ".join(
            [
                self.env._(
                    "A dealer that paid late had the worse score in %(share).0f of 100 "
                    "pairs.",
                    share=100 * self.auc,
                ),
                self._judge_auc(),
                self.env._(
                    "By chance alone it may as well be %(low).0f or %(high).0f.",
                    low=100 * max(0, self.auc - 2 * self.auc_error),
                    high=100 * min(1, self.auc + 2 * self.auc_error),
                ),
            ]
        )

    def _judge_auc(self):
        if self.auc < 0.5:
            return self.env._("That is worse than a coin: the score misleads.")
        if self.auc < 0.6:
            return self.env._("That is hardly better than a coin.")
        if self.auc < 0.7:
            return self.env._("That is weak.")
        if self.auc < 0.8:
            return self.env._("That is useful.")
        return self.env._("That is strong.")

    def _say_gini(self):
        if not self.is_enough:
            return self._say_few()
        return self.env._(
            "%(gini).0f of 100: the same as the AUC on another scale, on which a coin "
            "has 0 and a score that never errs has 100. From 40 on it is useful, from "
            "60 on strong.",
            gini=100 * self.gini,
        )

    def _say_ks(self):
        if not self.is_enough:
            return self._say_few()
        told = self.env._(
            "%(score)g points separate best: %(late).0f of 100 late payers have these "
            "or less, and %(good).0f of 100 others.",
            score=round(self.ks_score, 2),
            late=100 * self.ks_late,
            good=100 * self.ks_good,
        )
        return f"{told} {self._judge_ks()}"

    def _judge_ks(self):
        if self.ks_late < self.ks_good:
            return self.env._("That is the wrong way round: the score misleads.")
        if self.ks < 0.2:
            return self.env._("The two hardly differ.")
        if self.ks < 0.4:
            return self.env._("The difference is useful.")
        return self.env._("The difference is large.")

    # === THE GRADES === #

    def _say_late(self):
        return self._say_order(
            {line.grade_id: (line.cases, line.late) for line in self.grade_ids},
            self.env._("The lower the grade, the more pay late, as it should be."),
            lambda **words: self.env._(
                "%(worse)s is the worse grade and pays late less often than "
                "%(better)s: %(worse_rate).0f against %(better_rate).0f of 100. There "
                "the order of the grades does not hold.",
                **words,
            ),
        )

    def _say_lost(self):
        in_order = self.env._("The lower the grade, the more is lost, as it should be.")
        return self._say_order(
            {line.grade_id: (line.lost_cases, line.lost) for line in self.grade_ids},
            in_order if self.lost_count else self.env._("Nothing was lost."),
            lambda **words: self.env._(
                "%(worse)s is the worse grade and loses less often than %(better)s: "
                "%(worse_rate).1f against %(better_rate).1f of 100. There the order of "
                "the grades does not hold.",
                **words,
            ),
        )

    def _say_order(self, counted, in_order, inverted):
        """Say whether a rate rises as the grade falls.

        :param counted: {grade: (cases, bad cases)}
        :param str in_order: what is said if it does
        :param inverted: makes the sentence on two neighbours in the wrong order
        """
        rated = {grade: validate.Rate(*counts) for grade, counts in counted.items()}
        enough = [rate for rate in rated.values() if rate.cases >= self.least]
        if len(enough) < 2:
            return self.env._(
                "Too few cases: fewer than two grades have the %(least)d that are "
                "asked for.",
                least=self.least,
            )
        order = [line.grade_id for line in self.grade_ids.sorted("sequence")]
        for better, worse in validate.inversions(rated, order, least=self.least):
            return inverted(
                worse=worse.name,
                better=better.name,
                worse_rate=100 * rated[worse].share,
                better_rate=100 * rated[better].share,
            )
        return in_order

    def _say_moves(self):
        moved = self.up_count + self.same_count + self.down_count + self.left_count
        if not moved:
            return self.env._("It takes two confirmed quarters in a row to see moves.")
        return self.env._(
            "Of %(count)d moves to the next quarter %(same)d kept the grade, %(up)d "
            "rose, %(down)d fell and %(left)d are dealers no more.",
            count=moved,
            same=self.same_count,
            up=self.up_count,
            down=self.down_count,
            left=self.left_count,
        )

    def _say_stability(self):
        whole = self.shift_ids.sorted(lambda shift: (not shift.is_whole, shift.id))[:1]
        if not whole:
            return self.env._("It takes two confirmed quarters to compare.")
        if whole.is_few:
            return whole.reading
        return self.env._(
            "%(reading)s The index is %(psi).2f between the first quarter and the "
            "last; below 0.10 counts as stable, from 0.25 on as shifted.",
            reading=whole.reading,
            psi=whole.psi,
        )
