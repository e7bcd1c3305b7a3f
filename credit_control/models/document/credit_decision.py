from odoo import api, models
from odoo.tools import SQL

from ..decision.credit_decision import LIVE

WRITTEN = ("order_id", "state", "closed_on", "released_by_id", "reason")
WRITTEN += ("asked_reason",)


class CreditDecision(models.Model):
    """Decisions as orders read them in their statements."""

    _inherit = "credit.decision"

    @api.model
    def _of_order_sql(self, table, value):
        """Return an expression on the decision that says how credit stands to an order:
        the one that covers it once it is confirmed, the last one before.

        :param SQL table: the alias of ``sale_order``
        :param SQL value: what is asked of the decision, named ``decided``
        """
        Order = self.env["sale.order"]
        return SQL(
            """(SELECT %(value)s FROM credit_decision AS decided
                 WHERE decided.order_id = %(table)s.id
                   AND CASE %(table)s.state
                       WHEN 'sale' THEN decided.state = ANY(%(live)s)
                       WHEN 'cancel' THEN FALSE
                       ELSE decided.state != 'superseded' END
              ORDER BY decided.id DESC LIMIT 1)""",
            value=value,
            table=table,
            live=list(LIVE),
            to_flush=[
                Order._fields["state"],
                *(self._fields[name] for name in WRITTEN),
            ],
        )

    @api.model
    def _left_sql(self):
        """Return what ``decided`` left available after the order: where no limit was in
        force, nothing but what is owed.

        NULL where no file was asked, or the order was taken over unchecked.
        """
        return SQL(
            """CASE WHEN jsonb_path_exists(decided.facts::jsonb,
                        '$.levels[*] ? (@.carries == true).limit ? (@ != null)')
               THEN decided.available - decided.asked
               WHEN jsonb_path_exists(decided.facts::jsonb,
                        '$.levels[*] ? (@.carries == true)')
               THEN -decided.exposure - decided.asked END"""
        )

    @api.model
    def _limit_sql(self):
        """Return the limit that was decided on, NULL if the customer had none."""
        return SQL("(decided.facts::jsonb->'levels'->0->>'limit')::numeric")
