from openupgradelib import openupgrade

from odoo.tools import SQL

from odoo.addons.credit_control.models.decision.credit_decision import LIVE


@openupgrade.migrate()
def migrate(env, version):
    """Let decisions cover what their orders can bring onto the account: they covered
    the totals, and the first touch of an order that may bring more refused it."""
    cover_needs(env)


def cover_needs(env):
    """Raise what decisions cover from the totals of their orders to what those need."""
    env.flush_all()
    orders = SQL(
        """SELECT id, currency_id, amount_total FROM sale_order
            WHERE state = 'sale' AND id IN (
                  SELECT order_id FROM credit_decision WHERE state = ANY(%s))""",
        list(LIVE),
    )
    env.cr.execute(
        SQL(
            """
            WITH %s
            UPDATE credit_decision known SET covered_amount = part.need
              FROM order_part part, sale_order
             WHERE known.order_id = part.id AND sale_order.id = part.id
               AND known.state = ANY(%s)
               AND known.covered_amount >= sale_order.amount_total
               AND known.covered_amount < part.need
            """,
            SQL(", ").join(env["credit.exposure"]._order_ctes(orders)),
            list(LIVE),
        )
    )
    env["credit.decision"].invalidate_model(["covered_amount"])
