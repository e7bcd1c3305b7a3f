from odoo import api, models
from odoo.tools import SQL


class CreditLimitProposal(models.Model):
    """The limit that a grade gives, as documents and contacts read it."""

    _inherit = "credit.limit.proposal"

    @api.model
    def _given_sql(self):
        """Return the limit that the last computation for the file ``own`` came to."""
        return SQL(
            """(SELECT last.amount FROM credit_limit_proposal AS last
                 WHERE last.file_id = own.id ORDER BY last.id DESC LIMIT 1)""",
            to_flush=self._fields["amount"],
        )
