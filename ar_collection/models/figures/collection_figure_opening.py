from odoo import models
from odoo.tools import date_utils


class CollectionFigure(models.Model):
    """Every figure leads to what it was computed from."""

    _inherit = "collection.figure"

    # === ACTION METHODS === #

    def action_open_receivables(self):
        """Open what was owed at the end of the month, item by item."""
        return self.env["collection.receivable"]._action_at(self.company_id, self.date)

    def action_open_overdue(self):
        """Open what was past due at the end of the month, item by item."""
        return self.env["collection.receivable"]._action_at(
            self.company_id, self.date, late=1
        )

    def action_open_sales(self):
        """Open the invoices and credit notes of the month."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account.action_move_out_invoice_type"
        )
        action["domain"] = [
            ("company_id", "child_of", self.company_id.id),
            ("move_type", "in", ("out_invoice", "out_refund")),
            ("state", "=", "posted"),
            ("date", ">=", date_utils.start_of(self.date, "month")),
            ("date", "<=", self.date),
        ]
        action["context"] = {"create": False, "default_move_type": "out_invoice"}
        return action

    def action_open_promises(self):
        """Open the promises for days of the month."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Promises to Pay"),
            "res_model": "collection.promise",
            "view_mode": "list,form",
            "domain": [
                ("company_id", "=", self.company_id.id),
                ("date", ">=", date_utils.start_of(self.date, "month")),
                ("date", "<=", self.date),
            ],
            "context": {"create": False},
        }

    def action_open_ageing(self):
        """Open the ageing at the end of the month."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "ar_collection.collection_ageing_action"
        )
        action["domain"] = [
            ("company_id", "=", self.company_id.id),
            ("date", "=", self.date),
        ]
        action["context"] = {}
        action["views"].sort(key=lambda view: view[1] != "list")
        return action
