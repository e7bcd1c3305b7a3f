from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import SQL
from odoo.tools.translate import LazyTranslate

from odoo.addons.trade_credit_base.windows import form_of

from ...groups import MANAGER, OFFICER

_lt = LazyTranslate(__name__)

# Limits that are written together with other fields are left out. No permission: what
# is left out changes nothing.
STAYS = "credit_limit_stays"


class ResPartner(models.Model):
    _inherit = "res.partner"

    credit_file_ids = fields.One2many(
        "credit.file",
        "partner_id",
        "Credit Files",
        groups="credit_control.credit_group_user",
    )
    credit_has_file = fields.Boolean(
        compute="_compute_credit_has_file",
        compute_sudo=True,
        groups="account.group_account_invoice,account.group_account_readonly",
        help="Then its limit is granted there, in the current company.",
    )

    @api.depends("commercial_partner_id")
    @api.depends_context("company")
    def _compute_credit_has_file(self):
        saved = self._origin
        customers = (
            self.env["credit.file"]._of_entities(saved.commercial_partner_id).partner_id
        )
        for partner in self:
            entity = partner._origin.commercial_partner_id
            partner.credit_has_file = bool(entity) and entity in customers

    @api.constrains("parent_id", "is_company")
    def _check_credit_entity(self):
        """A customer with a credit file stays its own company: else its orders would
        be checked nowhere."""
        files = self.env["credit.file"].sudo().search([("partner_id", "in", self.ids)])
        enforced = files.filtered(lambda file: file.company_id.credit_mode == "enforce")
        for file in enforced:
            if file.partner_id.commercial_partner_id != file.partner_id:
                raise ValidationError(
                    self.env._(
                        "%(customer)s has a credit file of its own and cannot become "
                        "a contact of another company. Archive the credit file first.",
                        customer=file.partner_id.display_name,
                    )
                )

    @api.model
    def _trade_givers(self):
        return [*super()._trade_givers(), OFFICER]

    def _trade_confidential(self):
        # Why supply is stopped is told to the customer's salesperson
        theirs = [("partner_id", "in", self.ids)]
        files = self.env["credit.file"].sudo().search(theirs)
        return super()._trade_confidential() | files.partner_id.with_env(self.env)

    def action_open_credit_file(self):
        """Open the customer's credit file; a new one where there is none."""
        self.ensure_one()
        new = {"default_partner_id": self.commercial_partner_id.id}
        return form_of(self.credit_file_id, context={} if self.credit_file_id else new)

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        partners = super().create(vals_list)
        asked = {
            partner: vals["credit_limit"]
            for partner, vals in zip(partners, vals_list, strict=True)
            if vals.get("credit_limit") and vals.get("parent_id")
        }
        contacts = self.browse(each.id for each in asked).sudo()
        files = self.env["credit.file"].sudo()
        with_file = files._of_entities(contacts.commercial_partner_id).partner_id
        for partner, amount in asked.items():
            if partner.sudo().commercial_partner_id in with_file:
                partner._credit_divert_limit(amount)
        return partners

    def write(self, vals):
        if "credit_limit" not in vals:
            return super().write(vals)
        # Before anything is said of a customer, who writes has to be allowed to
        self.check_access("write")
        self._check_field_access(self._fields["credit_limit"], "write")
        rest = {name: value for name, value in vals.items() if name != "credit_limit"}
        if rest.keys() & {"parent_id", "is_company"}:  # the limit is the new entity's
            super().write(rest)
            return self.write({"credit_limit": vals["credit_limit"]})
        diverted = self._credit_divert_limit(vals["credit_limit"])
        if not diverted:
            return super().write(vals)
        super(ResPartner, self - diverted).write(vals)
        return super(ResPartner, diverted).write(rest)

    def _inverse_use_partner_credit_limit(self):
        """Refuse to take the limit off a customer with a credit file: Odoo would write
        the default limit, which nobody granted."""
        fallback = self._fields["credit_limit"].get_company_dependent_fallback(self)
        off = self.filtered(
            lambda each: (
                not each.use_partner_credit_limit and each.credit_limit != fallback
            )
        )
        files = self.env["credit.file"].sudo()
        files = files._of_entities(off.sudo().commercial_partner_id)
        self._credit_check_diverted(files, 0.0, {})
        return super()._inverse_use_partner_credit_limit()

    # === BUSINESS METHODS === #

    @api.model
    def _credit_same_currency_sql(self):
        """Return a condition on ``partner``: the limit there is in company currency.
        OCA's account_financial_risk may have it in another, which is left alone."""
        if "credit_currency" not in self._fields:
            return SQL("TRUE")
        return SQL("COALESCE(partner.credit_currency, 'company') = 'company'")

    def _credit_divert_limit(self, amount):
        """Grant what somebody writes as the accounting app's limit of customers with a
        credit file: there it would count nowhere, and be put back at night.

        What Odoo writes again for contacts, the amount as it is, goes its way.

        :return: the contacts whose limit is not to be written
        :raises AccessError: if the user may not grant limits
        :raises UserError: if the amount is none that can be granted
        """
        saved = self.browse(self.ids)
        entities = saved.sudo().commercial_partner_id
        files = self.env["credit.file"].sudo()._of_entities(entities)
        if not files:
            return self.browse()
        amount = self._fields["credit_limit"].convert_to_cache(amount, self) or 0.0
        if self.env.context.get(STAYS):
            changed = files
        else:
            limits = files._limits_in_force()
            changed = files.filtered(
                lambda file: (
                    amount not in (file.partner_id.credit_limit, limits.get(file.id))
                )
            )
            self._credit_check_diverted(changed, amount, limits)
            if changed:
                reason = _lt("Entered on the contact")
                changed.with_user(self.env.user)._grant(amount, reason=reason)
        return saved.filtered(
            lambda each: each.sudo().commercial_partner_id in changed.partner_id
        )

    def _credit_check_diverted(self, files, amount, limits):
        """
        :param limits: {file id: the limit in force}
        """
        if not files:
            return
        theirs = files.partner_id.with_env(self.env)._filtered_access("read") or self
        customers = ", ".join(theirs.mapped("display_name"))
        foreign = "credit_currency" in self._fields and files.partner_id.filtered(
            lambda each: each.credit_currency not in (False, "company")
        )
        if foreign or not self.env.user.has_group(MANAGER):
            raise AccessError(
                self.env._(
                    "The limit of %(customers)s is that of the credit file: a credit "
                    "manager grants it there. Ask one of them.",
                    customers=customers,
                )
            )
        if amount <= 0:
            raise UserError(
                self.env._(
                    "%(customers)s has a credit file: end the limit or archive the "
                    "file there.",
                    customers=customers,
                )
            )
        permanent = files._limits_in_force(which=SQL("kind = 'permanent'"))
        several = files.filtered(
            lambda file: limits.get(file.id) != permanent.get(file.id)
        )
        if several:
            raise UserError(
                self.env._(
                    "%(customers)s has a temporary limit or a base limit in force, "
                    "which one amount cannot replace: grant the limit in the credit "
                    "file.",
                    customers=", ".join(several.partner_id.mapped("display_name")),
                )
            )
