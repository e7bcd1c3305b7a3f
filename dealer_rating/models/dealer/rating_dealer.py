from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

from odoo.addons.trade_credit_base.models.guard.ir_default import own_defaults

MANAGER = "dealer_rating.rating_group_manager"
# What only methods write
COMPUTED = {"grade_id", "graded_on"}


class RatingDealer(models.Model):
    """One customer that a company rates, its branches' books included."""

    _name = "rating.dealer"
    _description = "Dealer"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _rec_name = "partner_id"
    _rec_names_search = ["partner_id.name", "partner_id.ref"]
    _check_company_auto = True
    _order = "partner_name, id"

    partner_id = fields.Many2one(
        "res.partner", "Dealer", required=True, index=True, ondelete="restrict"
    )
    partner_name = fields.Char(related="partner_id.name", store=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company.root_id,
        domain="[('parent_id', '=', False)]",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    active = fields.Boolean(
        default=True, tracking=True, help="No cards are opened for archived dealers."
    )
    since = fields.Date(
        "Dealer Since",
        required=True,
        default=fields.Date.context_today,
        tracking=True,
        help="Quarters and months before it are not scored; the first two quarters "
        "are those of a new dealer.",
    )
    user_id = fields.Many2one(
        related="partner_id.user_id", store=True, index="btree_not_null"
    )

    grade_id = fields.Many2one(
        "dealer.grade", readonly=True, copy=False, index=True, ondelete="restrict"
    )
    graded_on = fields.Date("Since Day", readonly=True, copy=False)
    grading_ids = fields.One2many(
        "dealer.grading", "dealer_id", "Grades", readonly=True
    )
    quarter_ids = fields.One2many(
        "dealer.quarter", "dealer_id", "Quarters", readonly=True
    )
    scorecard_ids = fields.One2many(
        "rating.scorecard", "dealer_id", "Cards", readonly=True
    )

    _dealer_unique = models.UniqueIndex(
        "(partner_id, company_id)",
        "This customer is rated in this company already; it may be archived.",
    )

    # === CONSTRAINT METHODS === #

    @api.constrains("partner_id", "company_id", "active")
    def _check_partner(self):
        for dealer in self.filtered("active"):
            entity = dealer.partner_id.sudo().commercial_partner_id
            if entity != dealer.partner_id:
                raise ValidationError(
                    self.env._(
                        "%(contact)s is a contact of %(entity)s. The company is what "
                        "is rated: choose %(entity)s.",
                        contact=dealer.partner_id.display_name,
                        entity=entity.display_name,
                    )
                )
            if dealer.company_id.parent_id:
                raise ValidationError(
                    self.env._(
                        "%(branch)s is a branch. Its dealers are rated in %(company)s, "
                        "where the branches are counted together.",
                        branch=dealer.company_id.name,
                        company=dealer.company_id.root_id.name,
                    )
                )
            owner = dealer.partner_id.company_id.root_id
            if owner and owner != dealer.company_id:
                raise ValidationError(
                    self.env._(
                        "%(customer)s belongs to another company. Rate it there.",
                        customer=dealer.partner_id.display_name,
                    )
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_written(vals, COMPUTED)
        given = own_defaults(self, COMPUTED)
        dealers = super().create([given | vals for vals in vals_list])
        cron = self.env.ref("dealer_rating.rating_cron", raise_if_not_found=False)
        if cron:  # else somebody deleted it
            cron.sudo()._trigger()
        return dealers

    def write(self, vals):
        self._check_written(vals, COMPUTED | {"company_id", "partner_id"})
        if vals.get("since") and not self.env.su:
            self._check_nothing_scored_before(fields.Date.to_date(vals["since"]))
        if not self.env.su:  # no key of the context leaves it without a trace
            self = self.with_context(tracking_disable=False, mail_notrack=False)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_unused(self):
        if any(dealer.scorecard_ids or dealer.grading_ids for dealer in self.sudo()):
            raise UserError(
                self.env._(
                    "The scores and grades of a dealer are a record that has to stay. "
                    "Archive the dealer instead."
                )
            )

    def _check_written(self, vals, reserved):
        """:raises AccessError: if ``vals`` has fields that only a method may write"""
        if not self.env.su and vals.keys() & reserved:
            raise AccessError(
                self.env._(
                    "You cannot write %(fields)s of a dealer. A grade comes from a "
                    "quarter that a manager confirms, or from a downgrade.",
                    fields=", ".join(
                        self._fields[name]._description_string(self.env)
                        for name in sorted(vals.keys() & reserved)
                    ),
                )
            )

    def _check_nothing_scored_before(self, day):
        """Keep months that somebody scored: a poor one would count no more.

        :raises UserError: if a card that ended before ``day`` was scored or is closed
        """
        card = self.env["rating.scorecard"].sudo()
        scored = Domain("score_ids.scored_by_id", "!=", False)
        found = card.search(
            Domain("dealer_id", "in", self.ids)
            & Domain("is_current", "=", True)
            & Domain("date_to", "<", day)
            & (scored | Domain("state", "=", "closed")),
            order="date_from",
            limit=1,
        )
        later = found.dealer_id.filtered(lambda each: each.since < day)
        if later:
            raise UserError(
                self.env._(
                    "%(card)s is scored already, so the dealer is one since then. "
                    "Leave the day before it; a score that is wrong is corrected.",
                    card=found.display_name,
                )
            )

    # === BUSINESS METHODS === #

    @api.model
    def _is_said(self, reason):
        """Tell whether a reason says anything: blanks do not, whichever they are."""
        return any(char.isalnum() for char in reason or "")

    @api.model
    def _check_manager(self):
        """:raises AccessError: if the user is not a rating manager"""
        if not self.env.su and not self.env.user.has_group(MANAGER):
            raise AccessError(
                self.env._("Only rating managers do this. Ask one of them.")
            )

    def _downgrade(self, steps, reason, origin):
        """Lower the grade of these dealers from today on, until their next quarter.

        A dealer without a grade has none to lower yet. It is kept all the same: who
        confirms its first quarter late lowers the grade of it, see
        ``dealer.quarter._record_grades``.

        :param int steps: how many grades down; the last grade stays
        :param str reason: shown in the history of the grade
        :param str origin: a code that says who lowers, like ``manual``
        :return: the new ``dealer.grading`` records
        """
        dealers = self.sudo()
        for dealer in dealers:
            dealer.message_post(body=reason)
        graded = dealers.filtered("grade_id")
        gradings = (
            self.env["dealer.grading"]
            .sudo()
            ._record(
                [
                    {
                        "dealer_id": dealer.id,
                        "date": dealer.company_id._trade_day(),
                        "grade_id": dealer.grade_id
                        and dealer.grade_id._lower(steps).id,
                        "previous_grade_id": dealer.grade_id.id,
                        "source": "downgrade",
                        "steps": steps,
                        "reason": reason,
                        "origin": origin,
                    }
                    for dealer in dealers
                ]
            )
        )
        graded._grade_changed()
        return gradings

    def _grade_changed(self):
        """Called when the grade of these dealers was set, by a quarter or a downgrade.

        Extend to let other things follow the grade.
        """
