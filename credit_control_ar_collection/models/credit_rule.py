from odoo import api, fields, models


class CreditRule(models.Model):
    _inherit = "credit.rule"

    kind = fields.Selection(
        selection_add=[
            ("collection_stage", "Collection stage reached (day)"),
            ("collection_legal", "Open legal case"),
            ("collection_broken", "Broken promises to pay"),
        ],
        ondelete={
            "collection_stage": "cascade",
            "collection_legal": "cascade",
            "collection_broken": "cascade",
        },
    )

    @api.model
    def _without_measure(self):
        return super()._without_measure() | {"collection_legal"}
