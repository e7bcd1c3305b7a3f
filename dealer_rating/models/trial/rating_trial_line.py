from odoo import api, fields, models


class RatingTrialLine(models.Model):
    """One past quarter of a dealer, as it was and as it would have been."""

    _name = "rating.trial.line"
    _description = "Quarter in a Trial"
    _inherit = ["trade.card"]
    _order = "trial_id, date_from desc, direction desc, difference, id"
    _rec_name = "quarter_id"

    trial_id = fields.Many2one(
        "rating.trial", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="trial_id.company_id", store=True)
    quarter_id = fields.Many2one(
        "dealer.quarter",
        "Rated Quarter",
        required=True,
        index=True,
        ondelete="cascade",
    )
    dealer_id = fields.Many2one("rating.dealer", index=True, ondelete="cascade")
    partner_id = fields.Many2one("res.partner", "Customer")
    date_from = fields.Date("Quarter")
    period = fields.Char(related="quarter_id.period")
    grade_id = fields.Many2one("dealer.grade", "Was", ondelete="restrict")
    new_grade_id = fields.Many2one("dealer.grade", "Would Be", ondelete="restrict")
    direction = fields.Selection(
        [
            ("up", "Better"),
            ("same", "Same"),
            ("down", "Worse"),
            ("open", "Unknown"),
        ],
        required=True,
    )
    total = fields.Float(digits=(16, 2), aggregator="avg")
    new_performance = fields.Float("Performance", digits=(16, 2), aggregator="avg")
    new_conduct = fields.Float("Conduct", digits=(16, 2), aggregator="avg")
    new_total = fields.Float(digits=(16, 2), aggregator="avg")
    difference = fields.Float(digits=(16, 2), aggregator="avg")
    changes = fields.Json(
        help="What contributes differently: lists of code, points before, points after."
    )
    missing = fields.Json(
        help="Codes of the indicators for which the past cards have no value."
    )
    why = fields.Char(compute="_compute_why")

    @api.depends_context("lang")
    @api.depends("changes", "missing", "direction")
    def _compute_why(self):
        names = self._names()
        for line in self:
            missing = ", ".join(names.get(code, code) for code in line.missing or ())
            if line.direction == "open" and not missing:
                line.why = self.env._("There are no such cards in this quarter.")
            elif line.direction == "open":
                line.why = self.env._("Not known: %(indicators)s", indicators=missing)
            elif line.changes:
                line.why = "; ".join(
                    line._say_change(names.get(code, code), before, after)
                    for code, before, after in line.changes
                )
            elif line.direction == "same":
                line.why = False
            else:
                line.why = self.env._("The same points in other bands.")

    def _say_change(self, name, before, after):
        if before is None:
            return self.env._(
                "%(indicator)s is new: %(after)g", indicator=name, after=after
            )
        if after is None:
            return self.env._(
                "%(indicator)s is gone: %(before)g", indicator=name, before=before
            )
        return self.env._(
            "%(indicator)s %(before)g → %(after)g",
            indicator=name,
            before=round(before, 2),
            after=round(after, 2),
        )

    def _names(self):
        """:return: {code: name} as the tried templates have it, or an earlier one"""
        codes = {code for line in self for code, *_points in line.changes or []}
        codes.update(code for line in self for code in line.missing or [])
        tried = self.trial_id.performance_template_id
        tried |= self.trial_id.conduct_template_id
        found = self.env["rating.indicator"].search([("code", "in", list(codes))])
        ordered = found.sorted(lambda each: (each.template_id in tried, each.id))
        return {each.code: each.name for each in ordered}
