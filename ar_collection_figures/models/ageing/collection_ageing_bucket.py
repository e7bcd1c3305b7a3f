from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...core.ageing import bucket, ranges

# Where amounts come from and go to, in the order in which they are shown
PLACES = {
    "added": -2,
    "credit": -1,
    "current": 0,
    "late": 0,  # and its first day
    "collected": 10**6,
    "lost": 10**6 + 1,
}
# Rates of the buckets of 0, 30, 60, 90 days: IFRS 9, Illustrative Example 12
LOSS_RATES = (0.003, 0.016, 0.036, 0.066, 0.106)


class CollectionAgeingBucket(models.Model):
    """A range of days late, and the places where amounts roll from and to.

    Buckets come from the bounds in the company's settings. One whose range is no longer
    used is archived: the ageing of months that were closed with it stays as it is.
    """

    _name = "collection.ageing.bucket"
    _description = "Ageing Bucket"
    _inherit = ["trade.owned", "trade.record", "trade.card"]
    _order = "company_id, sequence, last_day, id"

    company_id = fields.Many2one("res.company", required=True, index=True)
    active = fields.Boolean(default=True)
    kind = fields.Selection(
        [
            ("added", "New"),
            ("credit", "Credits"),
            ("current", "Not past due"),
            ("late", "Late"),
            ("collected", "Collected"),
            ("lost", "Written off"),
        ],
        required=True,
    )
    sequence = fields.Integer(required=True)
    first_day = fields.Integer("From (days late)")
    last_day = fields.Integer("To (days late)", help="Open if 0.")
    loss_rate = fields.Float(
        help="The share of such receivables that is expected to be lost, taken where "
        "the company's own history does not say it."
    )

    _loss_rate_is_a_share = models.Constraint(
        "CHECK (COALESCE(loss_rate, 0) BETWEEN 0 AND 1)",
        "A loss rate is between 0 and 100 %.",
    )
    _range_unique = models.UniqueIndex(
        "(company_id, kind, COALESCE(first_day, 0), COALESCE(last_day, 0))",
        "A company has each range of days once.",
    )

    @api.depends("kind", "first_day", "last_day")
    @api.depends_context("lang")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for place in self:
            place.display_name = kinds.get(place.kind, "")
            if place.kind == "late" and place.last_day:
                place.display_name = self.env._(
                    "%(first)s–%(last)s days late",
                    first=place.first_day,
                    last=place.last_day,
                )
            elif place.kind == "late":
                place.display_name = self.env._(
                    "Over %(last)s days late", last=place.first_day - 1
                )

    # === CRUD METHODS === #

    def write(self, vals):
        if not self.env.su and set(vals) & set(self._fields) - {"loss_rate"}:
            raise UserError(
                self.env._(
                    "Buckets come from the bounds in the settings: change them there. "
                    "Here you write the loss rates."
                )
            )
        return super().write(vals)

    # === BUSINESS METHODS === #

    @api.model
    def _ensure(self, companies=None):
        """Let companies have the buckets of their bounds, and archive all others.

        :param companies: root companies; None for all
        """
        places = self.sudo().with_context(active_test=False)
        companies = companies or self.env["res.company"].sudo().search([])
        for company in companies.sudo().filtered(lambda each: each == each.root_id):
            if not company.collection_ageing_bound_ids:
                usual = self.env["collection.ageing.bound"].sudo()._usual()
                company.collection_ageing_bound_ids = usual
            known = {
                place._range(): place
                for place in places.search([("company_id", "=", company.id)])
            }
            bounds = sorted(company.collection_ageing_bound_ids.mapped("days"))
            wanted = self._wanted(bounds)
            places.create(
                [
                    {"company_id": company.id, **values}
                    for key, values in wanted.items()
                    if key not in known
                ]
            )
            for key, place in known.items():
                if place.active != (key in wanted):
                    place.active = key in wanted

    def _range(self):
        self.ensure_one()
        return self.kind, self.first_day, self.last_day

    @api.model
    def _wanted(self, bounds):
        """Return {range: values} of all buckets and places for bounds."""
        found = {}
        for kind in ("added", "credit", "current", "collected", "lost"):
            rate = LOSS_RATES[0] if kind == "current" else 0
            found[kind, 0, 0] = {"kind": kind, "loss_rate": rate}
        for first, last in ranges(bounds)[1:]:
            rate = LOSS_RATES[bucket(first)]
            found["late", first, last or 0] = {
                "kind": "late",
                "first_day": first,
                "last_day": last or 0,
                "loss_rate": rate,
            }
        for values in found.values():
            values["sequence"] = PLACES[values["kind"]] + values.get("first_day", 0)
        return found

    @api.model
    def _of(self, company):
        """Return a company's buckets of what is owed, the youngest first.

        :param company: a root company
        """
        owed = [("company_id", "=", company.id), ("kind", "in", ("current", "late"))]
        return self.search(owed, order="sequence")

    def _held_domain(self):
        """:return: the domain of the rows of ``collection.receivable`` that it holds"""
        self.ensure_one()
        if self.kind == "credit":
            return [("net", "<", 0)]
        if self.kind == "current":
            return [("net", ">", 0), ("days_late", "<=", 0)]
        domain = [("net", ">", 0), ("days_late", ">=", self.first_day)]
        if self.last_day:
            domain.append(("days_late", "<=", self.last_day))
        return domain

    @api.model
    def _holds_sql(self, net, late):
        """Return the condition that a row of ``bucket`` holds an amount.

        :param SQL net: what is owed; negative for a credit
        :param SQL late: days late
        """
        return SQL(
            """bucket.active AND CASE
                    WHEN %(net)s < 0 THEN bucket.kind = 'credit'
                    WHEN %(late)s <= 0 THEN bucket.kind = 'current'
                    ELSE bucket.kind = 'late' AND bucket.first_day <= %(late)s
                         AND (bucket.last_day >= %(late)s OR bucket.last_day = 0) END
            """,
            net=net,
            late=late,
        )
