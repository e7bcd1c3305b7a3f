from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tools import SQL

from odoo.addons.trade_credit_base.core.given import said

from ...groups import COLLECTOR, USER

AS_THEY_STAND = ("number", "date", "date_due", "residual")  # of items


class CollectionCase(models.Model):
    """Calls, visits and notes on a case: one method each, which checks the rights."""

    _inherit = "collection.case"

    next_step_on = fields.Date(tracking=True)
    reason_id = fields.Many2one(
        "collection.reason",
        index="btree_not_null",
        tracking=True,
        help="Reason that the customer gave last for being late.",
    )
    promise_ids = fields.One2many("collection.promise", "case_id", "Promises")
    dispute_ids = fields.One2many("collection.dispute", "case_id", "Disputes")
    letter_ids = fields.One2many("collection.letter", "case_id", "Letters")
    measure_ids = fields.One2many("collection.measure", "case_id", "Measures")

    # === BUSINESS METHODS === #

    @api.model
    def _ensure(self, partner, company):
        """Return a customer's open case, opened now if there is none.

        For what is said about money before anything is late. No check of rights.

        :param partner: the customer, or a contact of it
        :param company: any company; the case is its root company's
        :return: one collection.case record, with the rights of the caller
        """
        customer, company = partner.commercial_partner_id, company.root_id
        day = company._trade_day()
        self.env["collection.item"]._sync(company, day, customer)
        whose = SQL("SELECT %s AS partner_id", customer.id)
        self.env.cr.execute(self._open_sql(company, day, whose))
        own = [("partner_id", "=", customer.id), ("company_id", "=", company.id)]
        case = self.sudo().search([*own, ("state", "=", "open")])
        items = (
            self.env["collection.item"].sudo().search([*own, ("state", "=", "open")])
        )
        items.filtered(lambda item: item.case_id != case).case_id = case
        return case.with_env(self.env)

    def _talk(self, kind, note, *, date=None, contact=None, reason=None, items=None):
        """Write down what was said to a customer: the one way.

        :param str kind: ``call``, ``visit`` or ``note``
        :param str note: what was said
        :param date date: the day it was said, not later than today; None for today
        :param contact: whom it was said to, the customer or a contact of it
        :param reason: the reason that the customer gives; kept on the case too
        :param items: which items it was about; None for none in particular
        :return: the collection.action, done
        :raises AccessError: if the user neither collects nor owns the case
        :raises UserError: if it says nothing, or lies ahead
        """
        self.ensure_one()
        self._check_works_on()
        case = self.sudo()
        day = case.company_id._trade_day()
        case._check_talk(kind, note, date or day, contact, day)
        items = case._items_in_question(items) if items else case.item_ids.browse()
        action = case.env["collection.action"].create(
            {
                **case._own_values(),
                "date": date or day,
                "kind": kind,
                "state": "done",
                "note": note,
                "contact_id": contact.id if contact else False,
                "reason_id": reason.id if reason else False,
                "amount": sum(items.sudo().mapped("residual")),
                "user_id": self.env.uid,
                "line_ids": [
                    Command.create(values)
                    for values in case._said_about(items.sudo(), date or day)
                ],
            }
        )
        if reason:
            case.reason_id = reason
        return action.with_env(self.env)

    def _said_about(self, items, day):
        """:return: list of values of action lines: items as they stand, no stage"""
        return [
            {
                "item_id": item.id,
                "company_id": item.company_id.id,
                "state": "due",
                "days_late": (day - item.date_due).days,
                **{name: item[name] for name in AS_THEY_STAND},
            }
            for item in items
        ]

    def _check_talk(self, kind, note, date, contact, day):
        """:raises UserError: if this cannot have been said"""
        if kind not in ("call", "visit", "note"):
            raise UserError(self.env._("Choose a call, a visit or a note."))
        if not said(note):
            raise UserError(
                self.env._("Write down what was said: it may be needed as evidence.")
            )
        if date > day:
            raise UserError(
                self.env._(
                    "This day is in the future. Enter what is planned as the next step."
                )
            )
        if contact and contact.sudo().commercial_partner_id != self.partner_id:
            raise UserError(
                self.env._(
                    "%(contact)s does not belong to %(customer)s. Choose a contact of "
                    "the customer.",
                    contact=contact.sudo().name,
                    customer=self.partner_id.name,
                )
            )

    def _check_works_on(self):
        """Refuse users who neither collect nor own these cases.

        Superuser rights do not help: an addon may call with them for a salesperson.

        :raises AccessError:
        """
        if not self.env.su:
            self.check_access("read")
        user = self.env.user
        if user.has_group(COLLECTOR):
            return
        for case in self.sudo():
            if case.user_id != user and (case.user_id or not user.has_group(USER)):
                raise AccessError(
                    self.env._(
                        "The case of %(customer)s is worked on by %(owner)s and by "
                        "collectors. Ask one of them.",
                        customer=case.partner_id.name,
                        owner=case.user_id.name or self.env._("users of collection"),
                    )
                )

    def _check_open(self):
        """:raises UserError: if this case is closed"""
        if self.state == "closed":
            raise UserError(
                self.env._(
                    "This case is closed. Use the open case of %(customer)s.",
                    customer=self.partner_id.name,
                )
            )

    def _take_turns(self):
        """Let one transaction at a time decide on these cases: PostgreSQL refuses the
        later of two writes, and Odoo tries it again on what the first one left."""
        self.env.cr.execute(
            SQL(
                "UPDATE collection_case SET write_date = %s WHERE id = ANY(%s)",
                self.env.cr.now(),
                self.ids,
            )
        )
