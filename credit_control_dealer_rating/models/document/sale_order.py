from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.credit_control.groups import USER
from odoo.addons.credit_control.models.document.sale_order import EVERYBODY

LINE = ("credit_list_price", "price_unit", "discount", "product_uom_qty")
ASKED = ("payment_term_id", "pricelist_id", *(f"order_line.{name}" for name in LINE))
DEPOSIT = {
    "compute": "_compute_credit_deposit",
    "currency_field": "credit_currency_id",
    "groups": USER,
}
# Of the list price; discounts are rounded
SLACK = 0.001


class SaleOrder(models.Model):
    """An order beside what the grade of its customer gives."""

    _inherit = "sale.order"

    credit_deposit_asked = fields.Monetary("Deposit Asked", **DEPOSIT)
    credit_deposit_received = fields.Monetary(
        "Deposit Received",
        help="The balance of this customer on the account for deposits, branches "
        "included.",
        **DEPOSIT,
    )

    credit_has_grade = fields.Boolean(
        "Has a Grade", compute="_compute_credit_has_grade", groups=EVERYBODY
    )

    # === COMPUTE METHODS === #

    @api.depends("rating_grade_id")
    @api.depends_context("uid")
    def _compute_credit_has_grade(self):
        """Tell who may see the grade that there is one: what a view asks has to be
        there for all who see the view."""
        field = self._fields["rating_grade_id"]
        told = self.browse()
        if self._has_field_access(field, "read"):
            told = self.filtered("rating_grade_id")
        for order in self:
            order.credit_has_grade = order in told

    @api.depends(*ASKED)
    def _compute_credit_given(self):
        return super()._compute_credit_given()

    @api.depends("credit_file_id")
    def _compute_credit_deposit(self):
        told = self._filtered_told(["credit_file_id"])
        for order in self:
            file = order.credit_file_id if order in told else self.env["credit.file"]
            order.credit_deposit_asked = file.deposit_asked
            order.credit_deposit_received = file.deposit_received

    # === CRUD METHODS === #

    def copy_data(self, default=None):
        """A copy gets the payment term that its customer has today, as a new quotation
        does, where the original had one that a rating set. One that was agreed on goes
        along, and so does the price list, which the copied prices are from."""
        copies = super().copy_data(default)
        if "payment_term_id" in (default or {}):
            return copies
        changes = self.env["credit.terms.change"].sudo()
        customers = self.partner_id.commercial_partner_id
        made = changes.search([("partner_id", "in", customers.ids)])
        rated = {
            (each.partner_id, each.company_id, each.payment_term_id) for each in made
        }
        for order, values in zip(self, copies, strict=True):
            customer = order.partner_id.commercial_partner_id
            term = order.payment_term_id
            if term and (customer, order.company_id, term) in rated:
                values.pop("payment_term_id", None)
        return copies

    def _recompute_prices(self):
        result = super()._recompute_prices()
        self.env.add_to_compute(
            self.env["sale.order.line"]._fields["credit_list_price"], self.order_line
        )
        return result

    # === BUSINESS METHODS === #

    def _credit_named(self):
        return [*super()._credit_named(), "partner_invoice_id", "pricelist_id"]

    def _credit_list(self):
        return self.pricelist_id

    def _credit_list_sql(self, table):
        return SQL("%s.pricelist_id", table, to_flush=self._fields["pricelist_id"])

    def _credit_below_sql(self, table, given):
        Line = self.env["sale.order.line"]
        return SQL(
            """CASE WHEN %(given)s IS NOT NULL THEN (
               SELECT SUM((priced.list - priced.net) * priced.quantity)
                 FROM (SELECT line.credit_list_price AS list,
                              line.price_unit * (1 - COALESCE(line.discount, 0) / 100)
                              AS net, line.product_uom_qty AS quantity
                         FROM sale_order_line AS line
                        WHERE line.order_id = %(table)s.id
                          AND NOT %(reinvoiced)s) AS priced
                WHERE priced.list - priced.net > %(slack)s * priced.list) END""",
            given=given,
            table=table,
            slack=SLACK,
            reinvoiced=Line._credit_reinvoiced_sql(SQL("line")),
            to_flush=[Line._fields[name] for name in (*LINE, "order_id")],
        )

    def _credit_lists_given(self):
        """Return the price lists that the customers' grades give, or gave when an order
        was confirmed, by one statement.

        :return: {order: product.pricelist}
        """
        given = self._credit_given_now()
        return {
            order: order.credit_kept_pricelist_id
            if order.rating_kept_on and order.state not in self._OPEN
            else pricelist
            for order, (_term, pricelist) in given.items()
        }
