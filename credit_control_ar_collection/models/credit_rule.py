from odoo import fields, models

# Fires or not; a threshold says nothing to it.
WITHOUT_MEASURE = ("collection_legal",)


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

    def _snapshot(self):
        """A threshold that was left there must not keep these rules from firing."""
        return [
            rule | ({"threshold": 0.0} if rule["kind"] in WITHOUT_MEASURE else {})
            for rule in super()._snapshot()
        ]
