from odoo import api, fields, models

from odoo.addons.trade_credit_base.windows import list_of


class RatingScreening(models.Model):
    """Candidates compared on weighted criteria: whom to take as a dealer?"""

    _name = "rating.screening"
    _description = "Screening"
    _inherit = ["trade.rooted", "trade.owned"]
    _branches_write = True
    _order = "date desc, id desc"

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    date = fields.Date("Day", required=True, default=fields.Date.context_today)
    note = fields.Text("Purpose")
    criterion_ids = fields.One2many(
        "rating.screening.criterion", "screening_id", "Criteria", copy=True
    )
    candidate_ids = fields.One2many(
        "rating.screening.candidate", "screening_id", "Candidates", copy=False
    )
    score_ids = fields.One2many(
        "rating.screening.score", "screening_id", "Scores", copy=False
    )
    candidate_count = fields.Integer(
        "Number of Candidates", compute="_compute_standing"
    )
    missing = fields.Integer("Scores Missing", compute="_compute_standing")
    best = fields.Char("Ranked First", compute="_compute_standing")

    # === COMPUTE METHODS === #

    @api.depends("candidate_ids.rank", "candidate_ids.missing", "candidate_ids.name")
    def _compute_standing(self):
        for screening in self:
            candidates = screening.candidate_ids
            screening.candidate_count = len(candidates)
            screening.missing = sum(candidates.mapped("missing"))
            first = candidates.filtered(lambda each: each.rank == 1)
            screening.best = ", ".join(first.mapped("name")) or False

    # === CRUD METHODS === #

    def copy_data(self, default=None):
        values = super().copy_data(default)
        if "name" not in (default or {}):
            for screening, vals in zip(self, values, strict=True):
                vals["name"] = self.env._("%(name)s (copy)", name=screening.name)
        return values

    # === ACTION METHODS === #

    def action_open_scores(self):
        """Open the scores of this screening as a list to fill in."""
        self.ensure_one()
        return list_of(
            self.env["rating.screening.score"],
            self.env._("Scores: %(screening)s", screening=self.name),
            [("screening_id", "=", self.id)],
            views=[(False, "list")],
            context={"search_default_group_candidate": 1},
        )

    def action_open_ranking(self):
        """Open the candidates of this screening as a graph of their totals."""
        self.ensure_one()
        return list_of(
            self.env["rating.screening.candidate"],
            self.env._("Ranking: %(screening)s", screening=self.name),
            [("screening_id", "=", self.id)],
            views=[(False, kind) for kind in ("graph", "list", "form")],
            context={},
        )

    # === BUSINESS METHODS === #

    def _fill(self):
        """Give every candidate a blank score on every criterion; keep those it has."""
        screenings = self.sudo()
        Score = screenings.env["rating.screening.score"]
        scores = Score.search([("screening_id", "in", screenings.ids)])
        given = {(score.candidate_id, score.criterion_id) for score in scores}
        Score.create(
            [
                {"candidate_id": candidate.id, "criterion_id": criterion.id}
                for screening in screenings
                for candidate in screening.candidate_ids
                for criterion in screening.criterion_ids
                if (candidate, criterion) not in given
            ]
        )
