from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.trade_credit_base.sentences import Sentence


class DealerGrading(models.Model):
    """The grade of a dealer from a day on. Rows are added, never changed."""

    _name = "dealer.grading"
    _description = "Grade of a Dealer"
    _inherit = ["trade.record"]
    _order = "date desc, id desc"

    dealer_id = fields.Many2one(
        "rating.dealer", required=True, index=True, ondelete="restrict"
    )
    partner_id = fields.Many2one(
        related="dealer_id.partner_id", string="Customer", store=True, index=True
    )
    company_id = fields.Many2one(related="dealer_id.company_id", store=True, index=True)
    user_id = fields.Many2one(related="dealer_id.user_id", store=True)
    date = fields.Date("Valid From", required=True)
    grade_id = fields.Many2one(
        "dealer.grade",
        ondelete="restrict",
        help="Empty where there was no grade to lower yet: the first one is lowered, "
        "if its quarter was over on that day.",
    )
    previous_grade_id = fields.Many2one(
        "dealer.grade", "Grade Before", ondelete="restrict"
    )
    source = fields.Selection(
        [("quarter", "Quarter"), ("downgrade", "Downgrade")], required=True
    )
    quarter_id = fields.Many2one(
        "dealer.quarter", index="btree_not_null", ondelete="restrict"
    )
    steps = fields.Integer()
    reason = Sentence()
    origin = fields.Char(help="A code that says who lowered the grade.")
    create_uid = fields.Many2one("res.users", "By", readonly=True)

    _grade_known = models.Constraint(
        "CHECK (grade_id IS NOT NULL OR source = 'downgrade')",
        "A quarter gives a grade.",
    )

    grade_color = fields.Integer(related="grade_id.color")

    @api.depends("dealer_id.partner_name", "grade_id")
    def _compute_display_name(self):
        for grading in self:
            name, grade = grading.dealer_id.partner_name or "", grading.grade_id.name
            grading.display_name = f"{name} · {grade or '–'}"

    @api.model
    def _record(self, vals_list):
        """Add grades and let the dealers bear the latest one.

        :return: the new records
        """
        gradings = self.create(vals_list)
        self._bear(gradings.dealer_id.ids)
        return gradings

    @api.model
    def _bear(self, dealer_ids):
        """Write on the dealers what the latest row of their history says."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """UPDATE rating_dealer AS dealer
                      SET grade_id = latest.grade_id, graded_on = latest.date
                     FROM (SELECT DISTINCT ON (dealer_id) dealer_id, grade_id, date
                             FROM dealer_grading
                            WHERE dealer_id = ANY(%s) AND grade_id IS NOT NULL
                            ORDER BY dealer_id, date DESC, id DESC) AS latest
                    WHERE dealer.id = latest.dealer_id""",
                dealer_ids,
            )
        )
        self.env["rating.dealer"].invalidate_model(["grade_id", "graded_on"])
        self.env["rating.dealer"]._shown_anew()
