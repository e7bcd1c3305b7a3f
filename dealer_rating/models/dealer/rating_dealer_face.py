from odoo import api, fields, models
from odoo.tools import SQL


class RatingDealer(models.Model):
    """What the list and the form show of a dealer besides its grade."""

    _inherit = "rating.dealer"

    quarter_id = fields.Many2one(
        "dealer.quarter",
        "This Quarter",
        compute="_compute_quarters",
        help="The newest one: open, or the last that was confirmed.",
    )
    confirmed_id = fields.Many2one(
        "dealer.quarter", "Last Quarter", compute="_compute_quarters"
    )
    proposal_id = fields.Many2one(
        "dealer.quarter", "To Decide", compute="_compute_quarters"
    )
    total = fields.Float(
        compute="_compute_figures",
        digits=(16, 2),
        help="Of the last quarter that was confirmed.",
    )
    rank = fields.Integer(
        compute="_compute_figures", help="In the last quarter that was confirmed."
    )
    missing = fields.Integer(
        "Missing Scores",
        compute="_compute_figures",
        help="Scores of the running quarter that nobody gave yet.",
    )
    tenure = fields.Selection("_select_tenure", compute="_compute_figures")
    abc_class = fields.Selection(related="partner_id.rating_abc_class")
    grade_color = fields.Integer(related="grade_id.color", string="Color of the Grade")

    # Rendered for the form: one look at the dealer for all of them
    face_grade = fields.Html(
        "Grade and History", compute="_compute_face", sanitize=False
    )
    face_cards = fields.Html(
        "Cards of the Quarter", compute="_compute_face", sanitize=False
    )
    face_coach = fields.Html("Coach", compute="_compute_face", sanitize=False)
    # Apart: it looks at all dealers of the class, and only when its page is opened
    face_bars = fields.Html("Indicators", compute="_compute_face_bars", sanitize=False)

    def _select_tenure(self):
        tenure = self.env["dealer.quarter"]._fields["tenure"]
        return tenure._description_selection(self.env)

    # === COMPUTE METHODS === #

    @api.depends("quarter_ids.state", "quarter_ids.is_current", "quarter_ids.proposal")
    def _compute_quarters(self):
        """Two statements for any number of dealers, however long their history."""
        Quarter = self.env["dealer.quarter"]
        Quarter.flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT ON (dealer_id, state) dealer_id, state, id
                     FROM dealer_quarter
                    WHERE dealer_id = ANY(%s) AND is_current
                    ORDER BY dealer_id, state, date_from DESC""",
                self._origin.ids,
            )
        )
        newest = {(dealer, state): id_ for dealer, state, id_ in rows}
        pending = {
            quarter.dealer_id.id: quarter
            for quarter in Quarter.search(
                [
                    ("dealer_id", "in", self._origin.ids),
                    ("proposal", "=", "pending"),
                    ("is_current", "=", True),
                ],
                order="date_from",
            )
        }
        prefetch = list(newest.values())
        for dealer in self:
            own = dealer._origin.id
            running = Quarter.browse(newest.get((own, "open"))).with_prefetch(prefetch)
            dealer.confirmed_id = Quarter.browse(
                newest.get((own, "confirmed"))
            ).with_prefetch(prefetch)
            dealer.quarter_id = running or dealer.confirmed_id
            dealer.proposal_id = pending.get(own, Quarter)

    @api.depends("quarter_id", "confirmed_id")
    def _compute_figures(self):
        for dealer in self:
            dealer.total = dealer.confirmed_id.total
            dealer.rank = dealer.confirmed_id.rank
            dealer.missing = dealer.quarter_id.missing
            dealer.tenure = dealer.quarter_id.tenure

    @api.depends_context("uid", "lang")
    def _compute_face(self):
        face = self.env["rating.face"]
        for dealer in self:
            dealer.update(face._render(dealer._origin, ("grade", "cards", "coach")))

    @api.depends_context("uid", "lang")
    def _compute_face_bars(self):
        face = self.env["rating.face"]
        for dealer in self:
            dealer.update(face._render(dealer._origin, ("bars",)))

    # === ACTION METHODS === #

    def action_downgrade(self):
        """Open the dialog that lowers the grade between two quarters."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Downgrade"),
            "res_model": "rating.downgrade",
            "view_mode": "form",
            "target": "new",
            "context": {"default_dealer_ids": [fields.Command.set(self.ids)]},
        }

    def action_decide(self):
        """Open the dialog that decides on two poor quarters running."""
        return self.proposal_id.action_decide()

    def action_open_missing(self, department_id=None):
        """Open the scores of the running quarter that nobody gave yet.

        :param int department_id: leave out those that others score
        """
        domain = [
            ("dealer_id", "=", self.id),
            ("state", "=", "open"),
            ("is_current", "=", True),
            ("date_from", ">=", self.quarter_id.date_from),
            ("date_to", "<=", self.quarter_id.date_to),
        ]
        if department_id:
            domain.append(("department_id", "=", department_id))
        return self._open(self.env._("Missing Scores"), "rating.score", domain)

    def action_open_cards(self):
        return self._open(
            self.env._("Scorecards"),
            "rating.scorecard",
            [("dealer_id", "=", self.id), ("is_current", "=", True)],
        )

    def action_open_quarters(self):
        return self._open(
            self.env._("Quarters"),
            "dealer.quarter",
            [("dealer_id", "=", self.id), ("is_current", "=", True)],
        )

    def action_open_gradings(self):
        return self._open(
            self.env._("Grades"), "dealer.grading", [("dealer_id", "=", self.id)]
        )

    def action_open_targets(self):
        action = self._open(
            self.env._("Sales Targets"), "rating.target", [("dealer_id", "=", self.id)]
        )
        return action | {"context": {"default_dealer_id": self.id}}

    def _open(self, name, model, domain):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": f"{name} · {self.partner_name}",
            "res_model": model,
            "view_mode": "list,form",
            "domain": domain,
            "context": {"create": False},
        }
