from odoo import api, models
from odoo.tools import SQL


class RatingMeasure(models.AbstractModel):
    """Of the money that a customer promised to pay by a day, what came as promised."""

    _inherit = "rating.measure"

    @api.model
    def _measures(self):
        return [*super()._measures(), ("promises", self.env._("Promises to pay kept"))]

    def _rows_promises(self, company, date_from, date_to, partner=None):
        """The promises for a day of the window: the whole is what was promised, the
        part what was promised and kept.

        By their amounts: to keep a promise of 100 does not make up for breaking one of
        10,000. A promise of which only some came is broken with its whole amount, as in
        the figures of collection: else half of every promise would do. One that is
        still open, or was cancelled, tells nothing; once kept or broken a promise stays
        so, so a quarter that is over measures the same whenever it is asked.
        """
        return SQL(
            """SELECT partner.commercial_partner_id AS partner_id,
                      promise.id AS record_id,
                      CASE promise.state WHEN 'kept' THEN promise.amount ELSE 0 END
                          AS part,
                      promise.amount AS whole
                 FROM collection_promise AS promise
                 JOIN res_partner AS partner ON partner.id = promise.partner_id
                WHERE promise.state IN ('kept', 'broken') AND %(partner)s
                  AND promise.date BETWEEN %(date_from)s AND %(day)s
                  AND promise.company_id = ANY(ARRAY(%(branches)s))""",
            partner=self._partner_sql(partner),
            date_from=date_from,
            day=self._as_of(company, date_to),
            branches=self._branches_sql(company),
        )

    def _measure_promises(self, company, date_from, date_to):
        return self._sums_sql(self._rows_promises(company, date_from, date_to))

    def _explain_promises(self, score):
        words = self._words(score)
        if score.items == 1:
            return self.env._(
                "%(part)s of the %(whole)s promised for a day from %(since)s to "
                "%(day)s came as promised (1 promise).",
                **words,
            )
        return self.env._(
            "%(part)s of the %(whole)s promised for days from %(since)s to %(day)s "
            "came as promised (%(promises)d promises).",
            promises=score.items,
            **words,
        )

    def _records_promises(self, score):
        """Open the promises behind a score; users who also collect see their cases."""
        name = "ar_collection_dealer_rating.collection_promise_view_list_rating"
        views = [(self.env.ref(name).id, "list")]
        if self.env.user.has_group("ar_collection.collection_group_user"):
            views.append((False, "form"))
        return self._open(
            score,
            "collection.promise",
            self.env._("Promises to pay"),
            views=views,
        )
