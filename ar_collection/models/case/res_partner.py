from odoo import fields, models


class ResPartner(models.Model):
    """A customer, as collection sees it."""

    _inherit = "res.partner"

    collection_procedure_id = fields.Many2one(
        "collection.procedure",
        company_dependent=True,
        help="Leave empty for that of the customer's tags, or the company's.",
    )
