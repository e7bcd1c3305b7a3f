from odoo import api, models
from odoo.exceptions import AccessError

# What says whose a record is
OWNERS = {
    "company_id",
    "dealer_id",
    "template_id",
    "indicator_id",
    "screening_id",
    "candidate_id",
    "criterion_id",
}


class RatingOwned(models.AbstractModel):
    """Settings of a company stay there; what all companies share is kept by all.

    Odoo asks its rules before a record is written, not after: anybody could move one
    into the books of a company that is none of his.
    """

    _name = "rating.owned"
    _description = "Settings That Belong to a Company"

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._check_shared()
        return records

    def write(self, vals):
        self._check_shared()
        done = super().write(vals)
        if not self.env.su and vals.keys() & OWNERS:
            self.check_access("write")
            self._check_shared()
        return done

    @api.ondelete(at_uninstall=False)
    def _unlink_unshared(self):
        self._check_shared()

    # === BUSINESS METHODS === #

    def _shared(self):
        """:return: those of these records that count in every company"""
        if "company_id" not in self._fields:
            return self
        return self.filtered(lambda each: not each.company_id)

    def _check_shared(self):
        """:raises AccessError: if somebody who works for some companies only would
        change what counts in all of them
        """
        if self._shared() and not self._may_share():
            raise AccessError(
                self.env._(
                    "This counts in every company, and you do not work for all of "
                    "them. Make one for your own company, or ask an administrator."
                )
            )

    @api.model
    def _may_share(self):
        """Tell whether the user may write what all companies share: who works for all
        of them, or an administrator. Whichever companies are switched on."""
        user = self.env.user
        if self.env.su or user.has_group("base.group_system"):
            return True
        roots = self.env["res.company"].sudo().search([("parent_id", "=", False)])
        return roots <= user.sudo().company_ids
