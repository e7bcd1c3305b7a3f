from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from odoo.addons.trade_credit_base.models.shown.trade_shown import shown
from odoo.addons.trade_credit_base.windows import form_of, list_of


class ResPartner(models.Model):
    """A customer, as the rating sees it."""

    _name = "res.partner"
    _inherit = ["res.partner", "trade.shown"]

    rating_dealer_id = fields.Many2one(
        "rating.dealer", "Rated As", compute="_compute_rating_dealer"
    )
    rating_grade_id = fields.Many2one(
        "dealer.grade",
        "Credit Grade",
        **shown("rating_grade_id", "_compute_rating_grade"),
    )
    rating_total = fields.Float(
        digits=(16, 2),
        aggregator="avg",
        groups="dealer_rating.rating_group_user",
        help="Of the last quarter that was confirmed.",
        **shown("rating_total", "_compute_rating_total"),
    )
    rating_rank = fields.Integer(
        related="rating_dealer_id.rank",
        depends=("rating_dealer_id",),
        depends_context=("company", "uid"),
        aggregator=None,
        groups="dealer_rating.rating_group_user",
    )
    rating_tenure = fields.Selection(
        related="rating_dealer_id.tenure",
        related_sudo=False,
        depends=("rating_dealer_id",),
        depends_context=("company", "uid"),
        groups="dealer_rating.rating_group_user,sales_team.group_sale_salesman",
    )

    @api.model
    def _trade_givers(self):
        return [*super()._trade_givers(), "dealer_rating.rating_group_manager"]

    def _trade_confidential(self):
        dealers = self.env["rating.dealer"].sudo().with_context(active_test=False)
        rated = dealers.search([("partner_id", "in", self.ids)]).partner_id
        return super()._trade_confidential() | rated.with_env(self.env)

    @api.depends_context("company", "uid")
    @api.depends("commercial_partner_id")
    def _compute_rating_dealer(self):
        """The dealer that the customer is in the current company, for who may read."""
        Dealer = self.env["rating.dealer"]
        dealers, root = {}, self.env.company.root_id
        if Dealer.has_access("read"):
            dealers = Dealer._by_customer(self.commercial_partner_id, root)
        for partner in self:
            dealer = dealers.get((partner.commercial_partner_id, root), Dealer)
            partner.rating_dealer_id = dealer

    @api.depends_context("company", "uid")
    @api.depends("commercial_partner_id")
    def _compute_rating_grade(self):
        self._compute_shown(("rating_grade_id",))

    @api.depends_context("company", "uid")
    @api.depends("commercial_partner_id")
    def _compute_rating_total(self):
        self._compute_shown(("rating_total",))

    def _shown_sql(self, name, alias):
        """A contact shows the rating of its company, in the user's company."""
        if name not in ("rating_grade_id", "rating_total"):
            return super()._shown_sql(name, alias)
        field = self._fields["commercial_partner_id"]
        customer = SQL("%s", SQL.identifier(alias, field.name, to_flush=field))
        Dealer = self.env["rating.dealer"]
        rated = Dealer._rated_sql(customer, SQL("%s", self.env.company.root_id.id))
        value = rated.grade if name == "rating_grade_id" else rated.total
        return SQL("CASE WHEN %s THEN %s END", Dealer._seen_sql(customer), value)

    @api.constrains("parent_id", "is_company", "company_id")
    def _check_rating_entity(self):
        """A dealer stays its own company, and a customer of who rates it: else nothing
        would be measured of it, or nobody could open it."""
        dealers = self.env["rating.dealer"].sudo()
        for dealer in dealers.search([("partner_id", "in", self.ids)]):
            owner = dealer.partner_id.company_id.root_id
            if owner and owner != dealer.company_id:
                raise ValidationError(
                    self.env._(
                        "%(customer)s is rated as a dealer in %(company)s and cannot "
                        "become a customer of another company. Archive the dealer "
                        "there first.",
                        customer=dealer.partner_id.display_name,
                        company=dealer.company_id.name,
                    )
                )
            if dealer.partner_id.commercial_partner_id != dealer.partner_id:
                raise ValidationError(
                    self.env._(
                        "%(customer)s is rated as a dealer and cannot become a contact "
                        "of another company. Archive the dealer first.",
                        customer=dealer.partner_id.display_name,
                    )
                )

    def action_rate_as_dealer(self):
        """Rate these customers from now on; those that are rated already stay.

        :return: the dealers, as an action
        """
        Dealer = self.env["rating.dealer"].with_context(active_test=False)
        company = self.env.company.root_id
        entities = self.commercial_partner_id
        own = [("company_id", "=", company.id)]
        known = Dealer.search([*own, ("partner_id", "in", entities.ids)])
        known.filtered(lambda dealer: not dealer.active).active = True
        new = entities - known.partner_id
        first = new.sudo()._rating_first_invoices(company)
        known += Dealer.create(
            [
                {"partner_id": entity.id, "company_id": company.id}
                | ({"since": first[entity.id]} if entity.id in first else {})
                for entity in new
            ]
        )
        if not known:
            raise UserError(self.env._("Choose the customers to rate."))
        if len(known) == 1:
            return form_of(known)
        return list_of(
            known, self.env._("Dealers"), [("id", "in", known.ids)], context={}
        )

    def _rating_first_invoices(self, company):
        """Return since when customers buy: who does for years is no new dealer.

        :return: {id of the commercial entity: day of its first invoice}
        """
        rows = self.env["account.move"]._read_group(
            [
                ("commercial_partner_id", "in", self.ids),
                ("company_id", "child_of", company.id),
                ("move_type", "=", "out_invoice"),
                ("state", "=", "posted"),
            ],
            ["commercial_partner_id"],
            ["invoice_date:min"],
        )
        return {customer.id: day for customer, day in rows}

    def action_open_rating(self):
        """Open the dealer that the customer is in the current company."""
        self.ensure_one()
        return form_of(self.rating_dealer_id)
