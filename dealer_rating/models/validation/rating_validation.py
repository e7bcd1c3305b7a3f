from collections import Counter
from itertools import pairwise

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.trade_credit_base.windows import shipped

from ...core import validate


def _known(counted, bad, good, by_grade=False):
    """Yield cases for the core from counted ones: those with one of two outcomes."""
    for (grade, total, outcome), count in counted.items():
        if outcome in (bad, good):
            for _case in range(count):
                yield (grade if by_grade else total), outcome == bad


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
        for report in self:
            report.display_name = "{} – {}".format(
                *(
                    self.env.company._rating_period(day, quarter=True)
                    for day in (report.date_from, report.date_to)
                )
            )

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
        return shipped(
            self.env,
            "dealer_rating.rating_validation_case_action",
            domain=[("validation_id", "=", self.id), *chosen],
            context={},
        )

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
        by_late, by_lost = Counter(), Counter()
        for (_grade, _total, outcome), count in late.items():
            by_late[outcome] += count
        for (_grade, _total, outcome), count in lost.items():
            by_lost[outcome] += count
        return {
            "computed_on": self.env.cr.now(),
            "late_count": by_late["late"],
            "good_count": by_late["good"],
            "unknown_count": by_late["unknown"],
            "none_count": by_late["none"],
            "lost_count": by_lost["lost"],
            "kept_count": by_lost["kept"],
        }

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
        migration = validate.migration(counts, states)
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
            "psi": 0.0 if is_few else validate.psi(before, now),
        }
