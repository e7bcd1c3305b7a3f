from odoo import api, fields, models


class RatingScreeningScore(models.Model):
    """One cell of the matrix: how a candidate does on a criterion.

    Cells come with candidates and criteria; nobody creates them by hand.
    """

    _name = "rating.screening.score"
    _description = "Screening Score"
    _inherit = ["trade.owned", "trade.card"]
    _owner = "candidate_id.screening_id.company_id"
    _branches_write = True
    # Not by candidate: candidates are ordered by what is computed from scores
    _order = "screening_id, sequence, id"
    _rec_name = "criterion_id"

    candidate_id = fields.Many2one(
        "rating.screening.candidate",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    criterion_id = fields.Many2one(
        "rating.screening.criterion",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    screening_id = fields.Many2one(
        related="candidate_id.screening_id", store=True, index=True
    )
    company_id = fields.Many2one(related="screening_id.company_id", store=True)
    sequence = fields.Integer(related="criterion_id.sequence", store=True)
    importance = fields.Integer(related="criterion_id.importance", aggregator=None)
    score = fields.Selection(
        [
            ("0", "Not scored"),
            ("1", "1 of 5"),
            ("2", "2 of 5"),
            ("3", "3 of 5"),
            ("4", "4 of 5"),
            ("5", "5 of 5"),
        ],
        required=True,
        default="0",
        help="Click the chosen star again to take the score back.",
    )
    points = fields.Integer(compute="_compute_points", help="Importance × score.")

    _cell_unique = models.UniqueIndex(
        "(candidate_id, criterion_id)",
        "A candidate has one score on each criterion.",
    )

    @api.depends("score", "importance")
    def _compute_points(self):
        for score in self:
            score.points = score.importance * int(score.score)
