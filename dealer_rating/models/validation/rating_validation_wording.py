from odoo import api, fields, models

from ...core import validate

# Texts ``<name>_text``, each worded by a method ``_say_<name>``
SAID = "cases", "few", "auc", "gini", "ks", "late", "lost", "moves", "stability"


class RatingValidation(models.Model):
    """The figures in plain words: what each means, and whether it is good."""

    _inherit = "rating.validation"

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
