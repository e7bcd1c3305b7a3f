from odoo import fields, models


class CollectionHandoverLine(models.Model):
    """STUB"""

    _name = "collection.handover.line"
    _description = "Case Handed Over"

    handover_id = fields.Many2one("collection.handover", required=True, index=True)
    company_id = fields.Many2one("res.company", required=True, index=True)
    partner_id = fields.Many2one("res.partner", "Customer", required=True, index=True)
    case_id = fields.Many2one("collection.case", index=True)
    to_id = fields.Many2one(related="handover_id.to_id", store=True)
    date = fields.Date(related="handover_id.date", store=True)
    state = fields.Selection(related="handover_id.state", store=True)
