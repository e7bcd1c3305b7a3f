from datetime import date
from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL

from odoo.addons.trade_credit_base.models.receivable.trade_receivable import Whose

from ...core.facts import Item


class Standing(NamedTuple):
    """The exposure and the limit of one file, in company currency, on a day.

    ``parts`` are the file's own; ``whole``, the same parts, and ``missing`` (names of
    currencies without a rate) include the files below it. ``limit`` is ``None`` where
    none is in force. ``floor_due`` is when the oldest item fell due that comes to the
    floor which was asked for: what is older is small.
    """

    parts: dict
    whole: dict
    limit: float | None = None
    oldest_due: date | None = None
    missing: tuple = ()
    floor_due: date | None = None

    @property
    def exposure(self):
        return sum((self.whole[part] for part in SUMMED), 0.0) if self.whole else 0.0

    @property
    def set_off(self):
        return self.whole["set_off"] if self.whole else 0.0

    @property
    def available(self):
        return (self.limit or 0.0) + self.set_off - self.exposure


SUMMED = ("receivable", "to_come", "draft", "ordered", "bills", "prepaid", "advances")
SUMMED += ("other",)

OWED = ("receivable", "overdue", "due_30", "due_60", "due_90", "due_over")
WORTH = ("draft", "ordered", "delivered", "prepaid")  # in any currency
BESIDE = ("bills", "advances", "payable", "set_off")  # see ``credit_exposure_beside``
MEMO = ("overdue", "due_30", "due_60", "due_90", "due_over", "delivered")
MEMO += ("payable", "set_off")


class CreditExposure(models.AbstractModel):
    """The exposure of credit files, part by part: the one place that adds it up.

    A file stands for a commercial entity, its contacts included, in a company, its
    branches included. Everything is read in SQL, past record rules: the exposure
    depends neither on the user who looks nor on the companies that are ticked.

    Parts that add up to the exposure:

    - ``receivable``: the items that ``trade.receivable`` finds open on the day;
      unmatched payments and credit notes count against it,
    - ``to_come``: posted invoices that are dated later,
    - ``draft``: invoices that are not posted yet, see ``credit_exposure_draft``,
    - ``ordered``: confirmed orders, as far as they are on no invoice, tax included,
      less down payments that are invoiced and not deducted yet,
    - ``bills``: bills and post-dated cheques in hand that nobody has honoured yet,
    - ``prepaid``: paid online and not in the ledger yet; negative,
    - ``advances``: the customer's money on accounts of advances; negative,
    - ``other``: what other addons contribute through :meth:`_exposure_parts`.

    Parts for information: ``overdue`` and its ages (unmatched payments are taken off
    the oldest item first), ``delivered``: of ``ordered``, what is with the customer;
    ``payable``: what we owe who is a supplier, too, where it is asked for, and
    ``set_off``: as much of it as the company sets off, which raises what is available.

    Source: the method's rule 2.1.
    """

    _name = "credit.exposure"
    _description = "Credit Exposure"

    @api.model
    def _standings(self, file_ids, day=None, floor=0.0, payable=False):
        """Return what files owe, in one statement for any number of files; for a single
        one in a few that are smaller.

        :param file_ids: ids of ``credit.file``
        :param date day: for ages, rates and limits; today if left out
        :param float floor: an amount that counts as late by itself, for ``floor_due``
        :param bool payable: whether what we owe is asked for, set off or not
        :return: {file id: Standing}
        """
        if not file_ids:
            return {}
        day = day or self.env["res.company"]._trade_day()
        self.env.flush_all()
        more, kinds = self._exposure_parts(day), self._beside_kinds(payable)
        if len(file_ids) == 1 and not more:
            [file_id] = file_ids
            standing = self._standing_alone(file_id, day, floor, kinds)
            if standing:
                return {file_id: standing}
        rows = self.env.execute_query_dict(
            self._standings_sql(list(file_ids), day, more, floor, kinds)
        )
        return self._with_groups(set(file_ids), rows)

    def _with_groups(self, file_ids, rows):
        whole = {file_id: dict.fromkeys(SUMMED + MEMO, 0.0) for file_id in file_ids}
        missing = {file_id: set() for file_id in file_ids}
        for row in rows:
            for file_id in map(int, row["parent_path"].split("/")[:-1]):
                if file_id in whole:
                    for part in SUMMED + MEMO:
                        whole[file_id][part] += row[part]
                    missing[file_id].update(row["missing"])
        return {
            row["id"]: Standing(
                {part: row[part] for part in SUMMED + MEMO},
                whole[row["id"]],
                row["limit_amount"],
                row["oldest_due"],
                tuple(sorted(missing[row["id"]])),
                row["floor_due"],
            )
            for row in rows
            if row["id"] in whole
        }

    @api.model
    def _open_items(self, file_ids, day=None):
        """Return the open items of files, oldest first, payments taken off.

        :return: {file id: [core Item, …]}
        """
        day = day or self.env["res.company"]._trade_day()
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                WITH %s
                SELECT owed.file_id, owed.due, owed.net, COALESCE(
                           line.trade_number,
                           line.move_name || ' (' || NULLIF(move.ref, '') || ')',
                           line.move_name), owed.line_id
                  FROM net_item AS owed
                  JOIN account_move_line AS line ON line.id = owed.line_id
                  JOIN account_move AS move ON move.id = line.move_id
                 WHERE owed.net > 0
              ORDER BY owed.file_id, owed.due, owed.line_id
                """,
                SQL(", ").join(
                    [
                        *self._common_ctes(SQL("%s", list(file_ids))),
                        *self._item_ctes(self._whose_many(), day),
                    ]
                ),
            )
        )
        items = {file_id: [] for file_id in file_ids}
        for file_id, *item in rows:
            if file_id in items:
                items[file_id].append(Item(*item))
        return items

    @api.model
    def _order_parts(self, order_ids):
        """Return what orders still spend, each in its own currency.

        :return: {order id: {"ordered", "delivered", "prepaid", "paid", "need"}}
        """
        if not order_ids:
            return {}
        orders = """SELECT id, currency_id, amount_total FROM sale_order
                     WHERE id = ANY(%s)"""
        self.env.flush_all()
        rows = self.env.execute_query_dict(
            SQL(
                """WITH %s SELECT id, ordered::float, delivered::float, prepaid::float,
                                 paid::float, need::float FROM order_part""",
                SQL(", ").join(self._order_ctes(SQL(orders, list(order_ids)))),
            )
        )
        return {row["id"]: row for row in rows}

    @api.model
    def _needs(self, order_ids):
        """Return what orders have to be covered for, each in its own currency.

        :return: {order id: amount}
        """
        parts = self._order_parts(order_ids)
        return {order_id: part["need"] for order_id, part in parts.items()}

    def _exposure_parts(self, day):
        """Return further parts of the exposure. Extend to contribute one.

        :return: list of SQL, each selecting (file_id, amount in company currency) from
            the tables ``debtor`` (file_id, partner_id, root_id: every partner a file
            answers for) and ``branch`` (root_id, id: companies), amounts positive for
            what is owed
        """
        return []

    # === PARTS === #

    def _standings_sql(self, file_ids, day, more, floor, kinds):
        """Return the statement for any number of files.

        :param more: further parts of the exposure, as :meth:`_exposure_parts` has them
        :param kinds: what to read beside the receivable, see :meth:`_beside_kinds`
        """
        return SQL(
            """
            WITH %(common)s, %(items)s, owed AS MATERIALIZED (%(owed)s), %(orders)s,
            money AS MATERIALIZED (%(money)s), rate AS MATERIALIZED (%(rate)s),
            worth AS MATERIALIZED (%(worth)s),
            more AS MATERIALIZED (SELECT file_id, SUM(amount) AS other
                       FROM (%(other)s) AS part (file_id, amount) GROUP BY 1)
            SELECT member.id, member.parent_path, owed.oldest_due, owed.floor_due,
                   %(owed_sums)s, %(worth_sums)s, %(beside_sums)s,
                   COALESCE(more.other, 0)::float AS other,
                   COALESCE(come.amount, 0)::float AS to_come,
                   granted.amount::float AS limit_amount,
                   array_remove(COALESCE(worth.missing, '{}'), NULL) AS missing
              FROM member
              LEFT JOIN owed ON owed.file_id = member.id
              LEFT JOIN (%(come)s) AS come ON come.file_id = member.id
              LEFT JOIN worth ON worth.file_id = member.id
              LEFT JOIN (%(beside)s) AS beside ON beside.file_id = member.id
              LEFT JOIN more ON more.file_id = member.id
              LEFT JOIN (%(granted)s) AS granted ON granted.file_id = member.id
            """,
            common=SQL(", ").join(self._common_ctes(SQL("%s", file_ids))),
            items=SQL(", ").join(self._item_ctes(self._whose_many(), day)),
            owed=self._owed_sql(day, floor),
            orders=SQL(", ").join(self._order_ctes(self._counted_sql())),
            come=self._to_come_sql(self._whose_many(), day),
            money=self._money_sql(day),
            rate=self._rates_sql(day),
            worth=self._worth_sql(),
            other=self._other_sql(more),
            owed_sums=self._columns_sql("owed", OWED),
            worth_sums=self._columns_sql("worth", WORTH),
            beside_sums=self._columns_sql("beside", BESIDE),
            beside=self._beside_sql(self._whose_many(), day, kinds),
            granted=self.env["credit.limit"]._in_force_sql(
                day, SQL("file_id IN (SELECT id FROM member)")
            ),
        )

    def _columns_sql(self, table, names):
        """Return columns of a table, 0 where it has no row."""
        return SQL(", ").join(
            SQL(
                "COALESCE(%s, 0)::float AS %s",
                SQL.identifier(table, name),
                SQL.identifier(name),
            )
            for name in names
        )

    def _other_sql(self, more):
        nothing = SQL("SELECT NULL::int, 0::float WHERE FALSE")
        return SQL(" UNION ALL ").join(more or [nothing])

    def _common_ctes(self, file_ids):
        """Return the tables that all questions share: who is asked about, and for
        which partners and companies."""
        return [
            SQL(
                """member AS MATERIALIZED (
                SELECT id, partner_id, company_id, parent_path FROM credit_file
                 WHERE id = ANY(%(ids)s)
                    OR parent_id IS NOT NULL AND string_to_array(
                       trim(TRAILING '/' FROM parent_path), '/')::int[] && %(ids)s)""",
                ids=file_ids,
            ),
            SQL(
                """branch AS MATERIALIZED (
                SELECT split_part(parent_path, '/', 1)::int AS root_id, id
                  FROM res_company WHERE split_part(parent_path, '/', 1)::int
                                         IN (SELECT company_id FROM member))"""
            ),
            SQL(
                """debtor AS MATERIALIZED (
                SELECT member.id AS file_id, partner.id AS partner_id,
                       member.company_id AS root_id,
                       ARRAY(SELECT id FROM branch WHERE root_id = member.company_id)
                           AS company_ids
                  FROM member JOIN res_partner partner
                    ON partner.commercial_partner_id = member.partner_id)"""
            ),
        ]

    def _whose_many(self):
        """Return whose books the reader reads for the files in ``member``."""
        return Whose(
            SQL("= ANY(ARRAY(SELECT id FROM branch))"),
            SQL("IN (SELECT partner_id FROM debtor)"),
        )

    def _own_sql(self, columns, source):
        """Return rows of the reader with ``file_id``, the file that answers for them.

        :param SQL columns: the other columns, which are ``found``
        :param SQL source: a table with ``partner_id`` and ``company_id``
        """
        return SQL(
            """SELECT debtor.file_id, %s
                 FROM %s AS found
                 JOIN debtor ON debtor.partner_id = found.partner_id
                  AND found.company_id = ANY(debtor.company_ids)""",
            columns,
            source,
        )

    def _item_ctes(self, whose, day, file_id=None):
        """Return the tables of the files' items; ``net_item`` is the one to read. It
        has the columns that serve the exposure, no more: each row is copied.

        :param Whose whose: whose books, see ``trade.receivable``
        :param int file_id: the file that answers for all items, if that is known
        """
        reader = self.env["trade.receivable"]
        columns = SQL("found.partner_id, line_id, payment_id, date, due, amount")
        if file_id:
            own = SQL(
                "SELECT %s AS file_id, %s FROM open_item AS found", file_id, columns
            )
        else:
            own = self._own_sql(columns, SQL("open_item"))
        return [
            *reader._open_ctes(whose, [day]),
            SQL("own_item AS MATERIALIZED (%s)", own),
            *reader._net_ctes(SQL("own_item"), keys=("file_id",), day=day),
        ]

    def _owed_sql(self, day, floor):
        """The receivable and its ages, in one pass over the items."""
        return SQL(
            """SELECT file_id, SUM(net) AS receivable,
                      SUM(net) FILTER (WHERE days > 0 AND net > 0) AS overdue,
                      SUM(net) FILTER (WHERE days BETWEEN 1 AND 30 AND net > 0)
                          AS due_30,
                      SUM(net) FILTER (WHERE days BETWEEN 31 AND 60 AND net > 0)
                          AS due_60,
                      SUM(net) FILTER (WHERE days BETWEEN 61 AND 90 AND net > 0)
                          AS due_90,
                      SUM(net) FILTER (WHERE days > 90 AND net > 0) AS due_over,
                      MIN(due) FILTER (WHERE days > 0 AND net > 0) AS oldest_due,
                      MIN(due) FILTER (WHERE days > 0 AND net > 0 AND net >= %(floor)s)
                          AS floor_due
                 FROM (SELECT *, %(day)s::date - due AS days FROM net_item) AS aged
                GROUP BY file_id""",
            day=day,
            floor=floor,
        )

    def _to_come_sql(self, whose, day):
        """Return what is invoiced and dated later: rows (file_id, amount)."""
        come = self.env["trade.receivable"]._to_come_sql(whose, day)
        return SQL(
            "SELECT file_id, SUM(amount) AS amount FROM (%s) AS own GROUP BY 1",
            self._own_sql(SQL("amount"), SQL("(%s)", come)),
        )

    def _counted_sql(self):
        return SQL(
            """SELECT debtor.file_id, debtor.root_id, sale_order.id,
                      sale_order.currency_id, sale_order.amount_total
                 FROM debtor
                 JOIN sale_order ON sale_order.partner_invoice_id = debtor.partner_id
                WHERE sale_order.company_id = ANY(debtor.company_ids) AND %s""",
            self._order_counts_sql(),
        )

    def _money_sql(self, day):
        """Drafts and orders of each file in each currency."""
        return SQL(
            """SELECT debtor.file_id, debtor.root_id, move.currency_id,
                      move.amount_total AS draft, NULL::numeric AS ordered,
                      NULL::numeric AS delivered, NULL::numeric AS prepaid
                 FROM debtor
                 JOIN account_move move ON move.partner_id = debtor.partner_id
                WHERE move.company_id = ANY(debtor.company_ids) AND %s
                UNION ALL
               SELECT counted.file_id, counted.root_id, counted.currency_id, NULL,
                      part.ordered, LEAST(part.ordered, part.delivered), -part.prepaid
                 FROM counted JOIN order_part part ON part.id = counted.id""",
            self._draft_counts_sql(day),
        )

    def _rates_sql(self, day):
        """Return the worth of one unit of each currency in ``money``."""
        return SQL(
            """SELECT root.id AS root_id, found.currency_id, %s AS factor
                 FROM (SELECT DISTINCT root_id, currency_id FROM money) AS found
                 JOIN res_company root ON root.id = found.root_id""",
            self._factor_sql(SQL("found.currency_id"), day),
        )

    def _factor_sql(self, currency, day):
        """Return the worth of one unit of a currency in that of ``root``, a company of
        the outer query; NULL where no rate is known. Odoo itself would take 1.0
        there."""
        newest = """(SELECT rate.rate FROM res_currency_rate rate
                      WHERE rate.currency_id = %s AND rate.name <= %s
                        AND (rate.company_id = root.id OR rate.company_id IS NULL)
                      ORDER BY rate.company_id, rate.name DESC LIMIT 1)"""
        return SQL(
            "CASE WHEN %s = root.currency_id THEN 1.0"
            " ELSE COALESCE(%s, 1.0) / NULLIF(%s, 0) END",
            currency,
            SQL(newest, SQL.identifier("root", "currency_id"), day),
            SQL(newest, currency, day),
        )

    def _worth_sql(self):
        """``money`` in company currency, and the currencies without a rate."""
        sums = SQL(", ").join(
            SQL("SUM(%s * factor) AS %s", SQL.identifier(part), SQL.identifier(part))
            for part in WORTH
        )
        return SQL(
            """SELECT file_id, %s,
                      array_agg(DISTINCT CASE WHEN factor IS NULL THEN (
                          SELECT name::text FROM res_currency
                           WHERE id = money.currency_id) END) AS missing
                 FROM money JOIN rate USING (root_id, currency_id)
             GROUP BY 1""",
            sums,
        )

    def _parties_sql(self, root_id=None, apart=True):
        """``sale_order`` and its parties: ``root`` (the head company), ``customer``,
        ``debtor`` (who is billed), and the debtor's credit ``file``, if there is one.

        :param int root_id: the head company of all orders, where that is known
        :param bool apart: whether another one than the debtor may have ordered
            anything; else there is no ``customer``
        """
        return SQL(
            """sale_order
              %s
              JOIN res_partner debtor ON debtor.id = sale_order.partner_invoice_id
              %s
              LEFT JOIN credit_file file
                     ON file.partner_id = debtor.commercial_partner_id
                    AND file.company_id = root.id AND file.active""",
            SQL("JOIN res_company root ON root.id = %s", root_id)
            if root_id
            else SQL(
                """JOIN res_company company ON company.id = sale_order.company_id
                   JOIN res_company root
                     ON root.id = split_part(company.parent_path, '/', 1)::int"""
            ),
            SQL("JOIN res_partner customer ON customer.id = sale_order.partner_id")
            if apart
            else SQL(""),
        )
