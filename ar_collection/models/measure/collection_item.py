from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.trade_credit_base.windows import list_of

from ...groups import COLLECTOR, require


class CollectionItem(models.Model):
    """What is too little to be asked for, and its write-off in bulk."""

    _inherit = "collection.item"

    is_small = fields.Boolean(
        "Below the Floor",
        compute="_compute_is_small",
        search="_search_is_small",
        help="All that its customer is late with comes to less than the floor of their "
        "procedure: nobody asks for it.",
    )

    @api.depends("state", "residual", "date_due", "partner_id")
    def _compute_is_small(self):
        small = self.search([("id", "in", self.ids), ("is_small", "=", True)])
        for item in self:
            item.is_small = item._origin in small

    def _search_is_small(self, operator, value):
        if operator != "in" or True not in value:
            return NotImplemented
        found = SQL(" UNION ALL ").join(
            SQL("(%s)", self.sudo()._small_sql(company))
            for company in self.env.companies.root_id.sudo()
        )
        return [("id", "in", found)]

    @api.model
    def _small_sql(self, company):
        """Return the late items of customers who are late with less than the floor, of
        what counts: an item that is promised or disputed in part is none of them.

        :param company: a root company
        :return: SQL of rows (id)
        """
        late = SQL(
            """SELECT id, partner_id, COALESCE(paused_amount, 0) AS held,
                      SUM(residual - COALESCE(paused_amount, 0))
                          OVER (PARTITION BY partner_id) AS owed
                 FROM collection_item
                WHERE company_id = %s AND date_due < %s AND %s""",
            company.id,
            company._trade_day(),
            self._counting_sql(),
            to_flush=[
                self._fields[name]
                for name in (
                    *("date_due", "partner_id", "residual", "state"),
                    *("paused_amount", "paused_since", "no_followup"),
                )
            ],
        )
        floors = self.env["collection.procedure"]._floors_sql(
            company, SQL("SELECT partner_id FROM (%s) AS owing", late)
        )
        return SQL(
            """SELECT late.id FROM (%s) AS late
                 JOIN (%s) AS floors USING (partner_id)
                WHERE owed < floor AND held = 0""",
            late,
            floors,
        )

    # === WRITTEN OFF IN BULK === #

    @api.model
    def _get_view_cache_key(self, view_id=None, view_type="form", **options):
        key = super()._get_view_cache_key(view_id, view_type, **options)
        return (*key, self.env.companies._collection_writes_off())

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        """Ask nobody whether to propose what cannot be: the button says first what is
        missing, and leads there."""
        arch, view = super()._get_view(view_id, view_type, **options)
        if view_type == "list" and not self.env.companies._collection_writes_off():
            for button in arch.xpath("//button[@name='action_propose_write_offs']"):
                button.attrib.pop("confirm", None)
                button.set("string", self.env._("Set Up Write-offs"))
        return arch, view

    def action_propose_write_offs(self):
        """Propose to write off those of these items that are below the floor, case by
        case; whoever has the authority approves, and finance posts them in one go.

        :return: the window of what was proposed
        :raises AccessError: if the user is not a collector
        :raises UserError: if none is below the floor and not proposed yet
        """
        why = self.env._("Only collectors propose write-offs in bulk. Ask one of them.")
        require(self.env, COLLECTOR, why)
        self.check_access("read")
        for company in self.company_id:
            company._collection_check_write_off()
        undone = [("kind", "=", "write_off"), ("state", "in", ("proposed", "approved"))]
        measures = self.env["collection.measure"].sudo()
        waiting = measures.search([*undone, ("item_ids", "in", self.ids)]).item_ids
        small = self.sudo().filtered(lambda item: item.is_small and item.case_id)
        small -= waiting
        if not small:
            raise UserError(
                self.env._(
                    "None of these items is below the floor and still to be proposed. "
                    "Filter the items by “Below the Floor”."
                )
            )
        reason = self.env._("Below the floor: too little to be asked for.")
        # A case may have items in the ledgers of several branches
        grouped = small.grouped(lambda item: (item.case_id, item.line_id.company_id))
        measures = measures._propose(
            [
                case._measure_values("write_off", reason, items)
                for (case, _books), items in grouped.items()
            ]
        )
        name = self.env._("Proposed Write-offs")
        return list_of(measures.sudo(self.env.su), name, [("id", "in", measures.ids)])
