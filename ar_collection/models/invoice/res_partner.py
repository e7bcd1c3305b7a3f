from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.trade_credit_base.models.shown.trade_shown import shown

from ...groups import USER
from .account_move import READERS, STAGE


class ResPartner(models.Model):
    """A contact, with how far the collection of its company's debts is, and what of
    them is late; in the user's company."""

    _name = "res.partner"
    _inherit = ["res.partner", "trade.shown"]

    collection_overdue = fields.Monetary(
        "Overdue",
        groups=READERS,
        help="Today, with unmatched payments and credit notes taken off the oldest "
        "items first. Of a company with all its contacts.",
        **shown("collection_overdue", "_compute_collection_overdue"),
    )
    collection_stage_id = fields.Many2one(
        "collection.stage",
        "Stage",
        groups=USER,
        help="The highest that an open item reached.",
        **shown("collection_stage_id", "_compute_collection_stage"),
    )
    collection_case_id = fields.Many2one(
        "collection.case",
        "Open Case",
        groups=USER,
        **shown("collection_case_id", "_compute_collection_stage"),
    )

    @api.depends("commercial_partner_id")
    @api.depends_context("company", "uid")
    def _compute_collection_overdue(self):
        self._compute_shown(("collection_overdue",))

    @api.depends("commercial_partner_id")
    @api.depends_context("company", "uid")
    def _compute_collection_stage(self):
        self._compute_shown(("collection_stage_id", "collection_case_id"))

    def _shown_table(self, name):
        if name != "collection_overdue":
            return super()._shown_table(name)
        sums = self.env["trade.open.item"]._sums_sql(
            "partner_id",
            self.env.company,
            self.commercial_partner_id if self else None,
        )
        rows = SQL("SELECT key, overdue AS collection_overdue FROM (%s) AS sum", sums)
        return "collection", "commercial_partner_id", rows

    def _shown_sql(self, name, alias):
        if name not in ("collection_stage_id", "collection_case_id"):
            return super()._shown_sql(name, alias)
        field = self._fields["commercial_partner_id"]
        customer = SQL.identifier(alias, field.name, to_flush=field)
        company = self.env.company.root_id.id
        if name == "collection_case_id":
            return self.env["collection.case"]._open_of_sql(customer, company)
        own = SQL(
            """collection_item.partner_id = %s AND collection_item.company_id = %s
               AND collection_item.state = 'open' AND collection_item.residual > 0""",
            customer,
            company,
        )
        return self.env["collection.item"]._of_sql(own, *STAGE)
