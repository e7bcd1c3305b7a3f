from odoo import api, models
from odoo.tools import SQL

from .credit_decision import LIVE


class CreditDecision(models.Model):
    """How orders from before credit control come under it."""

    _inherit = "credit.decision"

    @api.model
    def _adopt(self, files=None, companies=None):
        """Take over confirmed orders that no decision covers, as they are.

        So that an order from before credit control, or before its customer had a
        file, may be worked on and only its growth is checked.

        :param files: of these customers, or
        :param companies: of these companies, customers without a file included
        """
        self.env.flush_all()
        scope = (
            SQL("file.id = ANY(%s)", files.ids)
            if files is not None
            else SQL("root.id = ANY(%s)", companies.ids)
        )
        self._forget_uncovered(files, companies)
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO credit_decision (
                       order_id, order_name, order_amount, order_currency_id,
                       salesperson_id, partner_id, ordered_by_id, file_id, company_id,
                       checkpoint, state, covered_amount, user_id, asked_on, cash,
                       create_uid, write_uid, create_date, write_date)
                SELECT sale_order.id, sale_order.name, sale_order.amount_total,
                       sale_order.currency_id, sale_order.user_id,
                       debtor.commercial_partner_id, customer.commercial_partner_id,
                       file.id, root.id, 'adopted', 'passed', sale_order.amount_total,
                       sale_order.user_id, sale_order.date_order, '',
                       %(uid)s, %(uid)s, %(now)s, %(now)s
                  FROM %(parties)s
                 WHERE sale_order.state = 'sale' AND %(scope)s
                   AND NOT EXISTS (SELECT FROM credit_decision known
                                    WHERE known.order_id = sale_order.id
                                      AND known.state = ANY(%(live)s))
                """,
                uid=self.env.uid,
                parties=self.env["credit.exposure"]._parties_sql(),
                now=self.env.cr.now(),
                scope=scope,
                live=list(LIVE),
            )
        )
        self.invalidate_model()

    def _forget_uncovered(self, files, companies):
        """Take decisions out of force whose order became another one while nobody
        checked it."""
        self.env.cr.execute(
            SQL(
                """
                UPDATE credit_decision known SET state = 'superseded'
                  FROM sale_order, res_partner debtor, res_partner customer
                 WHERE sale_order.id = known.order_id AND sale_order.state = 'sale'
                   AND %s AND debtor.id = sale_order.partner_invoice_id
                   AND customer.id = sale_order.partner_id AND known.state = ANY(%s)
                   AND (known.covered_amount < sale_order.amount_total
                        OR known.order_currency_id != sale_order.currency_id
                        OR known.partner_id != debtor.commercial_partner_id
                        OR known.ordered_by_id != customer.commercial_partner_id)
                """,
                SQL("known.file_id = ANY(%s)", files.ids)
                if files is not None
                else SQL("known.company_id = ANY(%s)", companies.ids),
                list(LIVE),
            )
        )
