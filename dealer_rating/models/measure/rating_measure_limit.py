from odoo import models
from odoo.tools import SQL


class RatingMeasure(models.AbstractModel):
    """Use of a customer's credit limit, day by day."""

    _inherit = "rating.measure"

    def _rows_limit_use(self, company, date_from, date_to, partner=None):
        """All receivable items: an item of before the window is there on all its days,
        one of its last day on one. The whole is the limit, which is no record."""
        day = self._as_of(company, date_to)
        days = max((day - date_from).days + 1, 1)
        return SQL(
            """SELECT partner_id, id AS record_id,
                      amount * LEAST(%(days)s, %(day)s - date + 1) / %(days)s AS part,
                      NULL::numeric AS whole
                 FROM (%(entries)s) AS entry""",
            days=days,
            day=day,
            entries=self._entries_sql(company, day, partner),
        )

    def _measure_limit_use(self, company, date_from, date_to):
        rows = self._rows_limit_use(company, date_from, date_to)
        return self._against_sql(self._limits_sql(company), rows, least=0)

    def _limits_sql(self, company):
        """Limits in the root company: (partner_id of the customer, whole)."""
        partner = self.env["res.partner"].with_company(company.root_id).sudo()
        limit = partner._fields["credit_limit"]
        fallback = limit.get_company_dependent_fallback(partner)
        return SQL(
            """SELECT id AS partner_id,
                      COALESCE((credit_limit->>%s)::numeric, %s) AS whole
                 FROM res_partner WHERE commercial_partner_id = id""",
            str(company.root_id.id),
            fallback or 0.0,
        )

    def _explain_limit_use(self, score):
        return self.env._(
            "%(part)s was owed on an average day from %(since)s to %(day)s, which is "
            "%(percent)s %% of the limit of %(whole)s.",
            **self._words(score),
        )

    def _records_limit_use(self, score):
        return self._open(
            score, "account.move.line", self.env._("Receivables up to then")
        )
