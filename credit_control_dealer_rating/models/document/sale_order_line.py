from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.sql import column_exists, create_column

OPEN = ("draft", "sent")
# What a price is of
SOLD = {"product_id", "product_uom_id"}


class SaleOrderLine(models.Model):
    """A line with the price that it has by the price list of the customer's grade."""

    _inherit = "sale.order.line"

    credit_list_price = fields.Float(
        "Price of the Grade",
        digits="Product Price",
        compute="_compute_credit_list_price",
        store=True,
        copy=False,
        groups=fields.NO_ACCESS,
    )

    def _auto_init(self):
        """What a grade gave in the past is not known: lines that are there stay empty,
        and none of them is computed."""
        column = self._table, "credit_list_price"
        if not column_exists(self.env.cr, *column):
            create_column(self.env.cr, *column, "numeric")
        return super()._auto_init()

    # === COMPUTE METHODS === #

    @api.depends(
        "product_id",
        "product_uom_id",
        "product_uom_qty",
        "order_id.partner_id",
        "order_id.company_id",
        "order_id.currency_id",
        "order_id.pricelist_id",
    )
    def _compute_credit_list_price(self):
        """As Odoo keeps the unit price: from the day the line was entered, and for good
        once the order is confirmed. A line that is added then has the price of the list
        that the order was confirmed with. Nothing where the grade gives no price list.
        """
        lists = self.order_id._credit_lists_given()
        kept = self._credit_with_price()
        for line in self:
            pricelist = lists.get(line.order_id)
            if line._origin in kept:
                line.credit_list_price = line.credit_list_price
            elif pricelist and line._credit_has_list_price():
                line.credit_list_price = line._credit_price_by(pricelist)
            else:
                line.credit_list_price = 0.0

    # === CRUD METHODS === #

    def write(self, vals):
        if vals.keys() & SOLD:
            self._credit_forget_price(vals)
        return super().write(vals)

    # === BUSINESS METHODS === #

    def _credit_with_price(self):
        """Return the lines whose price stays: computed once, and of orders that are no
        quotations any more. What was never computed is NULL, which the ORM reads as 0.
        """
        agreed = self._origin.filtered(lambda line: line.order_id.state not in OPEN)
        if not agreed:
            return agreed
        rows = self.env.execute_query(
            SQL(
                """SELECT id FROM sale_order_line
                    WHERE id = ANY(%s) AND credit_list_price IS NOT NULL""",
                agreed.ids,
            )
        )
        return self.browse(id_ for (id_,) in rows)

    def _credit_forget_price(self, vals):
        """Have lines that get another product computed once more, as new ones are."""
        others = self.filtered(
            lambda line: any(line[name].id != vals[name] for name in SOLD & vals.keys())
        )
        if not others:
            return
        self.env.execute_query(
            SQL(
                """UPDATE sale_order_line SET credit_list_price = NULL
                    WHERE id = ANY(%s) RETURNING id""",
                others.ids,
                to_flush=self._fields["credit_list_price"],
            )
        )
        others.invalidate_recordset(["credit_list_price"], flush=False)

    @api.model
    def _credit_reinvoiced_sql(self, line):
        """Return whether a line passes a bill on, at the price that the policy of its
        product says; the field alone is what anybody may have written.

        :param SQL line: the alias of this model's table
        """
        Spent = self.env["account.analytic.line"]
        return SQL(
            """(%(line)s.is_expense AND EXISTS (
                SELECT FROM account_analytic_line AS spent
                  JOIN account_move_line AS billed ON billed.id = spent.move_line_id
                 WHERE spent.so_line = %(line)s.id
                   AND billed.product_id = %(line)s.product_id))""",
            line=line,
            to_flush=[
                self._fields["is_expense"],
                self._fields["product_id"],
                Spent._fields["so_line"],
                Spent._fields["move_line_id"],
            ],
        )

    def _credit_has_list_price(self):
        return (
            self.product_id
            and not self.display_type
            and self.product_type != "combo"
            and not self.combo_item_id
        )

    def _credit_price_by(self, pricelist):
        """Return the unit price by a price list, as Odoo would fill it in."""
        line = self.with_company(self.company_id)
        if pricelist == line.order_id.pricelist_id:
            price = line._get_pricelist_price()
        else:
            price = pricelist._get_product_price(
                line.product_id.with_context(**line._get_product_price_context()),
                **line._get_pricelist_kwargs(),
            )
        return line.product_id._get_tax_included_unit_price_from_price(
            price,
            product_taxes=line.product_id.taxes_id._filter_taxes_by_company(
                line.company_id
            ),
            fiscal_position=line.order_id.fiscal_position_id,
        )
