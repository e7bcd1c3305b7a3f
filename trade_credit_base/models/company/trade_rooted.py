from odoo import api, fields, models
from odoo.exceptions import ValidationError


class TradeRooted(models.AbstractModel):
    """A record of a root company, whose branches are counted with it."""

    _name = "trade.rooted"
    _description = "Record of a Root Company"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company.root_id,
        domain="[('parent_id', '=', False)]",
    )

    @api.constrains("company_id")
    def _check_root_company(self):
        for record in self.filtered("company_id.parent_id"):
            raise ValidationError(
                self.env._(
                    "%(branch)s is a branch. Choose %(company)s, where the branches "
                    "are counted together.",
                    branch=record.company_id.name,
                    company=record.company_id.root_id.name,
                )
            )
