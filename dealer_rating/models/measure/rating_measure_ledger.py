from odoo import models
from odoo.tools import SQL


class RatingMeasure(models.AbstractModel):
    """The receivables that measures of payment stand on; see ``trade.receivable``."""

    _inherit = "rating.measure"

    def _whose(self, company, partner=None):
        """Return whose books are read.

        :param int partner: a commercial entity to leave out all others
        :rtype: trade_receivable.Whose
        """
        partners = self.env["res.partner"].browse(partner) if partner else None
        return self.env["trade.receivable"]._of_company(company, partners)

    def _ledger_sql(self, company, day, partner=None, since=None):
        """Return the tables of a ledger as of ``day``, to follow a ``WITH``; see
        ``trade.settlement``.

        :param int partner: a commercial entity to leave out all others
        :param date since: leave out what fell due and was settled before that day
        """
        tables = self.env["trade.settlement"]._ledger_ctes(
            self._whose(company, partner), day, since
        )
        return SQL(", ").join(tables)

    def _entries_sql(self, company, day, partner=None):
        """Return all that moved a customer's receivable up to a day, settled or not.

        :return: SQL of rows (id, NULL for payments without an entry, partner_id, date,
            amount)
        """
        whose = self._whose(company, partner)
        return SQL(
            """SELECT id, partner_id, date, amount FROM (%s) AS item
                UNION ALL
               SELECT NULL, partner_id, date, amount FROM (%s) AS payment
                WHERE partner_id IS NOT NULL""",
            self.env["trade.settlement"]._items_sql(whose, day),
            self.env["trade.receivable"]._unbooked_sql(whose, [day]),
        )
