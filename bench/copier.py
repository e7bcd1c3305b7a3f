"""Copies of records by SQL, for databases that are measured."""

from odoo.tools import SQL


class Copier:
    """Copies rows with SQL: once for each row of a temporary table ``spread``."""

    def __init__(self, env):
        self.env = env

    def orders(self, origin, customers, count):
        """Copy an order ``count`` times for each customer.

        :return: the ids of the copies
        """
        self._spread("sale_order", customers, count)
        parties = ("partner_id", "partner_invoice_id", "partner_shipping_id")
        self._copy(
            origin,
            id="spread.id",
            name="'BENCH-' || spread.id",
            access_token="NULL",
            **dict.fromkeys(parties, "spread.customer"),
        )
        line = {"order_id": "spread.id", "order_partner_id": "spread.customer"}
        self._copy(origin.order_line, **line)
        return self._ids()

    def moves(self, origin, customers, items, first_due=0):
        """Copy a move of two lines for each customer, its receivable line ``items``
        times, falling due on 60 days from ``first_due`` days ahead."""
        self._spread("account_move", customers, 1)
        who = {"partner_id": "spread.customer", "move_id": "spread.id"}
        number = "CASE WHEN source.state = 'posted' THEN 'BENCH/' || spread.id END"
        self._copy(
            origin,
            id="spread.id",
            name=number,
            partner_id="spread.customer",
            commercial_partner_id="spread.customer",
        )
        receivable = origin.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        due = f"CURRENT_DATE + {first_due} + mod((item - 1) * 7, 60)"
        self._copy(receivable, items, date_maturity=due, **who)
        sums = ("balance", "credit", "amount_currency")
        times = {name: f"source.{name} * {items}" for name in sums}
        self._copy(origin.line_ids - receivable, **times, **who)

    def _spread(self, table, customers, count):
        self.env.flush_all()
        self.env.cr.execute("DROP TABLE IF EXISTS spread")
        self.env.cr.execute(
            SQL(
                """CREATE TEMPORARY TABLE spread AS
                   SELECT nextval(%s)::int AS id, customer
                     FROM unnest(%s) AS customer, generate_series(1, %s)""",
                f"{table}_id_seq",
                customers.ids,
                count,
            )
        )

    def _copy(self, origin, times=1, **changes):
        """Copy the rows of ``origin`` with other values, given as SQL, in columns."""
        self.env.cr.execute(
            SQL(
                "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass "
                "AND attnum > 0 AND NOT attisdropped AND attname != 'id'",
                origin._table,
            )
        )
        kept = {name: f'source."{name}"' for (name,) in self.env.cr.fetchall()}
        values = kept | changes
        columns = ", ".join(f'"{name}"' for name in values)
        self.env.cr.execute(
            SQL(
                f"INSERT INTO {origin._table} ({columns}) "
                f"SELECT {', '.join(values.values())} FROM {origin._table} source, "
                "spread, generate_series(1, %s) AS item WHERE source.id = ANY(%s)",
                times,
                origin.ids,
            )
        )

    def _ids(self):
        self.env.invalidate_all()
        self.env.cr.execute("SELECT id FROM spread ORDER BY id")
        return [row[0] for row in self.env.cr.fetchall()]
