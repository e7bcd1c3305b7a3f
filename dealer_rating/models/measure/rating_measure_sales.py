from odoo import models
from odoo.tools import SQL, date_utils, formatLang


class RatingMeasure(models.AbstractModel):
    """Sales to a customer: against target, against last year, and their margin."""

    _inherit = "rating.measure"

    def _invoices_sql(self, company, date_from, date_to, partner=None):
        """Invoices and credit notes of a window, without tax, by invoice date."""
        return SQL(
            """SELECT partner.commercial_partner_id AS partner_id, move.id,
                      move.invoice_date AS date, move.amount_untaxed_signed AS amount,
                      CASE move.move_type WHEN 'out_refund' THEN -1 ELSE 1 END AS sign
                 FROM account_move move
                 JOIN res_partner partner ON partner.id = move.partner_id
                WHERE move.move_type IN ('out_invoice', 'out_refund')
                  AND move.state = 'posted' AND %(partner)s
                  AND move.invoice_date BETWEEN %(date_from)s AND %(day)s
                  AND move.company_id = ANY(ARRAY(%(branches)s))""",
            date_from=date_from,
            day=self._as_of(company, date_to),
            partner=self._partner_sql(partner),
            branches=self._branches_sql(company),
        )

    # === TARGET === #

    def _rows_target(self, company, date_from, date_to, partner=None):
        """The invoices of the window. The whole is the target, which is no record."""
        return SQL(
            """SELECT partner_id, id AS record_id, amount AS part, NULL::numeric
                      AS whole
                 FROM (%s) AS invoice""",
            self._invoices_sql(company, date_from, date_to, partner),
        )

    def _measure_target(self, company, date_from, date_to):
        targets = SQL(
            """SELECT dealer.partner_id, SUM(target.amount) AS whole
                 FROM rating_target target
                 JOIN rating_dealer dealer ON dealer.id = target.dealer_id
                WHERE dealer.company_id = %s AND target.date BETWEEN %s AND %s
             GROUP BY 1""",
            company.root_id.id,
            date_from,
            date_to,
        )
        rows = self._rows_target(company, date_from, date_to)
        return self._against_sql(targets, rows)

    def _explain_target(self, score):
        return self.env._(
            "%(part)s invoiced from %(since)s to %(day)s is %(percent)s %% of the "
            "target of %(whole)s.",
            **self._words(score),
        )

    def _records_target(self, score):
        return self._open(score, "account.move", self.env._("Invoiced"))

    # === GROWTH === #

    def _rows_growth(self, company, date_from, date_to, partner=None):
        """The invoices of the window are the part, those of the same months of the
        year before are the whole."""
        return SQL(
            """SELECT partner_id, id AS record_id, amount AS part, 0 AS whole
                 FROM (%s) AS now
                UNION ALL
               SELECT partner_id, id, 0, amount FROM (%s) AS before""",
            self._invoices_sql(company, date_from, date_to, partner),
            self._invoices_sql(
                company, *self._year_before(company, date_from, date_to), partner
            ),
        )

    def _year_before(self, company, date_from, date_to):
        """A month that still runs is compared with as many days of the year before,
        a whole February with a whole February."""
        after = date_utils.add(self._as_of(company, date_to), days=1)
        until = date_utils.subtract(date_utils.subtract(after, years=1), days=1)
        return date_utils.subtract(date_from, years=1), until

    def _measure_growth(self, company, date_from, date_to):
        return SQL(
            """SELECT partner_id, (part / whole - 1)::float AS value, part::float,
                      whole::float, items::int
                 FROM (SELECT partner_id, SUM(part) AS part, SUM(whole) AS whole,
                              COUNT(*) AS items
                         FROM (%s) AS record GROUP BY 1) AS year
                WHERE whole > 0""",
            self._rows_growth(company, date_from, date_to),
        )

    def _explain_growth(self, score):
        percent = formatLang(self.env, 100 * abs(score.value), digits=1)
        words = self._words(score, percent=percent)
        if score.value < 0:
            return self.env._(
                "%(part)s invoiced from %(since)s to %(day)s is %(percent)s %% less "
                "than the %(whole)s of the year before.",
                **words,
            )
        return self.env._(
            "%(part)s invoiced from %(since)s to %(day)s is %(percent)s %% more than "
            "the %(whole)s of the year before.",
            **words,
        )

    def _records_growth(self, score):
        return self._open(
            score,
            "account.move",
            self.env._("Invoiced, and the year before"),
            context={"create": False, "group_by": "invoice_date:month"},
        )

    # === MARGIN === #

    def _rows_margin(self, company, date_from, date_to, partner=None):
        """Lines with a product, net of discount, less quantity × cost. A product's cost
        is for its own unit and may differ by branch."""
        return SQL(
            """SELECT invoice.partner_id, line.id AS record_id,
                      -line.balance - invoice.sign * line.quantity * %(cost)s
                          * COALESCE(used.factor / own.factor, 1) AS part,
                      -line.balance AS whole, %(cost)s != 0 AS has_cost
                 FROM (%(invoices)s) AS invoice
                 JOIN account_move_line line ON line.move_id = invoice.id
                  AND line.display_type = 'product'
                 JOIN product_product product ON product.id = line.product_id
                 JOIN product_template template ON template.id = product.product_tmpl_id
                 LEFT JOIN uom_uom used ON used.id = line.product_uom_id
                 LEFT JOIN uom_uom own ON own.id = template.uom_id""",
            cost=self._cost_sql(company),
            invoices=self._invoices_sql(company, date_from, date_to, partner),
        )

    def _cost_sql(self, company):
        """The cost of one unit: the branch's own, else that of the root company."""
        root = company.root_id
        product = self.env["product.product"].with_company(root)
        price = product._fields["standard_price"]
        fallback = price.get_company_dependent_fallback(product)
        return SQL(
            """COALESCE((product.standard_price->>line.company_id::text)::numeric,
                        (product.standard_price->>%s)::numeric, %s)""",
            str(root.id),
            fallback or 0.0,
        )

    def _measure_margin(self, company, date_from, date_to):
        """A customer whose goods have no cost on record has no margin to measure."""
        rows = self._rows_margin(company, date_from, date_to)
        return self._sums_sql(rows, SQL("BOOL_OR(has_cost)"))

    def _explain_margin(self, score):
        return self.env._(
            "%(part)s is left of net sales of %(whole)s from %(since)s to %(day)s once "
            "the cost of the goods is taken off: %(percent)s %%.",
            **self._words(score),
        )

    def _records_margin(self, score):
        return self._open(score, "account.move.line", self.env._("Invoice lines"))
