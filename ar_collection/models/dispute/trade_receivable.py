from odoo import api, models
from odoo.tools import SQL


class TradeReceivable(models.AbstractModel):
    """What a customer gave pays first what they do not contest."""

    _inherit = "trade.receivable"

    @api.model
    def _last_sql(self, line, day):
        """Take credits off an item in a valid dispute last: a credit for that very
        item is matched with it."""
        return SQL(
            """(%(others)s OR EXISTS (
                SELECT FROM collection_item AS item
                  JOIN collection_dispute_collection_item_rel AS disputed
                    ON disputed.collection_item_id = item.id
                  JOIN collection_dispute AS dispute
                    ON dispute.id = disputed.collection_dispute_id
                 WHERE item.line_id = %(line)s AND dispute.judged_on <= %(day)s
                   AND (dispute.state = 'valid' OR dispute.state = 'resolved'
                        AND dispute.resolved_on > %(day)s)))""",
            others=super()._last_sql(line, day),
            line=line,
            day=day,
            to_flush=[
                self.env["collection.dispute"]._fields[name]
                for name in ("item_ids", "judged_on", "resolved_on", "state")
            ],
        )
