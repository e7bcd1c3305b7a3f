from odoo import api, models
from odoo.exceptions import AccessError

# Who is a customer's salesperson, or whose customer somebody is, follows from them
READ_BY = {"user_id", "parent_id", "is_company", "commercial_partner_id"}


class ResPartner(models.Model):
    """A salesperson reads what is written about the own customers. So whoever may write
    contacts gives that to nobody, least of all to themselves.

    The salesperson stays the one truth about whose customer somebody is, which sales
    managers change in one place; what it opens is guarded where it changes.
    """

    _inherit = "res.partner"

    @api.model
    def _trade_givers(self):
        """Return the groups that say whose customer somebody is, as xml ids. Extend
        with those who look after what is read."""
        return ["base.group_erp_manager", "sales_team.group_sale_manager"]

    @api.model
    def _trade_may_give(self):
        """Tell whether the user says whose customer somebody is."""
        return self.env.su or any(map(self.env.user.has_group, self._trade_givers()))

    def _trade_confidential(self):
        """Return those of these customers about whom there is something that their
        salesperson reads and others do not. Extend.

        :rtype: res.partner
        """
        return self.browse()

    def write(self, vals):
        """:raises AccessError: if customers about whom something is confidential get
        another salesperson from who may not say so"""
        if not READ_BY & vals.keys() or self._trade_may_give():
            return super().write(vals)
        theirs = self.sudo().with_context(active_test=False)
        if READ_BY & vals.keys() != {"user_id"}:
            theirs = theirs.search([("id", "child_of", self.ids)])
        guarded = theirs._trade_confidential()
        before = {each: each.commercial_partner_id.user_id for each in guarded}
        done = super().write(vals)
        for each, user in before.items():
            if each.commercial_partner_id.user_id != user:
                raise each._trade_not_given()
        return done

    def _trade_not_given(self):
        """:return: the refusal to say whose customers these are"""
        return AccessError(
            self.env._(
                "Whoever is the salesperson of %(customers)s reads what is owed and "
                "was said about it. Ask a sales manager, or who looks after credit and "
                "collection, to change who that is.",
                customers=", ".join(self.mapped("display_name")),
            )
        )
