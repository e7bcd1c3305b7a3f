from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import SQL, date_utils

from odoo.addons.trade_credit_base.core.given import is_day, said
from odoo.addons.trade_credit_base.models.waiting.trade_waiting import Wait
from odoo.addons.trade_credit_base.windows import dialog_for

from ...core.facts import ALWAYS_HOLD, NEVER_CHECK
from ...groups import MANAGER, USER

OPEN = [("ended_on", "=", False)]


class CreditListing(models.Model):
    """A customer on a list, until a day: *never check* lets all their orders pass,
    *always hold* lets none go without a release. With or without a credit file.

    Nobody has the right to write entries: a credit manager puts customers on a list by
    :meth:`_put` and takes them off by :meth:`action_end`. Both leave the entry on
    record. An entry counts for the customer's contacts, and until the end of its last
    day; then its owner is told.
    """

    _name = "credit.listing"
    _description = "Entry on a List of Customers"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "trade.rooted",
        "trade.record",
        "trade.waiting",
    ]
    _order = "ended_on DESC, date_to, id DESC"
    _rec_name = "partner_id"
    _mail_post_access = "read"

    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        required=True,
        index=True,
        readonly=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(readonly=True)
    kind = fields.Selection(
        [(NEVER_CHECK, "Never check"), (ALWAYS_HOLD, "Always hold")],
        "List",
        required=True,
        readonly=True,
    )
    reason = fields.Char(required=True, readonly=True)
    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        required=True,
        readonly=True,
        help="Is told before the entry ends, and when it has.",
    )
    date_from = fields.Date("From", required=True, readonly=True)
    date_to = fields.Date(
        "Until", required=True, readonly=True, help="The last day on which it counts."
    )
    create_uid = fields.Many2one("res.users", "Put There By", readonly=True)
    ended_on = fields.Datetime("Ended", readonly=True, copy=False)
    ended_by_id = fields.Many2one(
        "res.users", readonly=True, copy=False, help="Empty: it ended by itself."
    )
    in_force = fields.Boolean(compute="_compute_in_force")

    _open_one = models.UniqueIndex(
        "(partner_id, company_id) WHERE ended_on IS NULL",
        "This customer was put on a list at the same moment. Look at it first.",
    )
    _dates_forward = models.Constraint(
        "CHECK (date_to >= date_from)", "An entry cannot end before it begins."
    )

    # === COMPUTE METHODS === #

    @api.depends("ended_on", "date_to")
    def _compute_in_force(self):
        for entry in self:
            today = entry.company_id._trade_day()
            entry.in_force = not entry.ended_on and entry.date_to >= today

    # === ACTION METHODS === #

    def action_end(self):
        """Take these customers off their lists, from now on.

        :raises AccessError: if the user is not a credit manager
        """
        self._check_may_list()
        self.check_access("read")
        if self.filtered("ended_on"):
            raise UserError(self.env._("This entry has ended already."))
        self._end(self.env.user)
        return True

    def action_put_again(self):
        """Open the dialog that puts the customer on the list anew."""
        self.ensure_one()
        again = {
            "default_partner_ids": self.partner_id.ids,
            "default_kind": self.kind,
            "default_reason": self.reason,
            "default_user_id": self.user_id.id,
        }
        name = self.env._("Put on a List")
        return dialog_for(self.env["credit.listing.entry"], name, again)

    # === BUSINESS METHODS === #

    @api.model
    def _check_may_list(self):
        """:raises AccessError: if the user may put nobody on a list"""
        if not self.env.user.has_group(MANAGER):
            raise AccessError(
                self.env._(
                    "Only credit managers put customers on a list, or take them off. "
                    "Ask one of them."
                )
            )

    @api.model
    def _put(self, customers, kind, reason, owner, until):
        """Put customers on a list of the current company, instead of where they are.

        Nobody has the right to create entries: this is the one way in, and
        :meth:`_check_may_list` is its lock.

        :param customers: contacts stand for their companies
        :param str kind: ``never_check`` or ``always_hold``
        :param owner: who is told before it ends
        :param date until: the last day
        :return: the new entries
        """
        self._check_may_list()
        customers.check_access("read")
        entities = customers.sudo().commercial_partner_id
        company = self.env.company.root_id
        today = company._trade_day()
        self._check_given(kind, reason, until, today)
        self._check_parties(entities, owner, company)
        known = self.sudo().search(
            [*OPEN, ("partner_id", "in", entities.ids), ("company_id", "=", company.id)]
        )
        known._end_by_day()
        known.filtered(lambda entry: not entry.ended_on)._end(self.env.user)
        entries = self.sudo().create(
            [
                {
                    "partner_id": entity.id,
                    "company_id": company.id,
                    "kind": kind,
                    "reason": said(reason),
                    "user_id": owner.id,
                    "date_from": today,
                    "date_to": until,
                }
                for entity in entities
            ]
        )
        entries._follow_waits()
        self.env["credit.decision"]._retake_soon()
        return entries.with_env(self.env)

    def _check_given(self, kind, reason, until, today):
        if kind not in dict(self._fields["kind"].selection):
            raise UserError(self.env._("Choose one of the lists."))
        if not said(reason):
            raise UserError(self.env._("Give a reason in words."))
        until = fields.Date.to_date(until)
        if not until or not is_day(until) or until < today:
            raise ValidationError(
                self.env._("Choose the last day of the entry, today or later.")
            )

    def _check_parties(self, entities, owner, company):
        if not entities:
            raise UserError(self.env._("Choose the customers to put on the list."))
        for entity in entities:
            other = entity.company_id.root_id
            if other and other != company:
                raise ValidationError(
                    self.env._(
                        "%(customer)s belongs to another company.",
                        customer=entity.display_name,
                    )
                )
        if owner.sudo() not in company._trade_able(USER).sudo():
            raise ValidationError(
                self.env._(
                    "Choose somebody responsible who works with credit control in "
                    "%(company)s.",
                    company=company.name,
                )
            )

    def _end(self, user):
        """End these entries now.

        :param user: by whom; none if they end by themselves
        """
        ending = self.sudo().filtered(lambda entry: not entry.ended_on)
        if ending:
            now = {"ended_on": fields.Datetime.now(), "ended_by_id": user.id}
            ending.write(now)
            ending.flush_recordset(list(now))
            ending._follow_waits()
            self.env["credit.decision"]._retake_soon()

    def _end_by_day(self):
        """End those of these entries whose last day is over; their owners are told."""
        over = self.filtered(
            lambda entry: (
                not entry.ended_on and entry.date_to < entry.company_id._trade_day()
            )
        )
        over._end(self.env["res.users"])
        for entry in over:
            entry._tell_ended()

    def _tell_ended(self):
        reader = self.with_context(lang=self.user_id.lang or self.env.lang)
        kinds = dict(self._fields["kind"]._description_selection(reader.env))
        reader.message_post(
            partner_ids=self.user_id.partner_id.ids,
            subtype_xmlid="mail.mt_note",
            author_id=self.env.ref("base.partner_root").id,
            subject=reader.env._(
                "%(customer)s is on the list “%(list)s” no more",
                customer=self.partner_id.name,
                list=kinds[self.kind],
            ),
            body=reader.env._(
                "The entry ended: %(reason)s Orders of this customer are checked as "
                "those of others from now on.",
                reason=self.reason,
            ),
        )

    @api.model
    def _of_customers_sql(self, partners, company, day):
        """Return the entries of customers that count on a day, as a JSON list of what
        a core ``Listing`` says.

        :param SQL partners: ids of commercial entities, who owes first
        :param SQL company: the id of a root company
        """
        return SQL(
            """(SELECT json_agg(json_build_object(
                           'kind', entry.kind, 'name', who.name,
                           'reason', entry.reason, 'until', entry.date_to,
                           'owes', who.commercial_partner_id = (ARRAY[%(partners)s])[1])
                        ORDER BY entry.id)
                  FROM credit_listing AS entry
                  JOIN res_partner AS who ON who.id = entry.partner_id
                 WHERE entry.company_id = %(company)s AND entry.ended_on IS NULL
                   AND entry.date_to >= %(day)s
                   AND who.commercial_partner_id IN (%(partners)s))""",
            partners=partners,
            company=company,
            day=day,
        )

    @api.model
    def _of(self, customers, company):
        """Return the entries in force of customers in the books of a root company.

        :param customers: commercial entities
        :return: {commercial entity: entry}
        """
        found = self.sudo().search(
            [
                *OPEN,
                ("partner_id.commercial_partner_id", "in", customers.ids),
                ("company_id", "=", company.id),
                ("date_to", ">=", company._trade_day()),
            ]
        )
        return {entry.partner_id.commercial_partner_id: entry for entry in found}

    @api.model
    def _always_held(self, customers):
        """Return which of some commercial entities are always held, and where.

        :return: {(commercial entity, root company), …}
        """
        found = self.sudo().search(
            [*OPEN, ("kind", "=", ALWAYS_HOLD), ("partner_id", "in", customers.ids)]
        )
        return {(entry.partner_id, entry.company_id) for entry in found}

    @api.model
    def _before_merge(self, contacts):
        """End all but one of the entries of customers who become one: it is the
        strictest that stays, and the one that lasts longest.

        :param contacts: those who become one
        """
        found = self.sudo().search([*OPEN, ("partner_id", "in", contacts.ids)])
        found._end_by_day()
        known = found.filtered(lambda entry: not entry.ended_on)
        for entries in known.grouped("company_id").values():
            stays = entries.sorted(
                lambda entry: (entry.kind == ALWAYS_HOLD, entry.date_to), reverse=True
            )[:1]
            (entries - stays)._end(self.env.user)

    # === WHAT WAITS === #

    @api.model
    def _before_waits(self, company):
        self.search([*OPEN, ("company_id", "=", company.id)])._end_by_day()
        return super()._before_waits(company)

    @api.model
    def _waits(self):
        return [*super()._waits(), Wait("list_end", OPEN, "date_to", MANAGER, USER)]

    def _wait_filtered(self, wait):
        found = super()._wait_filtered(wait)
        if wait.code != "list_end":
            return found
        return found.filtered(
            lambda entry: entry._notice_day() <= entry.company_id._trade_day()
        )

    def _notice_day(self):
        """Return the day from which on the owner is told of the end."""
        days = self.company_id.credit_listing_days
        return date_utils.subtract(self.date_to, days=days)

    def _wait_candidates(self, wait):
        return super()._wait_candidates(wait) | self.user_id

    def _wait_words(self, wait):
        if wait.code != "list_end":
            return super()._wait_words(wait)
        return self.env._(
            "The entry on the list ends: put it there anew, or let it end"
        )
