import math
import unicodedata

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ...core.score import least, points_of


class RatingScore(models.Model):
    """How a department scores, and a manager waives: one checked method each."""

    _inherit = "rating.score"

    def _enter(self, entries):
        """Enter scores of the current user's department; blank takes one back.

        All or nothing: the first that cannot be entered is told and none is.

        :param entries: {score id: text or number}; points, or a count where
            violations are counted
        :type entries: dict[int, str | float | None]
        :raises AccessError: if one belongs to another department
        :raises UserError: if one is no number, out of range, measured or closed
        """
        scores = self.browse(entries)
        scores.check_access("read")
        scores._check_may_score()
        numbers = {
            score: score._number_of(entries[score.id]) for score in scores.sudo()
        }
        rows = [
            score._entered(number)
            for score, number in numbers.items()
            # Blank is how a waiver looks: typing it again does not take it back
            if number is not None or score.state == "scored"
        ]
        self._store_scores(rows)

    def _check_may_score(self):
        """:raises AccessError: if the user's department is not the one that scores
        :raises UserError: if a card is closed
        """
        if self.env.su:
            mine = self.sudo().department_id
        else:
            mine = self.env["rating.department"]._of(self.env.user)
        for score in self.sudo():
            if score.department_id not in mine:
                raise AccessError(
                    self.env._(
                        "%(indicator)s is scored by %(department)s. Ask them.",
                        indicator=score.indicator_id.name,
                        department=score.department_id.name,
                    )
                )
            if score.scorecard_id.state != "open" or not score.scorecard_id.is_current:
                raise UserError(
                    self.env._(
                        "The card %(card)s is closed. A rating manager can correct "
                        "it: that makes a new version with a reason.",
                        card=score.scorecard_id.display_name,
                    )
                )

    def _number_of(self, entry):
        """:return: an entry as a number, None for a blank one
        :raises UserError: if it is neither, or nobody can have meant it
        """
        typed = "" if entry is None or entry is False else str(entry)
        # Full-width digits, points and commas are what a Chinese keyboard types
        typed = unicodedata.normalize("NFKC", typed).strip().replace(",", ".")
        if not typed:
            number = None
        else:
            try:
                number = float(typed)
            except ValueError:
                number = float("nan")
            if not math.isfinite(number) or "_" in typed:
                raise UserError(
                    self.env._(
                        "“%(entry)s” is not a number: %(indicator)s of %(dealer)s.",
                        entry=entry,
                        indicator=self.indicator_id.name,
                        dealer=self.dealer_id.partner_name,
                    )
                )
            self.indicator_id._check_entry(number)
            number = round(number, 2) + 0.0  # kept as shown, and no minus before a zero
        if self.is_measured:
            raise UserError(
                self.env._(
                    "%(indicator)s of %(dealer)s was measured from the books. Correct "
                    "the books, and it will be measured anew.",
                    indicator=self.indicator_id.name,
                    dealer=self.dealer_id.partner_name,
                )
            )
        return number

    def _entered(self, number):
        """:return: this score as a row to store, see :meth:`_store_scores`"""
        if number is None:
            return (self.id, "open", None, None, None)
        points = number
        if self.method == "violations":
            points = points_of(number, self.indicator_id._steps())
        return (self.id, "scored", number, points, None)

    def _waive(self, reason):
        """Go without these scores: each earns the least that its indicator can give.

        :raises AccessError: if the user is not a rating manager
        :raises UserError: if one is scored, or its card closed
        """
        self.env["rating.dealer"]._check_manager()
        self.check_access("read")
        if not self.env["rating.dealer"]._is_said(reason):
            raise UserError(self.env._("Say why these scores are waived."))
        rows = []
        for score in self.sudo():
            if score.state == "scored" or score.scorecard_id.state != "open":
                raise UserError(
                    self.env._(
                        "%(indicator)s of %(dealer)s is scored, or its card is "
                        "closed. Only what nobody scored can be waived.",
                        indicator=score.indicator_id.name,
                        dealer=score.dealer_id.partner_name,
                    )
                )
            steps = score.indicator_id._steps()
            worst = least(steps if score.method != "entered" else ())
            if score.method == "measured":  # a department could have given nothing
                worst = min(worst, least())
            rows.append((score.id, "waived", None, worst, reason))
        self._store_scores(rows)

    def action_confirm_measured(self):
        """Confirm measured values, in the name of a department's member.

        A value that the books change later is to be confirmed again.

        :raises AccessError: if one belongs to another department
        :raises UserError: if a card is closed, or nothing here was measured
        """
        self.check_access("read")
        measured = self.filtered("is_measured")
        measured._check_may_score()
        if not measured:
            raise UserError(
                self.env._("Nothing to confirm: none of these was measured.")
            )
        measured.sudo().write(
            {"scored_by_id": self.env.uid, "scored_on": fields.Datetime.now()}
        )
        return True

    @api.model
    def _store_scores(self, rows):
        """Write scores and sum their cards up: three statements for any number.

        :param rows: tuples (score id, state, value, points, reason)
        """
        if not rows:
            return
        self.env.flush_all()
        ids, states, values, points, reasons = map(list, zip(*rows, strict=True))
        self.env.cr.execute(
            SQL(
                """UPDATE rating_score AS score
                      SET state = new.state, value = new.value, points = new.points,
                          reason = new.reason, is_measured = FALSE, part = NULL,
                          whole = NULL, items = NULL,
                          scored_by_id = CASE WHEN new.state != 'open' THEN %(uid)s END,
                          scored_on = %(now)s, write_uid = %(uid)s,
                          write_date = %(now)s
                     FROM unnest(%(ids)s::int[], %(states)s::varchar[],
                                 %(values)s::numeric[], %(points)s::numeric[],
                                 %(reasons)s::varchar[])
                          AS new (id, state, value, points, reason)
                    WHERE score.id = new.id""",
                uid=self.env.uid,
                now=self.env.cr.now(),
                ids=ids,
                states=states,
                values=values,
                points=points,
                reasons=reasons,
            )
        )
        self.invalidate_model()
        cards = self.sudo().browse(ids).scorecard_id
        self.env["rating.scorecard"]._total(SQL("card.id = ANY(%s)", cards.ids))
        self.env["dealer.quarter"].sudo()._grade_of(cards)
