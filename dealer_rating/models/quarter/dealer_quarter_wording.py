from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import format_date, formatLang

from odoo.addons.trade_credit_base.windows import list_of


class DealerQuarter(models.Model):
    """A quarter in words: how its totals, its letters and its grade came about."""

    _inherit = "dealer.quarter"

    period = fields.Char(compute="_compute_period")
    grade_color = fields.Integer(related="grade_id.color")
    performance_words = fields.Char(
        "How Performance Came About", compute="_compute_words"
    )
    conduct_words = fields.Char("How Conduct Came About", compute="_compute_words")
    total_words = fields.Char("How the Grade Came About", compute="_compute_words")
    waiting_words = fields.Char("What It Waits For", compute="_compute_words")

    # === COMPUTE METHODS === #

    @api.depends_context("lang")
    @api.depends("date_from")
    def _compute_period(self):
        cards = self.env["rating.scorecard"]
        for quarter in self:
            quarter.period = cards._period_name("conduct", quarter.date_from)

    @api.depends_context("lang")
    @api.depends(
        "performance", "conduct", "total", "grade_id", "missing", "missing_cards"
    )
    def _compute_words(self):
        for quarter in self:
            cards = quarter.scorecard_ids
            months = cards.filtered(lambda card: card.kind == "performance")
            quarter.performance_words = quarter._performance_words(months)
            quarter.conduct_words = quarter._conduct_words(cards - months)
            quarter.total_words = quarter._total_words()
            quarter.waiting_words = quarter._waiting_words()

    def _performance_words(self, cards):
        """Return the months' totals, what they come to, and the letter."""
        if not cards or not self.performance_band:
            return False
        template = cards.sorted("date_from")[-1].template_id
        totals = [self._points(card.points) for card in cards.sorted("date_from")]
        words = {
            "totals": " + ".join(totals),
            "months": len(totals),
            "result": self._points(self.performance),
            **self._band_words(template, self.performance_band),
        }
        if template.quarter_total == "sum" or len(totals) == 1:
            return self.env._(
                "%(totals)s = %(result)s → %(letter)s (A from %(a)s, B from %(b)s)",
                **words,
            )
        return self.env._(
            "(%(totals)s) / %(months)d = %(result)s → %(letter)s "
            "(A from %(a)s, B from %(b)s)",
            **words,
        )

    def _conduct_words(self, cards):
        """Return the conduct card's total and the letter."""
        if not cards or not self.conduct_band:
            return False
        return self.env._(
            "%(result)s → %(letter)s (A from %(a)s, B from %(b)s)",
            result=self._points(self.conduct),
            **self._band_words(cards[-1].template_id, self.conduct_band),
        )

    def _total_words(self):
        """Return the two letters and the two scores put together."""
        if not self.grade_id:
            return False
        return self.env._(
            "%(performance)s + %(conduct)s = %(total)s, grade %(grade)s",
            performance=self._points(self.performance),
            conduct=self._points(self.conduct),
            total=self._points(self.total),
            grade=self.grade_id.name,
        )

    def _waiting_words(self):
        """Return what is missing before the quarter can have a grade."""
        if self.missing and self.missing_cards:
            return self.env._(
                "Missing scores: %(scores)d. Cards not open yet: %(cards)d.",
                scores=self.missing,
                cards=self.missing_cards,
            )
        if self.missing:
            return self.env._(
                "Missing scores: %(scores)d. A missing score is not a zero: have it "
                "scored, or waived with a reason.",
                scores=self.missing,
            )
        if self.missing_cards:
            return self.env._(
                "Cards not open yet: %(cards)d.",
                cards=self.missing_cards,
            )
        return False

    def _why_waiting(self, most=5):
        """Return why these quarters cannot be confirmed, a sentence for each.

        :param int most: how many are told by name; the others are counted
        :rtype: list[str]
        """
        told = [quarter._why_this_waits() for quarter in self[:most]]
        if len(self) > most:
            told.append(self.env._("And %(count)d more.", count=len(self) - most))
        return told

    def _why_this_waits(self):
        words = {"quarter": self.display_name, "count": self.missing}
        if self.state == "confirmed" or not self.is_current:
            return self.env._("%(quarter)s is confirmed already.", **words)
        if self.missing:
            return self.env._("%(quarter)s: missing scores %(count)d.", **words)
        if self.date_to >= self.company_id._trade_day():
            words["day"] = format_date(self.env, self.date_to)
            return self.env._("%(quarter)s runs until %(day)s.", **words)
        if not self.is_complete:
            return self.env._("%(quarter)s: not all cards are open yet.", **words)
        return self.env._("%(quarter)s: the quarter before it is open.", **words)

    def _band_words(self, template, letter):
        return {
            "letter": letter,
            "a": self._points(template.band_a),
            "b": self._points(template.band_b),
        }

    def _points(self, points):
        return formatLang(self.env, points, digits=2).removesuffix(
            formatLang(self.env, 0, digits=2)[1:]
        )

    # === ACTION METHODS === #

    def action_open_scores(self):
        """Open the scores that this quarter still waits for."""
        self.ensure_one()
        return list_of(
            self.env["rating.score"],
            self.env._("Missing Scores"),
            [("scorecard_id", "in", self.scorecard_ids.ids), ("state", "=", "open")],
            context={},
            help=Markup("<p class='o_view_nocontent_smiling_face'>%s</p>")
            % self.env._("Nothing is missing any more"),
        )
