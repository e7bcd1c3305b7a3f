from collections import defaultdict

from odoo import api, models
from odoo.tools import SQL, date_utils


class CreditCheckpoint(models.AbstractModel):
    """Facts for policies about the collection of the debtor's items so far.

    One statement for each kind, for any number of orders.
    """

    _inherit = "credit.checkpoint"

    @api.model
    def _facts_collection_stage(self, figures, day):
        """Tell the day of the highest stage that open items have reached which come to
        the procedure's floor.

        What is paid, and what a promise or a dispute pauses, does not count.
        """
        found = self._collection_rows(
            figures,
            SQL(
                """SELECT day FROM (%s) AS reached
                    WHERE reached.partner_id = asked.partner_id
                      AND reached.company_id = asked.company_id""",
                self._collection_reached(figures),
            ),
        )
        return {order: (stage, "pay_collected") for order, stage in found.items()}

    def _collection_reached(self, figures):
        """:return: SQL of rows (partner_id, company_id, day of the highest stage)"""
        items, procedures = (
            self.env["collection.item"],
            self.env["collection.procedure"],
        )
        debtors = defaultdict(set)
        for each in figures:
            debtors[each.company].add(each.debtor)
        return SQL(" UNION ALL ").join(
            SQL(
                "SELECT partner_id, %s AS company_id, day FROM (%s) AS own",
                company,
                items._reached_sql(
                    root := self.env["res.company"].sudo().browse(company),
                    procedures.sudo()._floors_sql(
                        root, SQL("SELECT unnest(%s)", sorted(customers))
                    ),
                ),
            )
            for company, customers in debtors.items()
        )

    @api.model
    def _facts_collection_legal(self, figures, day):
        """Tell orders of debtors against whom legal action was decided on."""
        found = self._collection_rows(
            figures,
            SQL(
                """SELECT NULLIF(COUNT(*), 0)
                     FROM collection_measure AS measure
                     JOIN collection_case AS own ON own.id = measure.case_id
                    WHERE measure.partner_id = asked.partner_id
                      AND measure.company_id = asked.company_id
                      AND measure.kind = 'legal_action'
                      AND measure.state IN ('approved', 'done')
                      AND measure.ended_on IS NULL
                      AND own.state = 'open'"""
            ),
        )
        return {order: (count, "settle_legal") for order, count in found.items()}

    @api.model
    def _facts_collection_broken(self, figures, day):
        """Tell how many promises were broken in the months that count."""
        companies = self.env["res.company"].sudo().browse(e.company for e in figures)
        since = {
            company.id: date_utils.subtract(
                day, months=company.credit_collection_months
            )
            for company in companies
        }
        found = self._collection_rows(
            figures,
            SQL(
                """SELECT NULLIF(COUNT(*), 0)
                     FROM collection_promise AS promise
                    WHERE promise.partner_id = asked.partner_id
                      AND promise.company_id = asked.company_id
                      AND promise.state = 'broken'
                      AND promise.settled_on > asked.since"""
            ),
            [since[each.company] for each in figures],
        )
        return {order: (count, "ask_collection") for order, count in found.items()}

    def _collection_rows(self, figures, measure, since=None):
        """Measure something of the debtors of orders, by one statement.

        :param figures: list of Figures
        :param SQL measure: a scalar query on ``asked`` (partner_id, company_id, since)
        :param since: list of date, one for each of the figures
        :return: {key of the figures: what was measured}, those without left out
        """
        if not figures:
            return {}
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT asked.place, (%s)
                  FROM unnest(%s::int[], %s::int[], %s::date[]) WITH ORDINALITY
                       AS asked (partner_id, company_id, since, place)
              ORDER BY asked.place
                """,
                measure,
                [each.debtor for each in figures],
                [each.company for each in figures],
                since or [None] * len(figures),
            )
        )
        return {
            each.key: measured
            for each, (_place, measured) in zip(figures, rows, strict=True)
            if measured is not None
        }
