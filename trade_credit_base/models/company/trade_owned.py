from odoo import api, models
from odoo.exceptions import AccessError

from ..guard.trade_record import kept


class TradeOwned(models.AbstractModel):
    """Settings of a company stay there; what all companies share is kept by all.

    Odoo asks its rules before a record is written, not after: anybody could move one
    into the books of a company that they do not work for.
    """

    _name = "trade.owned"
    _description = "Settings That Belong to a Company"

    # The way to the company; none where every record counts in all companies
    _owner = "company_id"
    # Who works in a branch only reads settings of its head company; what is daily work
    # there (targets, screenings, reports), they write
    _branches_write = False

    # === DEFAULTS === #

    def _default_owner(self):
        """:return: the company of a new record; none if the user may write for all"""
        company = self.env.company.root_id
        return company.browse() if self._may_share() else company

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._check_kept("create")
        return records

    def write(self, vals):
        self._check_shared()
        done = super().write(vals)
        self._check_kept("write")
        return done

    def copy_data(self, default=None):
        """Give copies of shared settings to the user's company."""
        copies = super().copy_data(default)
        owner = self._default_owner()
        for values in copies:
            if owner and not values.get("company_id", True):
                values["company_id"] = owner.id
        return copies

    @kept
    def _unlink_unshared(self):
        self._check_shared()

    # === BUSINESS METHODS === #

    def _check_kept(self, operation):
        """:raises AccessError: if these now are where the user may not put them"""
        if self.env.su:
            return
        self.check_access(operation)
        self._check_shared()

    def _check_shared(self):
        """:raises AccessError: if somebody who works for some companies only would
        change what counts in all of them, or in a head company that is not theirs
        """
        if self.env.su:
            return
        shared = self.sudo()
        if self._owner:
            shared = shared.filtered(lambda each: not each.mapped(self._owner))
            self._check_not_heads()
        if shared and not self._may_share():
            raise AccessError(
                self.env._(
                    "This counts in every company, and you do not work for all of "
                    "them. Make one for your own company, or ask an administrator."
                )
            )

    def _check_not_heads(self):
        """:raises AccessError: if a branch would change settings of its head company"""
        heads = self.sudo().mapped(self._owner) - self.env.user.sudo().company_ids
        if heads and not self._branches_write:
            raise AccessError(
                self.env._(
                    "%(company)s keeps this for its branches. Ask somebody who works "
                    "there.",
                    company=heads[:1].name,
                )
            )

    @api.model
    def _may_share(self):
        """Tell whether the user may write what all companies share: who works for all
        of them, or an administrator. Whichever companies are switched on."""
        user = self.env.user
        if self.env.su or user.has_group("base.group_system"):
            return True
        # Copying looks at archived records too, and nobody works for archived companies
        companies = self.env["res.company"].sudo().with_context(active_test=True)
        roots = companies.search([("parent_id", "=", False)])
        return roots <= user.sudo().company_ids
