from odoo import api, fields, models
from odoo.tools import SQL

from .trade_beside import SIGNS
from .trade_open_item import BY_DAY


class TradeBesideItem(models.Model):
    """What stands beside the receivable at the end of a day, line by line: the rows
    behind the figure of each kind, see ``trade.beside``."""

    _name = "trade.beside.item"
    _description = "Item Beside the Receivable"
    _inherit = ["trade.open.item"]
    _auto = False
    _depends = {
        "account.account": ["reconcile"],
        "account.payment": ["destination_account_id", "partner_type"],
    }

    # Others than those of a receivable, so said by a method
    kind = fields.Selection(selection="_kinds", **BY_DAY)
    net = fields.Monetary(
        "Open",
        help="With what was honoured, used or paid, and is matched with nothing, taken "
        "off the oldest items first.",
        **BY_DAY,
    )

    @api.model
    def _kinds(self):
        """Return what an item may be, as a selection."""
        words = {
            "bill": self.env._("Bill in Hand"),
            "advance": self.env._("Advance"),
            "payable": self.env._("Owed to the Customer"),
        }
        return list(words.items())

    def _rows_sql(self, whose, day):
        beside = self.env["trade.beside"]
        return SQL(" UNION ALL ").join(
            SQL(
                """SELECT %(kind)s AS kind, line_id, payment_id, move_id, number,
                          partner_id, date, due, %(sign)s * booked AS booked,
                          %(sign)s * amount AS amount, %(sign)s * net AS net
                     FROM (%(items)s) AS standing""",
                kind=kind,
                sign=sign,
                items=self.env["trade.receivable"]._net_sql(
                    beside._of_kind(whose, kind), [day]
                ),
            )
            for kind, sign in SIGNS.items()
        )
