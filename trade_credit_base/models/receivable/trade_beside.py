from odoo import api, models
from odoo.tools import SQL, ormcache

from .trade_receivable import Ledger

# What stands beside the receivable: the sign with which the books have it, and the
# accounts of it that a company names
SIGNS = {"bill": 1, "advance": -1, "payable": -1}
NAMED = {"bill": "trade_bill_account_ids", "advance": "trade_advance_account_ids"}


class TradeBeside(models.AbstractModel):
    """What stands in the books of a customer beside the receivable, on any day:

    - ``bill``: bills and post-dated cheques in hand. The invoice is settled in the
      books, and nobody has paid yet. Once one is honoured it is gone; one that bounces
      is receivable again.
    - ``advance``: money of the customer on accounts of advances,
    - ``payable``: what we owe who is a supplier, too; vendors' payments without an
      entry taken off.

    Bills and advances are what stands on the accounts that a company names for them,
    trade receivables and payables left out. All is read as receivables are, see
    ``trade.receivable``: where an account is reconciled, what is open of each entry;
    else its balance.
    """

    _name = "trade.beside"
    _description = "What Stands Beside the Receivable"

    @api.model
    def _amounts_sql(self, whose, day, kinds):
        """Return what stands beside the receivable at the end of a day.

        :param Whose whose: whose books, see ``trade.receivable``
        :param kinds: which, see :data:`SIGNS`
        :return: SQL of rows (kind, partner_id, company_id, amount); what increases the
            balance of its kind is positive
        """
        reader = self.env["trade.receivable"]
        return SQL(" UNION ALL ").join(
            SQL(
                """SELECT %s AS kind, partner_id, company_id, %s * amount AS amount
                     FROM (%s) AS standing""",
                kind,
                SIGNS[kind],
                reader._open_sql(self._of_kind(whose, kind), [day]),
            )
            for kind in kinds
        )

    @api.model
    def _of_kind(self, whose, kind):
        """Return whose books they are, with the accounts of a kind.

        :rtype: Whose
        """
        if kind != "payable":
            return whose._replace(ledger=self._named_ledger(kind))
        accounts = SQL(
            """ANY(ARRAY(SELECT id FROM account_account
                          WHERE account_type = 'liability_payable'
                            AND non_trade IS NOT TRUE))"""
        )
        payments = SQL(
            """payment.partner_type = 'supplier'
               AND (payment.destination_account_id IS NULL
                    OR payment.destination_account_id = %s)""",
            accounts,
        )
        return whose._replace(
            ledger=Ledger(SQL("line.account_id = %s", accounts), payments)
        )

    def _named_ledger(self, kind):
        field = self.env["res.company"]._fields[NAMED[kind]]
        named = SQL.identifier(field.relation)
        lines = SQL(
            """line.account_id = ANY(ARRAY(
                   SELECT account_id FROM %(named)s
                    WHERE account_id NOT IN (%(trade)s)))
               AND EXISTS (
                   SELECT FROM %(named)s AS named
                     JOIN res_company AS own
                       ON split_part(own.parent_path, '/', 1)::int = named.company_id
                    WHERE own.id = line.company_id
                      AND named.account_id = line.account_id)
               AND %(counts)s""",
            named=named,
            # Counted already, whatever somebody made of the account later
            trade=SQL(
                """SELECT id FROM account_account WHERE non_trade IS NOT TRUE
                      AND account_type IN ('asset_receivable', 'liability_payable')"""
            ),
            counts=self._advance_counts_sql() if kind == "advance" else SQL("TRUE"),
        )
        return Ledger(lines, payments=SQL("FALSE"), balances=True)

    def _advance_counts_sql(self):
        """Return the condition that ``line``, on an account of advances, is money of
        the customer or uses some up: all there is. Extend to leave out what is counted
        elsewhere."""
        return SQL("TRUE")

    @api.model
    @ormcache()
    def _named_kinds(self):
        """Return the kinds that any company names accounts for: others are nothing to
        look for."""
        companies = self.env["res.company"].sudo()
        return tuple(
            kind
            for kind, name in NAMED.items()
            if self.env.execute_query(
                SQL(
                    "SELECT FROM %s LIMIT 1",
                    SQL.identifier(companies._fields[name].relation),
                )
            )
        )
