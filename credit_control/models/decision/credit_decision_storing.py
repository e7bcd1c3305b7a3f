from odoo import api, models
from odoo.tools import SQL, float_round

from .credit_decision import LIVE

# {order id: id of its newest decision}, of those that this transaction stored
STORED = "credit_decisions_stored"


class CreditDecision(models.Model):
    """How decisions are stored, and found again."""

    _inherit = "credit.decision"

    @api.model
    def _insert(self, values_list):
        """Store decisions by one statement; otherwise as :meth:`create` would.

        An order waits for this. ``create`` makes a record in memory for each amount,
        to find its currency, and took longer over it than deciding did.

        :param values_list: list of dicts, all with the same keys
        :return: the new decisions, in that order
        """
        if not values_list:
            return self.browse()
        written = self._rounded(values_list)
        fields = [self._fields[name] for name in written[0]]
        rows = [
            tuple(
                field.convert_to_column(value, self, validate=False)
                for field, value in zip(fields, values.values(), strict=True)
            )
            for values in written
        ]
        self.env.cr.execute(
            SQL(
                "INSERT INTO credit_decision (%s) VALUES %s RETURNING id",
                SQL(", ".join(field.name for field in fields)),
                SQL(", ").join(rows),
            )
        )
        decisions = self.browse(row[0] for row in self.env.cr.fetchall())
        decisions._remember(written)
        return decisions

    def _rounded(self, values_list):
        """Return the values with amounts as their currencies have them, and with who
        wrote them and when."""
        amounts = [
            (name, self._fields[name].currency_field)
            for name in values_list[0]
            if self._fields[name].type == "monetary"
        ]
        who, now = self.env.uid, self.env.cr.now()
        log = {"create_uid": who, "create_date": now}
        log |= {"write_uid": who, "write_date": now}
        rounding = {}
        written = []
        for values in values_list:
            pair = values["order_currency_id"], values["company_id"]
            if pair not in rounding:
                rounding[pair] = self._rounding(*pair)
            steps = rounding[pair]
            rounded = {
                name: float_round(values[name], precision_rounding=steps[currency])
                for name, currency in amounts
            }
            written.append(values | rounded | log)
        return written

    def _rounding(self, currency_id, company_id):
        """:return: {currency field of an amount, None for the company's: its step}"""
        company = self.env["res.company"].browse(company_id)
        order_currency = self.env["res.currency"].browse(currency_id)
        return {
            "order_currency_id": order_currency.rounding,
            None: company.currency_id.rounding,
        }

    def _remember(self, written):
        """Let what was just stored be known, so that nobody has to read it."""
        for name in ("order_id", "file_id"):
            field = self._fields[name]
            lists = [inverse.name for inverse in self.pool.field_inverses[field]]
            ids = [values[name] for values in written if values[name]]
            self.env[field.comodel_name].browse(ids).invalidate_recordset(lists, False)
        for name in written[0]:
            field = self._fields[name]
            convert = field.convert_to_cache
            cached = (convert(values[name], self, False) for values in written)
            field._insert_cache(self, cached)
        self.modified(self._fields, create=True)
        orders = (values["order_id"] for values in written)
        stored = self.env.cr.cache.setdefault(STORED, {})
        stored.update(zip(orders, self._ids, strict=True))

    @api.model
    def _live(self, orders):
        """:return: {order: the decision it stands on}"""
        # What was stored a moment ago need not be searched for, as long as it holds.
        stored = self.env.cr.cache.get(STORED, {})
        known = self.browse(stored[order] for order in orders._ids if order in stored)
        live = {each.order_id: each for each in known if each.state in LIVE}
        others = orders.filtered(lambda order: order not in live)
        if others:
            asked = [("order_id", "in", others.ids), ("state", "in", LIVE)]
            found = self.search(asked).grouped("order_id")
            live |= {order: each[:1] for order, each in found.items()}
        return live
