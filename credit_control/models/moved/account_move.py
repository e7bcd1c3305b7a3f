from odoo import models

# Who owes, and to whom
OWED_BY = {"partner_id", "commercial_partner_id", "journal_id", "company_id"}
# When
DUE_BY = {"invoice_payment_term_id", "invoice_date_due"}


class AccountMove(models.Model):
    """An invoice of an order is decided on with it; readdressed, somebody else owes."""

    _inherit = "account.move"

    def write(self, vals):
        customers = self.env["res.partner"].sudo()
        refused = None
        if vals.keys() & OWED_BY:
            ours = self.sudo()
            named = {vals.get("partner_id"), vals.get("commercial_partner_id")}
            customers |= customers.browse(named - {None, False})
            customers |= ours.line_ids.partner_id | ours.partner_id
            refused = self._credit_refusal()
        with self.env["credit.file"]._moving(customers, refused):
            done = super().write(vals)
        if vals.keys() & DUE_BY:
            self._credit_check_due()
        return done

    def button_draft(self):
        """Take nothing back that lowers what is owed once its room was given away: a
        credit note is refused, and money tells who looks after credit."""
        theirs = self.sudo().filtered(
            lambda move: move.state == "posted" and move._credit_lowers()
        )
        notes = theirs.filtered(lambda move: move.move_type == "out_refund")
        strict = False if notes else None
        with self.env["credit.file"]._moving(theirs.line_ids.partner_id, strict):
            return super().button_draft()

    def _credit_lowers(self):
        """Tell whether less is owed by a customer because of this entry."""
        owed = self._credit_receivables()
        return self.move_type != "out_invoice" and any(
            line.balance < 0 for line in owed
        )

    def _credit_check_due(self):
        """Decide on orders that needed no credit, being due at once, and whose invoice
        is due later now."""
        bills = self.sudo().filtered(lambda move: move.move_type == "out_invoice")
        orders = bills.line_ids.sale_line_ids.order_id.filtered(
            lambda order: order.state == "sale" and order._credit_is_checked()
        )
        later = {
            order.id: sum(order._credit_billed_later().mapped("price_total"))
            for order in orders
        }
        orders = orders.filtered(lambda order: later[order.id])
        if orders:
            self.env["credit.decision"].sudo()._cover(orders, later)

    def _credit_is_due_later(self):
        """Tell whether the invoice gives time to pay, be it for one of its items."""
        today = self.company_id._trade_day()
        terms = self.line_ids.filtered(lambda line: line.display_type == "payment_term")
        due = [self.invoice_date_due, *terms.mapped("date_maturity")]
        return max(filter(None, due), default=today) > (self.invoice_date or today)

    def _credit_refusal(self):
        """Tell how strict credit is with who owes these, see ``credit.file._moving``.

        An invoice of an order was decided on for somebody. Other entries are as true as
        the books are, and invoices that nobody decided on may be made anew.
        """
        return False if self.sudo().line_ids.sale_line_ids else None
