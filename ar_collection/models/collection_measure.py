from odoo import fields, models


class CollectionMeasure(models.Model):
    """STUB"""

    _name = "collection.measure"
    _description = "Protective Measure"

    case_id = fields.Many2one("collection.case", index=True)
    partner_id = fields.Many2one("res.partner", "Customer", required=True, index=True)
    company_id = fields.Many2one("res.company", required=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount = fields.Monetary()
    kind = fields.Selection([("end_relationship", "End_relationship"), ("legal_action", "Legal_action"), ("write_off", "Write_off")], default="end_relationship", required=True)
    state = fields.Selection([("proposed", "Proposed"), ("approved", "Approved"), ("rejected", "Rejected"), ("done", "Done")], default="proposed", required=True)
    done_on = fields.Date()
