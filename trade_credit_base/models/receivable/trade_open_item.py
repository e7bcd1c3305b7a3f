from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, LazyTranslate

_lt = LazyTranslate(__name__)
NOBODY = _lt("No customer")

# A line is open with another amount on each day: what was read of one day is not taken
# for another
BY_DAY = {"readonly": True, "depends_context": ("trade_day",)}


class TradeOpenItem(models.Model):
    """Items open at the end of a day, line by line: the rows behind a figure.

    They come from the one reader, past record rules, so that whoever may see a figure
    sees all that it is the sum of. ``trade_day`` in the context is the day, today if
    none is given; ``trade_customers`` are commercial entities, to read theirs only.
    """

    _name = "trade.open.item"
    _description = "Open Item"
    _auto = False
    _order = "date_due, id"
    _rec_name = "number"
    # What the statement reads, to be written down before it does
    _depends = {
        "account.account": ["account_type", "non_trade"],
        "account.move": ["move_type", "state"],
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
            "trade_number",
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
        "res.partner": ["complete_name", "user_id"],
    }

    kind = fields.Selection([("owed", "Receivable"), ("to_come", "To Come")], **BY_DAY)
    move_id = fields.Many2one("account.move", "Entry", readonly=True)
    payment_id = fields.Many2one("account.payment", readonly=True)
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        readonly=True,
        falsy_value_label=NOBODY,
        help="Empty: nobody knows whose it is.",
    )
    customer = fields.Char("Customer's Name", readonly=True, depends_context=("lang",))
    user_id = fields.Many2one("res.users", "Salesperson", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    number = fields.Char(readonly=True)
    day = fields.Date("As of", **BY_DAY)
    date = fields.Date(readonly=True)
    date_due = fields.Date(readonly=True)
    days_late = fields.Integer(
        aggregator="max", help="Since the due date; before it if negative.", **BY_DAY
    )
    booked = fields.Monetary("Amount", readonly=True, help="As it was booked.")
    open = fields.Monetary(
        "In the Books", help="Less what was matched with it.", **BY_DAY
    )
    net = fields.Monetary(
        "Open",
        help="With unmatched payments and credit notes taken off the customer's oldest "
        "items first; negative is what is left of them.",
        **BY_DAY,
    )
    has_entry = fields.Boolean("Can Be Opened", compute="_compute_has_entry")

    @property
    def _table_query(self):
        """Return what is owed to the head companies of those that are looked at."""
        companies = self.env.companies.root_id.sudo()
        return SQL(" UNION ALL ").join(
            SQL(
                "SELECT * FROM (%s) AS own_item",
                self._of_company_sql(company, self._day() or company._trade_day()),
            )
            for company in companies
        )

    @api.depends_context("uid")
    @api.depends("move_id", "payment_id")
    def _compute_has_entry(self):
        """Tell whether the reader may open what the row comes from."""
        moves = self.move_id._filtered_access("read")
        payments = self.payment_id._filtered_access("read")
        for item in self:
            item.has_entry = bool(item.move_id & moves or item.payment_id & payments)

    # === NAMES OF ENTRIES === #

    def _by_number(self):
        """:return: these rows, which name their entries by the number alone: its
        reference is for those who may read the entry
        """
        return self.with_context(
            trade_by_number=True,
            input_full_display_name=False,
            name_as_amount_total=False,
        )

    def _read_format(self, fnames, load="_classic_read"):
        return super(TradeOpenItem, self._by_number())._read_format(fnames, load)

    def web_read(self, specification):
        return super(TradeOpenItem, self._by_number()).web_read(specification)

    def _read_group_postprocess_groupby(self, groupby_spec, raw_values):
        named = super(TradeOpenItem, self._by_number())
        return named._read_group_postprocess_groupby(groupby_spec, raw_values)

    # === ACTION METHODS === #

    def action_open_entry(self):
        """Open the invoice, credit note or payment."""
        return (self.move_id or self.payment_id)._get_records_action()

    # === BUSINESS METHODS === #

    def _day(self):
        """Return the day that is asked for; None for today.

        :raises UserError: if it is not a day
        """
        day = self.env.context.get("trade_day")
        if isinstance(day, (list, tuple)):  # as it is typed into the search
            day = day[-1] if day else None
        try:
            return fields.Date.to_date(day)
        except (TypeError, ValueError) as error:
            why = self.env._("%(day)s is not a day. Choose one as of which to look.")
            raise UserError(why % {"day": day}) from error

    def _customers(self):
        """Return the customers whose items are asked for; None for all.

        :raises UserError: if they are none
        """
        chosen = self.env.context.get("trade_customers")
        if chosen is None:
            return None
        ids = [chosen] if isinstance(chosen, int) and chosen is not True else chosen
        if not isinstance(ids, (list, tuple)) or not all(
            isinstance(each, int) for each in ids
        ):
            why = self.env._(
                "%(customers)s are not customers. Choose whose items to look at."
            )
            raise UserError(why % {"customers": chosen})
        return self.env["res.partner"].browse(each for each in ids if each)

    @api.model
    def _sums_sql(self, key, companies=None, customers=None):
        """Return what is open today of each entry or customer, past record rules.

        :param str key: ``move_id`` or ``partner_id``
        :param companies: whose books; None for those that the user may look at, all of
            them for the superuser
        :param customers: commercial entities, to read theirs only
        :return: SQL of rows (key, open, overdue, days_late: of what is late longest,
            late_days: overdue amount × days)
        """
        if companies is None:
            companies = self.env.companies
            if self.env.su:
                companies = companies.search([("parent_id", "=", False)])
        items = self.sudo().with_context(
            allowed_company_ids=companies.root_id.ids,
            trade_day=None,
            trade_customers=None if customers is None else customers.ids,
        )
        return SQL(
            """SELECT %(key)s AS key, SUM(net) AS open,
                      SUM(net) FILTER (WHERE %(late)s) AS overdue,
                      MAX(days_late) FILTER (WHERE %(late)s) AS days_late,
                      SUM(net * days_late) FILTER (WHERE %(late)s) AS late_days
                 FROM (%(items)s) AS item WHERE %(key)s IS NOT NULL GROUP BY 1""",
            key=SQL.identifier(key),
            late=SQL("net > 0 AND days_late > 0"),
            items=items._table_query,
            to_flush=[
                self.env[model]._fields[name]
                for model, names in self._depends.items()
                for name in names
            ],
        )

    def _of_company_sql(self, company, day):
        """Return the rows of a head company on a day. Extend to add columns.

        A row has the id of its journal item; of a payment without an entry, the
        payment's, negative. So ids fit into 32 bits, which XML-RPC asks for.
        """
        reader = self.env["trade.receivable"]
        whose = reader._of_company(company, self._customers())
        return SQL(
            """
            SELECT COALESCE(item.line_id, -item.payment_id) AS id, item.kind,
                   item.move_id, item.payment_id, item.partner_id,
                   COALESCE(partner.complete_name, %(nobody)s) AS customer,
                   partner.user_id, %(company)s AS company_id,
                   %(currency)s AS currency_id, item.number, %(day)s::date AS day,
                   item.date, item.due AS date_due,
                   %(day)s::date - item.due AS days_late,
                   item.booked, item.amount AS open, item.net
              FROM (%(rows)s) AS item
              LEFT JOIN res_partner AS partner ON partner.id = item.partner_id
            """,
            nobody=self.env._(NOBODY),
            company=company.id,
            currency=company.currency_id.id,
            day=day,
            rows=self._rows_sql(whose, day),
        )

    def _rows_sql(self, whose, day):
        """Return SQL of the rows of whose books on a day."""
        return SQL(
            "%s UNION ALL %s", self._owed_sql(whose, day), self._come_sql(whose, day)
        )

    def _owed_sql(self, whose, day):
        return SQL(
            """SELECT 'owed' AS kind, line_id, payment_id, move_id, number, partner_id,
                      date, due, booked, amount, net FROM (%s) AS owed""",
            self.env["trade.receivable"]._net_sql(whose, [day]),
        )

    def _come_sql(self, whose, day):
        return SQL(
            """SELECT 'to_come', come.line_id, NULL::int, come.move_id,
                      COALESCE(line.trade_number, line.move_name),
                      come.partner_id, line.date,
                      COALESCE(line.date_maturity, line.date), line.balance,
                      come.amount, come.amount
                 FROM (%s) AS come JOIN account_move_line AS line
                   ON line.id = come.line_id
                WHERE come.amount != 0""",
            self.env["trade.receivable"]._to_come_sql(whose, day),
        )
