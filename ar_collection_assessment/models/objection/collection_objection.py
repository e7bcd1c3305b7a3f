from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from odoo.addons.ar_collection.groups import MANAGER, require
from odoo.addons.trade_credit_base.models.guard.ir_default import own_defaults
from odoo.addons.trade_credit_base.models.waiting.trade_waiting import Wait

ENTERED = {"company_id", "partner_id", "move_id", "reason"}


class CollectionObjection(models.Model):
    """A salesperson did not want to sell on credit, and says so before it goes wrong.

    If management sells all the same, what comes of it is not held against the
    salesperson: the invoice, or everything invoiced to the customer from then on.
    """

    _name = "collection.objection"
    _description = "Objection of a Salesperson"
    _inherit = ["trade.record", "mail.thread", "mail.activity.mixin", "trade.waiting"]
    _mail_post_access = "read"
    _order = "entered_on desc, id desc"
    _rec_name = "partner_id"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company.root_id,
    )
    user_id = fields.Many2one(
        "res.users",
        "Salesperson",
        required=True,
        index=True,
        default=lambda self: self.env.user,
        readonly=True,
    )
    move_id = fields.Many2one(
        "account.move",
        "Invoice",
        index="btree_not_null",
        ondelete="set null",
        domain="[('move_type', '=', 'out_invoice'), ('state', '!=', 'cancel'),"
        " ('company_id', 'child_of', company_id),"
        " ('commercial_partner_id', '=?', partner_id)]",
        help="Leave empty to object to all credit for the customer from today on.",
    )
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        required=True,
        index=True,
        compute="_compute_partner_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    whole_customer = fields.Boolean(
        "All Credit", help="From the day it was entered on, not one invoice only."
    )
    may_see_invoices = fields.Boolean(compute="_compute_may_see_invoices")
    reason = fields.Text(required=True)
    entered_on = fields.Date(required=True, readonly=True)
    state = fields.Selection(
        [
            ("open", "To be decided"),
            ("overruled", "Overruled"),
            ("accepted", "Accepted"),
        ],
        default="open",
        required=True,
        readonly=True,
        help="Overruled: management sells on credit all the same, and the salesperson "
        "does not answer for it. Accepted: nothing is sold on credit.",
    )
    decided_by_id = fields.Many2one("res.users", readonly=True)
    decided_on = fields.Date(readonly=True)

    @api.depends("move_id")
    def _compute_partner_id(self):
        for objection in self:
            move = objection.sudo().move_id
            asking = move.with_user(self.env.user)
            known = move.invoice_user_id == self.env.user or asking.has_access("read")
            customer = known and move.commercial_partner_id
            objection.partner_id = customer or objection.partner_id

    @api.depends_context("uid")
    def _compute_may_see_invoices(self):
        self.may_see_invoices = self.env["account.move"].has_access("read")

    @api.constrains("partner_id", "move_id")
    def _check_invoice(self):
        for objection in self.filtered("move_id"):
            move = objection.sudo().move_id
            own = move.company_id.root_id == objection.company_id
            customer = move.commercial_partner_id == objection.partner_id
            if not (own and customer and move.is_sale_document()):
                raise ValidationError(
                    self.env._(
                        "Object to an invoice of this company to this customer, or "
                        "leave the invoice empty."
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        """Enter objections, in the name of the current user and as of today.

        :raises AccessError: if anything else than what and why is given
        """
        if not self.env.su and any(set(vals) - ENTERED for vals in vals_list):
            raise AccessError(
                self.env._(
                    "An objection is entered in one's own name and as of today: give "
                    "the customer or the invoice, and the reason."
                )
            )
        companies, customers = self.env["res.company"], self.env["res.partner"]
        for vals in vals_list:
            self._trade_check_given(vals)
            own = companies.browse(vals.get("company_id")) or self.env.company
            root = own.root_id
            vals.update(company_id=root.id, whole_customer=not vals.get("move_id"))
            vals.setdefault("user_id", self.env.uid)
            vals.setdefault("entered_on", root._trade_day())
            if vals.get("partner_id"):
                customer = customers.browse(vals["partner_id"])
                vals["partner_id"] = customer.commercial_partner_id.id
        given = own_defaults(self, self._fields.keys() - ENTERED)
        objections = super().create([given | vals for vals in vals_list])
        objections._follow_waits()
        return objections

    # === ACTION METHODS === #

    def action_overrule(self):
        """Sell on credit all the same: the salesperson does not answer for it.

        :raises AccessError: if the user is no manager, or objected himself
        """
        return self._decide("overruled")

    def action_accept(self):
        """Agree with the salesperson: nothing is sold on credit here.

        :raises AccessError: if the user is no manager, or objected himself
        """
        return self._decide("accepted")

    def _decide(self, state):
        why = self.env._("Only managers decide on objections. Ask one of them.")
        require(self.env, MANAGER, why)
        self.check_access("read")
        waiting = self.filtered(lambda each: each.state == "open")
        if self.env.user in waiting.user_id:
            raise AccessError(
                self.env._("Another manager decides on what you object to yourself.")
            )
        for objection in waiting.sudo():
            objection.write(
                {
                    "state": state,
                    "decided_by_id": self.env.uid,
                    "decided_on": objection.company_id._trade_day(),
                }
            )
        waiting._follow_waits()
        return True

    # === WHO IS ASKED === #

    @api.model
    def _waits(self):
        undecided = [("state", "=", "open")]
        wait = Wait("decide", undecided, "entered_on", MANAGER, MANAGER)
        return [*super()._waits(), wait]

    def _wait_barred(self, wait):
        return super()._wait_barred(wait) | self.user_id

    def _wait_words(self, wait):
        return self.env._("Decide on the objection")
