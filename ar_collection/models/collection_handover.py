from odoo import fields, models


class CollectionHandover(models.Model):
    """STUB"""

    _name = "collection.handover"
    _description = "Hand-over of Cases"

    company_id = fields.Many2one("res.company", required=True, index=True)
    date = fields.Date()
    state = fields.Selection([("draft", "Draft"), ("done", "Done")], default="draft", required=True)
    from_id = fields.Many2one("res.users")
    to_id = fields.Many2one("res.users")
    line_ids = fields.One2many("collection.handover.line", "handover_id")
