from odoo import api, fields, models
from odoo.tools.sql import column_exists, create_column

OPEN = ("draft", "sent")


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
        once the order is confirmed. Nothing where the grade gives no price list."""
        lists = self.order_id._credit_lists_given()
        for line in self:
            pricelist = lists.get(line.order_id)
            if line._origin and line.order_id.state not in OPEN:
                line.credit_list_price = line.credit_list_price
            elif pricelist and line._credit_has_list_price():
                line.credit_list_price = line._credit_price_by(pricelist)
            else:
                line.credit_list_price = 0.0

    def _credit_has_list_price(self):
        return (
            self.product_id
            and not (self.display_type or self.is_downpayment or self.is_expense)
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
