from odoo import api, fields, models

READERS = (
    "sales_team.group_sale_salesman,credit_control.credit_group_user,"
    "dealer_rating.rating_group_user"
)


class ResPartner(models.Model):
    """Service level of a customer, for everybody who sells to it or serves it."""

    _inherit = "res.partner"

    credit_service_level_id = fields.Many2one(
        "credit.service.level",
        "Service Level",
        compute="_compute_credit_service_level",
        compute_sudo=True,
        groups=READERS,
        help="What the grade of this dealer gives, in the current company; for a "
        "contact, that of its company.",
    )
    credit_service_words = fields.Text(
        related="credit_service_level_id.description",
        depends=("credit_service_level_id",),
        depends_context=("lang",),
        groups=READERS,
    )

    @api.depends("commercial_partner_id")
    @api.depends_context("company")
    def _compute_credit_service_level(self):
        root = self.env.company.root_id
        dealers = self.env["rating.dealer"]._by_customer(
            self.commercial_partner_id, root
        )
        for partner in self:
            dealer = dealers.get((partner.commercial_partner_id, root))
            partner.credit_service_level_id = dealer and dealer.credit_service_level_id
