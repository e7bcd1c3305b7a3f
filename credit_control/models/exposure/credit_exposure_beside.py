from odoo import models
from odoo.tools import SQL

from .credit_exposure import BESIDE


class CreditExposure(models.AbstractModel):
    """What stands beside the receivable: bills in hand, advances, what we owe.

    A balance the wrong way round is none: bills honoured twice free no credit, and
    advances that were used up twice are no debt. What a company names no accounts for
    is not looked for, and what we owe only where it is set off or asked for.
    """

    _inherit = "credit.exposure"

    def _beside_kinds(self, payable):
        """Return what to read, see ``trade.beside``.

        :param bool payable: whether what we owe is asked for
        """
        kinds = self.env["trade.beside"]._named_kinds()
        payable = payable or self.env["res.company"]._credit_sets_off()
        return (*kinds, "payable") if payable else kinds

    def _beside_sql(self, whose, day, kinds, file_id=None):
        """Return what stands beside the receivable of each file: rows (file_id, bills,
        advances, payable, set_off).

        :param Whose whose: whose books, see ``trade.receivable``
        :param int file_id: the file that answers for all of it, if that is known
        """
        if not kinds:
            nothing = SQL(", ").join(
                SQL("NULL::numeric AS %s", SQL.identifier(name)) for name in BESIDE
            )
            return SQL("SELECT NULL::int AS file_id, %s WHERE FALSE", nothing)
        found = self.env["trade.beside"]._amounts_sql(whose, day, kinds)
        if file_id:
            own = SQL(
                "SELECT %s AS file_id, kind, amount FROM (%s) AS f", file_id, found
            )
        else:
            own = self._own_sql(SQL("kind, amount"), SQL("(%s)", found))
        return SQL(
            """SELECT sums.*, CASE WHEN company.credit_set_off THEN payable END
                          AS set_off
                 FROM (
               SELECT file_id,
                      GREATEST(0, SUM(amount) FILTER (WHERE kind = 'bill')) AS bills,
                      LEAST(0, -SUM(amount) FILTER (WHERE kind = 'advance'))
                          AS advances,
                      GREATEST(0, SUM(amount) FILTER (WHERE kind = 'payable'))
                          AS payable
                 FROM (%s) AS own GROUP BY file_id) AS sums
                 JOIN credit_file AS file ON file.id = sums.file_id
                 JOIN res_company AS company ON company.id = file.company_id""",
            own,
        )
