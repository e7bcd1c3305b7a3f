from decimal import Decimal

from odoo import fields, models
from odoo.tools import SQL


class RatingAbc(models.Model):
    """How a classification is computed: one statement for all customers, however many:
    a customer's place depends on all the others, and they are never held in memory.

    The customer with whom the sum crosses a boundary belongs to the better class, and
    one who starts exactly on it to the next. Equal sales share rank and class. Who
    bought nothing, or returned more than they bought, is C and takes nothing off the
    sales that the others are a share of.
    """

    _inherit = "rating.abc"

    def _counted_domain(self, partner):
        """Return which invoices count for a customer, contacts included.

        :param partner: the commercial entity, a ``res.partner``
        """
        self.ensure_one()
        return [
            ("partner_id.commercial_partner_id", "=", partner.id),
            ("company_id", "child_of", self.company_id.id),
            ("move_type", "in", ["out_invoice", "out_refund"]),
            ("state", "=", "posted"),
            ("invoice_date", ">=", self.date_from),
            ("invoice_date", "<=", self.date_to),
        ]

    def _void(self):
        """Take back what was computed."""
        self.line_ids.unlink()
        self.computed_on = False

    def _compute_lines(self):
        """Write the lines anew: every customer of the company who ever bought before
        the window ends; without sales within it he is C. Others have no class."""
        self.ensure_one()
        self.env.flush_all()
        self.env.cr.execute(
            SQL("DELETE FROM rating_abc_line WHERE abc_id = %s", self.id)
        )
        self.env.cr.execute(self._lines_sql())
        self.env["rating.abc.line"].invalidate_model()
        self.invalidate_recordset()
        self.computed_on = fields.Datetime.now()

    def _lines_sql(self):
        return SQL(
            """WITH sales AS (%(sales)s),
                 sized AS (
                    SELECT partner_id, mean, GREATEST(mean, 0) AS size FROM sales),
                 placed AS (
                    SELECT partner_id, mean, size,
                           RANK() OVER (ORDER BY mean DESC) AS rank,
                           SUM(size) OVER () AS whole,
                           SUM(size) OVER (ORDER BY mean DESC) AS together,
                           SUM(size) OVER (ORDER BY mean DESC)
                           - SUM(size) OVER (PARTITION BY mean) AS larger
                      FROM sized),
                 cut AS (
                    SELECT placed.*, %(letter)s AS abc_class,
                           partner.rating_abc_class->>%(key)s AS previous
                      FROM placed JOIN res_partner partner ON partner.id = partner_id)
            INSERT INTO rating_abc_line (abc_id, company_id, partner_id, rank, mean,
                        share, cumulated, abc_class, previous_class, move,
                        create_uid, create_date, write_uid, write_date)
                 SELECT %(id)s, %(company)s, partner_id, rank, mean,
                        COALESCE(size / NULLIF(whole, 0), 0),
                        COALESCE(together / NULLIF(whole, 0), 0),
                        abc_class, previous, %(move)s,
                        %(user)s, %(now)s, %(user)s, %(now)s
                   FROM cut ORDER BY rank, partner_id""",
            sales=self._sales_sql(),
            letter=self._letter_sql(),
            move=self._move_sql(),
            key=str(self.company_id.id),
            id=self.id,
            company=self.company_id.id,
            user=self.env.uid,
            now=fields.Datetime.now(),
        )

    def _sales_sql(self):
        """Return rows (partner_id, mean): all who bought before the window's end."""
        return SQL(
            """SELECT partner.commercial_partner_id AS partner_id,
                      ROUND(COALESCE(SUM(move.amount_untaxed_signed)
                                     FILTER (WHERE move.invoice_date >= %(start)s), 0)
                            / %(months)s, %(decimals)s) AS mean
                 FROM account_move move
                 JOIN res_partner partner ON partner.id = move.partner_id
                WHERE move.state = 'posted'
                  AND move.move_type IN ('out_invoice', 'out_refund')
                  AND move.company_id = ANY(%(companies)s)
                  AND move.invoice_date <= %(end)s
             GROUP BY partner.commercial_partner_id""",
            start=self.date_from,
            end=self.date_to,
            months=self.months,
            decimals=self.currency_id.decimal_places,
            companies=self._branches().ids,
        )

    def _letter_sql(self):
        """Return the class of a row of ``placed``; the larger ones' share decides."""
        if self.method == "amount":
            a = SQL("mean >= %s", Decimal(str(self.a_from)))
            b = SQL("mean >= %s", Decimal(str(self.b_from)))
        else:
            a = SQL("larger < %s * whole", Decimal(str(self.a_to)))
            b = SQL("larger < %s * whole", Decimal(str(self.b_to)))
        return SQL(
            """CASE WHEN mean <= 0 THEN 'C'
                    WHEN %s THEN 'A' WHEN %s THEN 'B' ELSE 'C' END""",
            a,
            b,
        )

    def _move_sql(self):
        """Return what happens to a customer's class; ``A`` sorts before ``C``."""
        return SQL(
            """CASE WHEN previous IS NULL THEN 'new' WHEN abc_class < previous THEN 'up'
                    WHEN abc_class > previous THEN 'down' ELSE 'same' END"""
        )

    def _branches(self):
        """Return the company with its branches, archived ones too."""
        return (
            self.env["res.company"]
            .with_context(active_test=False)
            .search([("id", "child_of", self.company_id.id)])
        )
