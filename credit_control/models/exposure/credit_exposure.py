from datetime import date
from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL

from ...core.facts import Item


class Standing(NamedTuple):
    """What one file owes and may owe, in company currency, on a day.

    ``parts`` are the file's own; ``exposure`` and ``missing`` (names of currencies
    without a rate) include the files below it. ``limit`` is ``None`` where none is in
    force.
    """

    parts: dict
    exposure: float = 0.0
    limit: float | None = None
    oldest_due: date | None = None
    missing: tuple = ()

    @property
    def available(self):
        return (self.limit or 0.0) - self.exposure


SUMMED = ("receivable", "to_come", "draft", "ordered", "prepaid", "other")
MEMO = ("overdue", "due_30", "due_60", "due_90", "due_over", "delivered")


class CreditExposure(models.AbstractModel):
    """What credit files owe, part by part: the only place that knows what counts.

    A file stands for a commercial entity, its contacts included, in a company, its
    branches included. Everything is read in SQL, past record rules: the exposure
    never depends on who looks or on which companies are ticked.

    Parts that add up to the exposure:

    - ``receivable``: what ``trade.receivable`` says is open on the day; unmatched
      payments and credit notes count against it,
    - ``to_come``: posted invoices that are dated later,
    - ``draft``: customer invoices that are not posted yet,
    - ``ordered``: confirmed orders, what is on no invoice, tax included, less down
      payments that are invoiced and not deducted yet,
    - ``prepaid``: paid online and not in the books yet; negative,
    - ``other``: what other addons contribute through :meth:`_exposure_parts`.

    Parts for information: ``overdue`` and its ages (unmatched payments are taken off
    the oldest item first), ``delivered``: of ``ordered``, what is with the customer.

    Source: the method's rule 2.1.
    """

    _name = "credit.exposure"
    _description = "Credit Exposure"

    @api.model
    def _standings(self, file_ids, day=None):
        """Return what files owe, in one statement for any number of files; for a single
        one in a few that are smaller.

        :param file_ids: ids of ``credit.file``
        :param date day: for ages, rates and limits; today if left out
        :return: {file id: Standing}
        """
        if not file_ids:
            return {}
        day = day or self.env["res.company"]._trade_day()
        self.env.flush_all()
        more = self._exposure_parts(day)
        if len(file_ids) == 1 and not more:
            [file_id] = file_ids
            standing = self._standing_alone(file_id, day)
            if standing:
                return {file_id: standing}
        self.env.cr.execute(self._standings_sql(list(file_ids), day, more))
        return self._with_groups(set(file_ids), self.env.cr.dictfetchall())

    def _with_groups(self, file_ids, rows):
        exposure = dict.fromkeys(file_ids, 0.0)
        missing = {file_id: set() for file_id in file_ids}
        for row in rows:
            total = sum(row[part] for part in SUMMED)
            for file_id in map(int, row["parent_path"].split("/")[:-1]):
                if file_id in exposure:
                    exposure[file_id] += total
                    missing[file_id].update(row["missing"])
        return {
            row["id"]: Standing(
                {part: row[part] for part in SUMMED + MEMO},
                exposure[row["id"]],
                row["limit_amount"],
                row["oldest_due"],
                tuple(sorted(missing[row["id"]])),
            )
            for row in rows
            if row["id"] in exposure
        }

    @api.model
    def _open_items(self, file_ids, day=None):
        """Return the open items of files, oldest first, payments taken off.

        :return: {file id: [core Item, …]}
        """
        day = day or self.env["res.company"]._trade_day()
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                WITH %s
                SELECT owed.file_id, owed.due, owed.net, COALESCE(
                           -- the customer's own number, or that of an older ledger
                           owed.number || ' (' || NULLIF(move.ref, '') || ')',
                           owed.number), owed.line_id
                  FROM net_item AS owed JOIN account_move AS move
                    ON move.id = owed.move_id
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
        for file_id, *item in self.env.cr.fetchall():
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
        self.env.cr.execute(
            SQL(
                """WITH %s SELECT id, ordered::float, delivered::float, prepaid::float,
                                 paid::float, need::float FROM order_part""",
                SQL(", ").join(self._order_ctes(SQL(orders, list(order_ids)))),
            )
        )
        return {row["id"]: row for row in self.env.cr.dictfetchall()}

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
