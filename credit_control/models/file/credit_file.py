from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import SQL
from odoo.tools.translate import LazyTranslate

from odoo.addons.trade_credit_base.core.given import said
from odoo.addons.trade_credit_base.models.guard.ir_default import own_defaults
from odoo.addons.trade_credit_base.models.guard.trade_record import kept
from odoo.addons.trade_credit_base.sentences import Kept, Sentence

from ...groups import MANAGER, OFFICER

_lt = LazyTranslate(__name__)

# Fields that a method or Odoo writes, and nobody else
COMPUTED = {
    "stops",
    "on_hold",
    "hold_reason",
    "decisions_made",
    "partner_name",
    "parent_path",
}


class CreditFile(models.Model):
    """The credit file of one commercial entity in one company, branches included."""

    _name = "credit.file"
    _description = "Credit File"
    _inherit = ["mail.thread", "mail.activity.mixin", "trade.waiting", "trade.card"]
    _rec_name = "partner_id"
    _rec_names_search = ["partner_id.name", "partner_id.ref"]
    _parent_store = True
    _check_company_auto = True
    _order = "partner_name, id"

    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, index=True, ondelete="restrict"
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
    credit_mode = fields.Selection(related="company_id.credit_mode")
    mode_words = fields.Char(related="company_id.credit_mode_words")
    active = fields.Boolean(default=True)
    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        tracking=True,
        help="Gets what is held of this customer; if empty, everybody with authority.",
    )
    policy_id = fields.Many2one(
        "credit.policy",
        ondelete="restrict",
        check_company=True,
        tracking=True,
        help="Leave empty for the company's policy.",
    )
    parent_id = fields.Many2one(
        "credit.file",
        "Group of Companies",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        tracking=True,
        help="The file above this one: its limit counts what the whole group owes.",
    )
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many("credit.file", "parent_id", "Members")
    review_date = fields.Date("Next Review", tracking=True)
    note = fields.Html("Notes")

    # Supply: who stopped it and why, as {origin: reason}
    stops = fields.Json(default=lambda self: {}, copy=False, readonly=True)
    on_hold = fields.Boolean(compute="_compute_hold", store=True, tracking=True)
    hold_reason = Sentence(compute="_compute_hold", store=True, tracking=True)
    decisions_made = fields.Integer(default=0, copy=False, readonly=True)

    limit_ids = fields.One2many("credit.limit", "file_id", "Limits", readonly=True)
    decision_ids = fields.One2many("credit.decision", "file_id", readonly=True)
    _customer_unique = models.UniqueIndex(
        "(partner_id, company_id)",
        "This customer already has a credit file in this company; it may be archived.",
    )

    # === COMPUTE METHODS === #

    @api.depends("stops")
    def _compute_hold(self):
        for file in self:
            reasons = [reason for reason in (file.stops or {}).values() if reason]
            file.on_hold = bool(file.stops)
            # Written by methods only, as the field below has them
            file.hold_reason = Kept("; ".join(reasons)) if file.stops else False

    # === CONSTRAINT METHODS === #

    @api.constrains("partner_id", "company_id")
    def _check_partner(self):
        for file in self:
            entity = file.partner_id.sudo().commercial_partner_id
            if entity != file.partner_id:
                raise ValidationError(
                    self.env._(
                        "%(contact)s is a contact of %(entity)s. Credit is given to "
                        "the company: open the credit file for %(entity)s.",
                        contact=file.partner_id.display_name,
                        entity=entity.display_name,
                    )
                )
            if file.company_id.parent_id:
                raise ValidationError(
                    self.env._(
                        "%(branch)s is a branch. Its customers have their credit file "
                        "in %(company)s, where the branches are counted together.",
                        branch=file.company_id.name,
                        company=file.company_id.root_id.name,
                    )
                )
            owner = file.partner_id.company_id.root_id
            if owner and owner != file.company_id:
                raise ValidationError(
                    self.env._(
                        "%(customer)s belongs to another company.",
                        customer=file.partner_id.display_name,
                    )
                )

    def _check_not_within(self, parent_id):
        """:raises ValidationError: if that file is one of these or below one"""
        if parent_id and parent_id in self._search([("id", "child_of", self.ids)]):
            raise ValidationError(
                self.env._("A group of companies cannot contain itself.")
            )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        only, kept = self._by_methods(), set(self._by_methods())
        if not self.env.user.has_group(MANAGER):
            kept |= {"policy_id", "parent_id"}
        for vals in vals_list:
            # A form sends its empty fields, too
            given = {name for name, value in vals.items() if value}
            self._check_written(vals, kept & (only | given))
        given = own_defaults(self, kept)
        vals_list = [given | vals for vals in vals_list]
        partners, companies = self.env["res.partner"], self.env["res.company"]
        for vals in vals_list:  # what is no id is refused below
            if isinstance(vals.get("partner_id"), int):
                partners |= partners.browse(vals["partner_id"])
            company = vals.get("company_id") or self.env.company.id
            if isinstance(company, int):
                companies |= companies.browse(company)
        self._renew_orders(partners, companies.exists())
        files = super().create(vals_list)
        self.env["credit.decision"].sudo()._adopt(files)
        return files

    def write(self, vals):
        self._check_written(vals, self._by_methods() | {"company_id", "partner_id"})
        if not self.env.user.has_group(MANAGER):
            self._check_written(vals, {"policy_id", "parent_id", "active"})
        self._check_not_within(vals.get("parent_id"))
        if vals.get("active"):
            gone = self.filtered(lambda file: not file.active)
            gone._renew_orders(gone.partner_id, gone.company_id)
        result = super().write(vals)
        if vals.get("active"):
            self.env["credit.decision"].sudo()._adopt(self)
        if vals.keys() & {"policy_id", "parent_id", "active"}:
            self.env["credit.decision"]._retake_soon(self)
        return result

    @api.model
    def _renew_orders(self, customers, companies):
        """Have the figures of customers' orders computed again whom companies left free
        so far, before they get a file: until then anybody could write them."""
        companies = companies.sudo().filtered(
            lambda company: (
                company.credit_mode == "enforce"
                and company.credit_without_file == "free"
            )
        )
        if not companies:
            return
        branches = companies.search([("id", "child_of", companies.ids)])
        theirs = SQL(
            "IN (SELECT id FROM res_partner WHERE commercial_partner_id = ANY(%s))",
            customers.ids,
        )
        self.env["sale.order"]._credit_renew_open(
            SQL(
                "company_id = ANY(%s) AND (partner_id %s OR partner_invoice_id %s)",
                branches.ids,
                theirs,
                theirs,
            )
        )

    @kept
    def _unlink_unused(self):
        if any(file.decision_ids or file.limit_ids for file in self.sudo()):
            raise UserError(
                self.env._(
                    "A credit file with limits or decisions has to stay on record. "
                    "Archive it instead."
                )
            )

    @api.model
    def _by_methods(self):
        """Return the fields that a method or Odoo writes, and nobody else: no default
        gives them, either. Extend with more."""
        return COMPUTED

    def _check_written(self, vals, reserved):
        """:raises AccessError: if ``vals`` has fields that only a method may write"""
        if not self.env.su and vals.keys() & reserved:
            raise AccessError(
                self.env._(
                    "You cannot write %(fields)s of a credit file. A credit manager "
                    "sets policy and group; supply is stopped and resumed by button.",
                    fields=", ".join(
                        self._fields[name]._description_string(self.env)
                        for name in sorted(vals.keys() & reserved)
                    ),
                )
            )

    # === ACTION METHODS === #

    def action_put_on_hold(self, reason=None):
        """Stop supply to these customers, by hand.

        :raises AccessError: if the user is not a credit officer
        :raises UserError: if the reason has no words
        """
        self._check_may_hold()
        if reason and not said(reason):
            raise UserError(self.env._("Give a reason in words, or none."))
        self._stop_supply("manual", said(reason) or _lt("Stopped by credit"))
        return True

    def action_lift_hold(self):
        """Take back what was put on hold by hand.

        :raises AccessError: if the user is not a credit officer
        """
        self._check_may_hold()
        for file in self.filtered(lambda each: set(each.stops or {}) - {"manual"}):
            raise UserError(
                self.env._(
                    "Supply to %(customer)s is stopped for a reason that does not end "
                    "here: %(reason)s",
                    customer=file.display_name,
                    reason=file.hold_reason,
                )
            )
        self._resume_supply("manual")
        return True

    # === BUSINESS METHODS === #

    def _check_may_hold(self):
        if not self.env.user.has_group(OFFICER):
            raise AccessError(
                self.env._(
                    "Only credit officers stop or resume supply. Ask one of them."
                )
            )
        self.check_access("write")

    @api.model
    def _check_may_grant(self):
        """:raises AccessError: if the user may not grant limits"""
        if not self.env.user.has_group(MANAGER):
            raise AccessError(
                self.env._("Only credit managers grant limits. Ask one of them.")
            )

    def _grant(self, amount, kind="permanent", date_from=None, date_to=None, reason=""):
        """Give these files a limit, in the name of the current user.

        Nobody has the right to create limits: this is the one way in, and
        :meth:`_check_may_grant` is its lock.

        :param float amount: in company currency, for each file
        :return: the new ``credit.limit`` records
        """
        self._check_may_grant()
        self.check_access("read")
        values = {
            "kind": kind,
            "amount": amount,
            "date_from": date_from or self.company_id[:1]._trade_day(),
            "date_to": date_to,
            "reason": reason or _lt("Granted"),
        }
        Limit = self.env["credit.limit"].sudo()
        return Limit.create([{"file_id": file.id, **values} for file in self])

    def _stop_supply(self, origin, reason):
        """Stop supply for ``origin`` (a code, one stop each) until it resumes.

        :param reason: a text, or a sentence as :mod:`sentences` keeps it

        Extend :meth:`_supply_stopped` to do more.
        """
        stored = self._fields["hold_reason"].convert_to_cache(reason, self)
        for file in self.sudo():
            file.stops = {**(file.stops or {}), origin: stored}
        self._supply_stopped()

    def _resume_supply(self, origin):
        """Take back what ``origin`` stopped; supply resumes when nobody stops it."""
        for file in self.sudo():
            file.stops = {k: v for k, v in (file.stops or {}).items() if k != origin}
        self.env["credit.decision"]._retake_soon(self)

    def _supply_stopped(self):
        """Called when supply to these files was stopped. Extend to tell others."""

    @api.model
    def _serialize(self, file_ids):
        """Let one transaction at a time decide on these files, groups included.

        A row lock is not enough: a transaction whose snapshot is older than the
        winner's commit would get the lock and still read the old exposure. After a
        write, PostgreSQL refuses the loser and Odoo retries it on a new snapshot.
        Locks are taken in the order of ids, so that two calls cannot wait in a circle.
        """
        if file_ids:
            self.env.flush_all()
            self.env.cr.execute(
                SQL(
                    """UPDATE credit_file SET decisions_made = decisions_made + 1
                         FROM (SELECT id FROM credit_file WHERE id = ANY(%s)
                                ORDER BY id FOR NO KEY UPDATE) AS locked
                        WHERE credit_file.id = locked.id""",
                    sorted(set(file_ids)),
                )
            )
            self.browse(file_ids).invalidate_recordset(["decisions_made"])

    def _upwards(self):
        """Return this file and those above it, own first."""
        steps = (self.parent_path or "").split("/")[:-1]
        return self.browse(int(step) for step in reversed(steps))

    def _as_level(self):
        """Return what a core ``Level`` says of the file itself."""
        self.ensure_one()
        return {
            "file": self.id,
            "name": self.partner_id.name,
            "hold": self._fields["hold_reason"].stored(self),
        }

    @api.model
    def _of_entities(self, partners):
        """Return the files of commercial entities in the current company's books.

        Archived ones are none: their customers are free.
        """
        root = self.env.company.root_id
        return self.search(
            [("partner_id", "in", partners.ids), ("company_id", "=", root.id)]
        )

    def _limits_in_force(self, day=None, which=SQL("TRUE")):  # noqa: B008  a constant
        """
        :param SQL which: a condition on the limits
        :return: {file id: the limit in force on a day, today by default}
        """
        day = day or self.company_id[:1]._trade_day()
        self.env.flush_all()
        granted = self.env["credit.limit"]._in_force_sql(
            day, SQL("file_id = ANY(%s) AND %s", self.ids, which)
        )
        rows = self.env.execute_query(
            SQL("SELECT file_id, amount FROM (%s) AS granted", granted)
        )
        return {file_id: float(amount) for file_id, amount in rows}

    # === THE ACCOUNTING APP'S LIMIT === #

    @api.model
    def _leave_core_limits(self):
        """Let the accounting app keep the limits that last when this addon goes: nobody
        would end a temporary one any more. Of a customer whose file is archived, it has
        what somebody entered there."""
        files = self.sudo().with_context(active_test=True)
        lasting = SQL("kind != 'temporary'")
        files.search([("limit_ids", "!=", False)])._push_core_limit(lasting)

    def _push_core_limit(self, which=None):
        """Keep the limit of the accounting app the same, so that its banner agrees.

        Contacts bear it too: Odoo keeps it alike for a company and its contacts. So do
        branches, where the limit of the head company counts.

        :param SQL which: a condition on the limits that count; all, if none is given
        """
        Partner = self.env["res.partner"].sudo()
        Company = self.env["res.company"].sudo().with_context(active_test=False)
        self.env.flush_all()
        for company, files in self.sudo().grouped("company_id").items():
            granted = self.env["credit.limit"]._in_force_sql(
                company._trade_day(),
                SQL("file_id = ANY(%s) AND %s", files.ids, which or SQL("TRUE")),
            )
            changed = set()
            for branch in Company.search([("id", "child_of", company.id)]):
                changed.update(files._push_core_limit_of(branch, granted))
            # Others keep what follows from it: account_financial_risk the day
            Partner.browse(changed).modified(["credit_limit"])
            self.env["trade.job"]._report(company, limits_pushed=len(changed))
        Partner.invalidate_model(["credit_limit", "use_partner_credit_limit"])

    def _push_core_limit_of(self, company, granted):
        """Push the limits of these files to one company of the accounting app.

        :param company: the files' company or a branch of it
        :param SQL granted: rows of file_id and amount
        :return: ids of the partners whose limit changed
        """
        Partner = self.env["res.partner"].sudo().with_company(company)
        field = Partner._fields["credit_limit"]
        rows = self.env.execute_query(
            SQL(
                """
                UPDATE res_partner AS partner
                   SET credit_limit = NULLIF(jsonb_strip_nulls(
                           COALESCE(partner.credit_limit, '{}')
                           || jsonb_build_object(
                              -- as Odoo does, which stores no such value
                              %(key)s, NULLIF(known.amount, %(fallback)s))), '{}')
                  FROM (SELECT file.partner_id,
                               COALESCE(granted.amount, 0)::float AS amount
                          FROM credit_file AS file
                          LEFT JOIN (%(granted)s) AS granted
                            ON granted.file_id = file.id
                         WHERE file.id = ANY(%(ids)s)) AS known
                 WHERE partner.commercial_partner_id = known.partner_id
                   AND COALESCE((partner.credit_limit->>%(key)s)::float,
                                %(fallback)s) != known.amount
                   AND %(same_currency)s
             RETURNING partner.id
                """,
                key=str(company.id),
                fallback=float(field.get_company_dependent_fallback(Partner) or 0.0),
                granted=granted,
                ids=self.ids,
                same_currency=Partner._credit_same_currency_sql(),
            )
        )
        return [partner_id for (partner_id,) in rows]
