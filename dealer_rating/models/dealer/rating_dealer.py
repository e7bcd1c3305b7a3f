from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.trade_credit_base.models.guard.ir_default import own_defaults
from odoo.addons.trade_credit_base.models.guard.trade_record import kept
from odoo.addons.trade_credit_base.sentences import worded
from odoo.addons.trade_credit_base.windows import dialog_for, list_of

MANAGER = "dealer_rating.rating_group_manager"

# Fields that only methods write
COMPUTED = {"grade_id", "graded_on"}


class RatingDealer(models.Model):
    """One customer that a company rates, the ledgers of its branches included."""

    _name = "rating.dealer"
    _description = "Dealer"
    _inherit = ["trade.rooted", "mail.thread", "mail.activity.mixin", "trade.waiting"]
    _rec_name = "partner_id"
    _rec_names_search = ["partner_id.name", "partner_id.ref"]
    _check_company_auto = True
    _order = "partner_name, id"

    partner_id = fields.Many2one(
        "res.partner", "Dealer", required=True, index=True, ondelete="restrict"
    )
    partner_name = fields.Char(related="partner_id.name", store=True)
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
        related="confirmed_id.total",
        depends=("confirmed_id",),
        help="Of the last quarter that was confirmed.",
    )
    rank = fields.Integer(
        related="confirmed_id.rank",
        depends=("confirmed_id",),
        help="In the last quarter that was confirmed.",
    )
    missing = fields.Integer(
        related="quarter_id.missing",
        depends=("quarter_id",),
        help="Scores of the running quarter that nobody gave yet.",
    )
    tenure = fields.Selection(related="quarter_id.tenure", depends=("quarter_id",))
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

    _dealer_unique = models.UniqueIndex(
        "(partner_id, company_id)",
        "This customer is rated in this company already; it may be archived.",
    )

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
        proposed = [("proposal", "=", "pending"), ("is_current", "=", True)]
        whose = [("dealer_id", "in", self._origin.ids)]
        found = Quarter.search([*whose, *proposed], order="date_from")
        pending = {quarter.dealer_id.id: quarter for quarter in found}
        prefetch = list(newest.values())
        for dealer in self:
            own = dealer._origin.id
            running = Quarter.browse(newest.get((own, "open"))).with_prefetch(prefetch)
            done = Quarter.browse(newest.get((own, "confirmed"))).with_prefetch(
                prefetch
            )
            dealer.confirmed_id = done
            dealer.quarter_id = running or done
            dealer.proposal_id = pending.get(own, Quarter)

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
        self._trade_check_given({"since": vals.get("since")})
        if vals.get("since") and not self.env.su:
            self._check_nothing_scored_before(fields.Date.to_date(vals["since"]))
        if not self.env.su:  # no key of the context leaves it without a trace
            self = self.with_context(tracking_disable=False, mail_notrack=False)
        result = super().write(vals)
        if "active" in vals:
            self._shown_anew()
        return result

    @kept
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
        """Keep months that were scored: a poor one would count no more.

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
        if found.dealer_id.filtered(lambda each: each.since < day):
            raise UserError(
                self.env._(
                    "%(card)s is scored already, so the dealer is one since then. "
                    "Leave the day before it; a score that is wrong is corrected.",
                    card=found.display_name,
                )
            )

    # === ACTION METHODS === #

    def action_downgrade(self):
        """Open the dialog that lowers the grade between two quarters."""
        return dialog_for(
            self.env["rating.downgrade"],
            self.env._("Downgrade"),
            {"default_dealer_ids": [fields.Command.set(self.ids)]},
        )

    def action_decide(self):
        """Open the dialog that decides on two poor quarters running."""
        return self.proposal_id.action_decide()

    def action_open_missing(self, department_id=None):
        """Open the open scores of the running quarter.

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
        """Open the dealer's cards, each in the version that counts."""
        current = [("dealer_id", "=", self.id), ("is_current", "=", True)]
        return self._open(self.env._("Scorecards"), "rating.scorecard", current)

    def action_open_quarters(self):
        """Open the dealer's quarters, each in the version that counts."""
        current = [("dealer_id", "=", self.id), ("is_current", "=", True)]
        return self._open(self.env._("Quarters"), "dealer.quarter", current)

    def action_open_gradings(self):
        """Open the history of the dealer's grade."""
        return self._open(
            self.env._("Grades"), "dealer.grading", [("dealer_id", "=", self.id)]
        )

    def action_open_targets(self):
        """Open the dealer's sales targets, to enter them."""
        return self._open(
            self.env._("Sales Targets"),
            "rating.target",
            [("dealer_id", "=", self.id)],
            context={"default_dealer_id": self.id},
        )

    def _open(self, name, model, domain, **more):
        self.ensure_one()
        title = f"{name} · {self.partner_name}"
        return list_of(self.env[model], title, domain, **more)

    # === BUSINESS METHODS === #

    @api.model
    def _by_customer(self, customers, companies):
        """Return the dealers that customers are in companies.

        :return: {(customer, company): dealer}, archived dealers left out
        """
        found = self.search_fetch(
            [("partner_id", "in", customers.ids), ("company_id", "in", companies.ids)],
            ["partner_id", "company_id", "grade_id"],
        )
        return {(each.partner_id, each.company_id): each for each in found}

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
        :param reason: shown in the history of the grade: a text, or a sentence as it is
            kept for readers of any language
        :param str origin: a code that says who lowers, like ``manual``
        :return: the new ``dealer.grading`` records
        """
        dealers = self.sudo()
        for dealer in dealers:
            dealer.message_post(body=worded(self.env, reason))
        graded = dealers.filtered("grade_id")
        gradings = dealers.env["dealer.grading"]._record(
            [
                {
                    "dealer_id": dealer.id,
                    "date": dealer.company_id._trade_day(),
                    "grade_id": dealer.grade_id and dealer.grade_id._lower(steps).id,
                    "previous_grade_id": dealer.grade_id.id,
                    "source": "downgrade",
                    "steps": steps,
                    "reason": reason,
                    "origin": origin,
                }
                for dealer in dealers
            ]
        )
        graded._grade_changed()
        return gradings

    def _grade_changed(self):
        """Called when the grade of these dealers was set, by a quarter or a downgrade.

        Extend to let other things follow the grade.
        """
