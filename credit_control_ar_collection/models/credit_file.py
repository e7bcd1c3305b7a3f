from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.credit_control.groups import MANAGER
from odoo.addons.trade_credit_base.lookups import of_customers
from odoo.addons.trade_credit_base.windows import form_of

COLLECTION = "collection"  # the origin of these stops


class CreditFile(models.Model):
    """A credit file knows what collection does about its customer."""

    _inherit = "credit.file"

    collection_stopped = fields.Boolean(
        compute="_compute_collection_stopped",
        help="A stage of the collection procedure stopped supply.",
    )
    collection_paid_on = fields.Date(
        "Nothing Late Since",
        readonly=True,
        copy=False,
        tracking=True,
        help="Collection stopped supply and everything late was paid on this day: a "
        "credit officer may resume supply.",
    )
    collection_case_id = fields.Many2one(
        "collection.case",
        "Open Case",
        compute="_compute_collection_case",
        compute_sudo=True,
    )
    collection_overdue = fields.Monetary(
        "In Collection", compute="_compute_collection_case", compute_sudo=True
    )

    # === COMPUTE METHODS === #

    @api.depends("stops")
    def _compute_collection_stopped(self):
        for file in self:
            file.collection_stopped = COLLECTION in (file.stops or {})

    @api.depends("partner_id", "company_id")
    def _compute_collection_case(self):
        is_open = [("state", "=", "open")]
        cases = of_customers(self.env["collection.case"], self, is_open, ["overdue"])
        for file in self:
            case = cases.get((file.partner_id._origin, file.company_id._origin))
            file.collection_case_id = case
            file.collection_overdue = case.overdue if case else 0.0

    # === CRUD METHODS === #

    @api.model
    def _by_methods(self):
        return super()._by_methods() | {"collection_paid_on"}

    # === ACTION METHODS === #

    def action_open_collection_case(self):
        """Open the customer's open case."""
        return form_of(self.collection_case_id)

    def action_resume_collected(self):
        """Resume supply that collection stopped.

        :raises AccessError: if the user is not a credit officer, or no credit manager
            and something is late yet
        :raises UserError: if collection did not stop supply
        """
        self._check_may_hold()
        for file in self:
            if not file.collection_stopped:
                raise UserError(
                    self.env._(
                        "Collection has not stopped supply to %(customer)s. The "
                        "credit file shows what stops it.",
                        customer=file.display_name,
                    )
                )
            if not file.collection_paid_on and not self.env.user.has_group(MANAGER):
                raise AccessError(
                    self.env._(
                        "%(customer)s has not paid everything that is late. Only "
                        "credit managers resume supply before that. Ask one of them.",
                        customer=file.display_name,
                    )
                )
        self._collection_resume()
        return True

    def action_lift_hold(self):
        """Lift what collection stopped, too, once everything late is paid."""
        paid = self.filtered("collection_paid_on")
        if paid:
            paid.action_resume_collected()
        return super().action_lift_hold()
