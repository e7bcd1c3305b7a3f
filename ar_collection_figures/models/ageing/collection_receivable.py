from odoo import api, fields, models
from odoo.tools import SQL, format_date

from odoo.addons.trade_credit_base.windows import shipped


class CollectionReceivable(models.Model):
    """Receivables at the end of a day, line by line; today if none is given.

    ``collection_day`` in the context is the day. Unmatched credits are taken off the
    customer's oldest items first; what is left of them is there, negative. What has no
    customer is nobody's, and there too: the rows add up to the books.
    """

    _name = "collection.receivable"
    _description = "Receivable"
    _auto = False
    _order = "date_due, id"
    _rec_name = "number"
    # What the statement reads, to be written down before it does
    _depends = {
        "account.account": ["account_type", "non_trade"],
        "account.move.line": [
            "account_id",
            "amount_residual",
            "balance",
            "date",
            "date_maturity",
            "parent_state",
            "matching_number",
            "partner_id",
            "reconciled",
        ],
        "account.partial.reconcile": ["amount", "exchange_move_id", "max_date"],
        "account.payment": [
            "amount_company_currency_signed",
            "date",
            "is_matched",
            "move_id",
            "partner_id",
            "state",
        ],
        "collection.ageing.bucket": ["active", "first_day", "last_day"],
        "collection.item": ["case_id", "line_id"],
        "res.partner": ["user_id"],
    }

    move_id = fields.Many2one("account.move", "Entry", readonly=True)
    payment_id = fields.Many2one("account.payment", readonly=True)
    case_id = fields.Many2one("collection.case", readonly=True)
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        readonly=True,
        help="Empty: nobody knows whose it is.",
    )
    user_id = fields.Many2one("res.users", "Salesperson", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    bucket_id = fields.Many2one("collection.ageing.bucket", readonly=True)
    number = fields.Char(readonly=True)
    day = fields.Date("As of", readonly=True)
    date = fields.Date(readonly=True)
    date_due = fields.Date(readonly=True)
    days_late = fields.Integer(
        readonly=True,
        aggregator="max",
        help="Since the due date; before it if negative.",
    )
    open = fields.Monetary(
        "In the Books", readonly=True, help="Less what was matched with it."
    )
    net = fields.Monetary(
        "Receivable",
        readonly=True,
        help="With unmatched payments and credit notes taken off the customer's oldest "
        "items first; negative is what is left of them.",
    )

    @property
    def _table_query(self):
        """Return what is owed to the head companies of those that are looked at.

        A line has another id on each day: what was read of one day is not taken for
        another. Payments without an entry have ids of their own.
        """
        day = fields.Date.to_date(self.env.context.get("collection_day"))
        companies = self.env.companies.root_id.sudo()
        return SQL(" UNION ALL ").join(
            self._of_company_sql(company, day or company._trade_day())
            for company in companies
        )

    def _of_company_sql(self, company, day):
        reader = self.env["trade.receivable"]
        return SQL(
            """
            (SELECT (standing.day - '1900-01-01') * 4294967296 + COALESCE(
                        standing.line_id, 2147483648 + standing.payment_id) AS id,
                    standing.move_id, standing.payment_id, item.case_id,
                    standing.partner_id, partner.user_id, %(company)s AS company_id,
                    %(currency)s AS currency_id, bucket.id AS bucket_id,
                    standing.number, standing.day, standing.date,
                    standing.due AS date_due, standing.day - standing.due AS days_late,
                    standing.amount AS open, standing.net
               FROM (%(standing)s) AS standing
               LEFT JOIN res_partner AS partner ON partner.id = standing.partner_id
               LEFT JOIN collection_item AS item ON item.line_id = standing.line_id
               LEFT JOIN collection_ageing_bucket AS bucket
                 ON bucket.company_id = %(company)s AND %(holds)s
              WHERE standing.net != 0)
            """,
            company=company.id,
            currency=company.currency_id.id,
            standing=reader._net_sql(reader._of_company(company), [day]),
            holds=self.env["collection.ageing.bucket"]._holds_sql(
                SQL("standing.net"), SQL("(standing.day - standing.due)")
            ),
        )

    # === ACTION METHODS === #

    def action_open_entry(self):
        """Open the invoice, credit note or payment."""
        return (self.move_id or self.payment_id)._get_records_action()

    def action_open_case(self):
        """Open the collection case."""
        return self.case_id._get_records_action()

    # === BUSINESS METHODS === #

    @api.model
    def _action_at(self, company, day, bucket=None, late=0):
        """Return the action that shows what was owed at the end of a day.

        :param company: a root company
        :param bucket: of this ageing bucket only
        :param int late: at least so many days late
        """
        name = self.env._("Receivables on %(day)s", day=format_date(self.env, day))
        domain = [("company_id", "=", company.id)]
        if bucket:
            domain += bucket._held_domain()
        elif late:
            domain += [("net", ">", 0), ("days_late", ">=", late)]
        return shipped(
            self.env,
            "ar_collection_figures.collection_receivable_action",
            "list",
            name=name,
            display_name=name,
            domain=domain,
            context={"collection_day": fields.Date.to_string(day)},
        )
