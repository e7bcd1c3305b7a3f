from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.trade_credit_base.windows import chosen, form_of, shipped_for


class CollectionStatementMake(models.TransientModel):
    """Draw up statements of account for one customer, some, or all of them."""

    _name = "collection.statement.make"
    _description = "Make Statements"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company.root_id,
        readonly=True,
    )
    day = fields.Date(
        "As Of",
        required=True,
        default=lambda self: self.env.company._trade_month_end(),
        help="The statement shows what was open on this day, whatever was paid since.",
    )
    who = fields.Selection(
        [
            ("chosen", "These customers"),
            ("overdue", "All who owed something overdue"),
            ("all", "All who had open items"),
        ],
        "Customers",
        required=True,
        default="chosen",
    )
    partner_ids = fields.Many2many(
        "res.partner",
        string="Chosen",
        default=lambda self: self._default_partners(),
    )
    send = fields.Boolean(
        "Send by Email",
        help="In the background; customers without an address are left.",
    )

    @api.model
    def _default_partners(self):
        """:return: the customers of the records that the wizard is opened from"""
        partners = chosen(self.env["res.partner"]).commercial_partner_id
        return partners | chosen(self.env["collection.case"]).partner_id

    def action_make(self):
        """Draw up the statements and show them.

        :raises UserError: if there are none to be drawn up
        """
        self.ensure_one()
        chosen = self.partner_ids if self.who == "chosen" else None
        made = self.env["collection.statement"]._make(
            self.company_id, self.day, chosen, overdue_only=self.who == "overdue"
        )
        if not made:
            raise UserError(
                self.env._(
                    "None of these customers had open items on that day, or they "
                    "have statements already. Choose other customers or another day."
                )
            )
        if self.send:
            made.action_send()
        if len(made) == 1:
            return form_of(made)
        xml_id = "ar_collection.collection_statement_action"
        return shipped_for(self.env, xml_id, [("id", "in", made.ids)])
