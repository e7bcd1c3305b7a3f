from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...core.sheet_cell import period_code


class RatingIndicator(models.Model):
    """An indicator, as whoever scores it needs it explained."""

    _inherit = "rating.indicator"

    def action_guide(self):
        """Show what to look at when scoring, and what earns how many points."""
        self.ensure_one()
        view = self.env.ref("dealer_rating.rating_indicator_view_form_guide")
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": self._name,
            "res_id": self.id,
            "views": [(view.id, "form")],
            "target": "new",
            "context": {"create": False, "edit": False},
        }


class RatingScore(models.Model):
    """Scores as a department works through them: its column, dealer after dealer."""

    _inherit = "rating.score"

    # A mean says something of many dealers, a sum does not
    points = fields.Float(aggregator="avg")
    is_mine = fields.Boolean(
        "My Department", compute="_compute_is_mine", search="_search_is_mine"
    )
    period = fields.Char(compute="_compute_period")

    # === COMPUTE METHODS === #

    @api.depends_context("uid")
    @api.depends("department_id")
    def _compute_is_mine(self):
        mine = self.env["rating.department"]._of(self.env.user)
        for score in self:
            score.is_mine = score.department_id in mine

    def _search_is_mine(self, operator, value):
        if operator != "in":
            return NotImplemented
        mine = self.env["rating.department"]._of(self.env.user)
        domain = Domain("department_id", "in", mine.ids)
        return domain if True in value else ~domain

    @api.depends_context("lang")
    @api.depends("kind", "date_from")
    def _compute_period(self):
        cards = self.env["rating.scorecard"]
        for score in self:
            score.period = cards._period_name(score.kind, score.date_from)

    # === ACTION METHODS === #

    def action_guide(self):
        """Show what to look at when scoring this."""
        return self.indicator_id.action_guide()

    def action_ask_waiver(self):
        """Open the dialog that asks why the chosen scores are waived.

        :raises UserError: if none of them can be: scored, or on a closed card
        """
        todo = self.filtered(
            lambda score: score.state == "open" and score.card_state == "open"
        )
        if not todo:
            raise UserError(
                self.env._(
                    "Only what nobody scored can be waived, as long as its card is "
                    "open. None of these is."
                )
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Waive Scores"),
            "res_model": "rating.waive",
            "view_mode": "form",
            "target": "new",
            "context": {"default_score_ids": [fields.Command.set(todo.ids)]},
        }


class RatingScorecard(models.Model):
    """Cards, as lists of them show them."""

    _inherit = "rating.scorecard"

    points = fields.Float(aggregator="avg")
    period = fields.Char(compute="_compute_period")

    @api.depends_context("lang")
    @api.depends("kind", "date_from")
    def _compute_period(self):
        for card in self:
            card.period = self._period_name(card.kind, card.date_from)

    @api.model
    def _period_name(self, kind, date_from):
        """:return: a month or a quarter in the reader's language, like *March 2025*"""
        if not date_from:
            return False
        company = self.env.company
        return company._rating_period(date_from, quarter=kind == "conduct")

    @api.model
    def _period_code(self, kind, date_from):
        """:return: a month or a quarter as sheets name it, like ``2025-M03``"""
        return period_code(date_from, quarterly=kind == "conduct")

    def action_ask_correction(self):
        """Open the dialog that asks why the chosen cards are corrected."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Correct Cards"),
            "res_model": "rating.correct",
            "view_mode": "form",
            "target": "new",
            "context": {"default_scorecard_ids": [fields.Command.set(self.ids)]},
        }
