from odoo import models
from odoo.tools import SQL


class RatingDealer(models.Model):
    """A dealer beside the others of its class."""

    _inherit = "rating.dealer"

    def _abc_class(self):
        """Return the ABC class of the customer, empty if it has none."""
        self.ensure_one()
        partner = self.partner_id.with_company(self.company_id)
        return partner.rating_abc_class or ""

    def _class_figures(self, wanted):
        """Return the best and the median of a dealer's class: one statement.

        The class is all dealers of the company of the same ABC class, or all of them
        for a customer that has none. Nobody learns whose points they are, so they are
        the same for whoever looks.

        :param wanted: {(first day of a quarter, kind of card)}
        :return: {(first day, kind, code): (best, median, number of dealers)}, of the
            mean points of each dealer in that quarter
        """
        self.ensure_one()
        wanted = [(start, kind) for start, kind in wanted if start]
        if not wanted:
            return {}
        for model in ("rating.score", "rating.scorecard", "rating.dealer"):
            self.env[model].flush_model()
        rows = self.env.execute_query(self._class_figures_sql(wanted))
        return {tuple(row[:3]): row[3:] for row in rows}

    def _class_figures_sql(self, wanted):
        """Grouped by numbers: names are looked up at the end, twenty times."""
        return SQL(
            """WITH line AS MATERIALIZED (
               SELECT line.id, template.kind, line.code,
                      MIN(line.id) OVER (PARTITION BY template.kind, line.code) AS same
                 FROM rating_indicator AS line
                 JOIN rating_scorecard_template AS template
                   ON template.id = line.template_id),
                 card AS MATERIALIZED (
               SELECT card.id, card.dealer_id, asked.start
                 FROM unnest(%(starts)s::date[], %(kinds)s::varchar[])
                      AS asked (start, kind)
                 JOIN rating_scorecard AS card
                   ON card.company_id = %(company)s AND card.is_current
                  AND card.kind = asked.kind AND card.date_from >= asked.start
                  AND card.date_from < asked.start + INTERVAL '3 months'
                 JOIN rating_dealer AS dealer ON dealer.id = card.dealer_id
                  AND (dealer.active OR dealer.id = %(dealer)s)
                 JOIN res_partner AS partner ON partner.id = dealer.partner_id
                WHERE %(same)s)
               SELECT own.start, line.kind, line.code, MAX(own.points),
                      percentile_cont(0.5) WITHIN GROUP (ORDER BY own.points),
                      COUNT(*)
                 FROM (
               SELECT card.start, line.same, score.dealer_id,
                      AVG(score.points::float) AS points
                 FROM card
                 JOIN rating_score AS score ON score.scorecard_id = card.id
                  AND score.state != 'open'
                 JOIN line ON line.id = score.indicator_id
             GROUP BY card.start, line.same, score.dealer_id) AS own
                 JOIN line ON line.id = own.same
             GROUP BY own.start, line.kind, line.code""",
            starts=[start for start, _kind in wanted],
            kinds=[kind for _start, kind in wanted],
            company=self.company_id.id,
            dealer=self.id,
            same=self._same_class_sql(),
        )

    def _same_class_sql(self):
        """Return the condition on ``partner`` that leaves the dealer's class."""
        letter = self._abc_class()
        if not letter:
            return SQL("TRUE")
        partners = self.env["res.partner"].sudo().with_company(self.company_id)
        field = partners._field_to_sql("partner", "rating_abc_class")
        return SQL("%s = %s", field, letter)
