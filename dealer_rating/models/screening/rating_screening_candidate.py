from odoo import api, fields, models

from ...core import screening as core


class RatingScreeningCandidate(models.Model):
    """A candidate of a screening: a contact, or a name that is no contact yet."""

    _name = "rating.screening.candidate"
    _description = "Screening Candidate"
    _inherit = ["trade.owned", "trade.card"]
    _owner = "screening_id.company_id"
    _branches_write = True
    _order = "screening_id, is_complete desc, rank, id"

    screening_id = fields.Many2one(
        "rating.screening", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="screening_id.company_id", store=True)
    partner_id = fields.Many2one(
        "res.partner", "Contact", index="btree_not_null", ondelete="set null"
    )
    name = fields.Char(
        "Candidate",
        compute="_compute_name",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
    )
    note = fields.Text("Remarks")
    score_ids = fields.One2many("rating.screening.score", "candidate_id", "Scores")
    total = fields.Integer(
        compute="_compute_total",
        store=True,
        help="The sum of importance × score, once there is a score on every criterion.",
    )
    missing = fields.Integer("Scores Missing", compute="_compute_total", store=True)
    is_complete = fields.Boolean("Scored", compute="_compute_total", store=True)
    missing_text = fields.Char("What Is Missing", compute="_compute_missing_text")
    rank = fields.Integer(
        compute="_compute_rank",
        store=True,
        aggregator="min",
        help="1 is best; equal totals share a rank. Empty until all is scored.",
    )

    _partner_unique = models.UniqueIndex(
        "(screening_id, partner_id) WHERE partner_id IS NOT NULL",
        "This contact already is a candidate in this screening.",
    )

    # === COMPUTE METHODS === #

    @api.depends("partner_id")
    def _compute_name(self):
        for candidate in self.filtered("partner_id"):
            candidate.name = candidate.partner_id.name

    @api.depends("screening_id.criterion_ids.importance", "score_ids.score")
    def _compute_total(self):
        for candidate in self:
            importance, scores = candidate._given()
            candidate.missing = len(core.missing(importance, scores))
            try:
                candidate.total = core.total(importance, scores)
                candidate.is_complete = True
            except ValueError:  # a score missing, or an importance being mistyped
                candidate.total = 0
                candidate.is_complete = False

    @api.depends_context("lang")
    @api.depends("screening_id.criterion_ids.name", "score_ids.score")
    def _compute_missing_text(self):
        for candidate in self:
            lacking = core.missing(*candidate._given())
            candidate.missing_text = False
            if lacking:
                candidate.missing_text = self.env._(
                    "Not scored yet: %(criteria)s",
                    criteria=", ".join(criterion.name or "" for criterion in lacking),
                )

    @api.depends(
        "screening_id.candidate_ids.total", "screening_id.candidate_ids.is_complete"
    )
    def _compute_rank(self):
        for screening, candidates in self.grouped("screening_id").items():
            ranks = core.ranking(
                {
                    each: each.total if each.is_complete else None
                    for each in screening.candidate_ids | candidates
                }
            )
            for candidate in candidates:
                candidate.rank = ranks[candidate] or 0

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        candidates = super().create(vals_list)
        candidates.screening_id._fill()
        return candidates

    # === ACTION METHODS === #

    def action_make_contact(self):
        """Make a contact of a candidate who is only a name yet, and open it."""
        self.ensure_one()
        self.check_access("write")
        if not self.partner_id:
            self.partner_id = self.env["res.partner"].create(
                {"name": self.name, "is_company": True, "comment": self.note}
            )
        return self.partner_id._get_records_action()

    # === BUSINESS METHODS === #

    def _given(self):
        """:return: ``{criterion: importance}``, ``{criterion: score or None}``"""
        self.ensure_one()
        importance = {
            each: each.importance for each in self.screening_id.criterion_ids._origin
        }
        scores = {
            each.criterion_id._origin: int(each.score) or None
            for each in self.score_ids
        }
        return importance, scores
