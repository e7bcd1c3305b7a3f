from odoo import api, fields, models
from odoo.tools import SQL


class CollectionCase(models.Model):
    """A case knows the grade of its dealer, and weighs by it."""

    _inherit = "collection.case"

    rating_grade_id = fields.Many2one(
        "dealer.grade",
        compute="_compute_rating_grade_id",
        search="_search_rating_grade_id",
        compute_sudo=True,
    )

    @api.depends("partner_id", "company_id")
    def _compute_rating_grade_id(self):
        dealers = self.env["rating.dealer"]._by_customer(
            self.partner_id, self.company_id
        )
        for case in self:
            dealer = dealers.get((case.partner_id, case.company_id))
            case.rating_grade_id = dealer and dealer.grade_id

    @api.model
    def _search_rating_grade_id(self, operator, value):
        """Cases without a grade are found where none is asked for."""
        if operator not in ("in", "any"):
            return NotImplemented
        found = (
            self.env["rating.dealer"].sudo()._search([("grade_id", operator, value)])
        )
        graded = self.env["rating.dealer"].sudo()._search([("grade_id", "!=", False)])
        rows = """(SELECT own.id FROM collection_case AS own
                     JOIN rating_dealer AS dealer
                       ON dealer.partner_id = own.partner_id
                      AND dealer.company_id = own.company_id
                    WHERE dealer.id IN %s)"""
        domain = [("id", "in", SQL(rows, found.subselect()))]
        if operator == "in" and False in value:
            domain = ["|", *domain, ("id", "not in", SQL(rows, graded.subselect()))]
        return domain

    def _weight_sql(self, company):
        return SQL(
            """%s * COALESCE((
                   SELECT grade.collection_weight FROM rating_dealer AS dealer
                     JOIN dealer_grade AS grade ON grade.id = dealer.grade_id
                    WHERE dealer.partner_id = collection_item.partner_id
                      AND dealer.company_id = %s), 1)""",
            super()._weight_sql(company),
            company.id,
        )
