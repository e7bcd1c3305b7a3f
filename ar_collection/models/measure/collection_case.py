from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.trade_credit_base.core.given import said
from odoo.addons.trade_credit_base.lookups import count_lines
from odoo.addons.trade_credit_base.windows import shipped_for


class CollectionCase(models.Model):
    """Proposals of measures on a case, by a person or by the procedure."""

    _inherit = "collection.case"

    measure_ids = fields.One2many(
        "collection.measure",
        "case_id",
        "Measures",
        groups="ar_collection.collection_group_user",
    )
    measure_count = fields.Integer(
        compute="_compute_measure_count", groups="ar_collection.collection_group_user"
    )
    measures_waiting = fields.Text(
        "Measures That Wait", compute="_compute_measures_waiting"
    )

    # === COMPUTE METHODS === #

    @api.depends("measure_ids")
    def _compute_measure_count(self):
        count_lines(self, "measure_count", "measure_ids")

    @api.depends("measure_ids.state")
    @api.depends_context("lang")
    def _compute_measures_waiting(self):
        """Who works on a case knows of its measures, whoever decides on them."""
        for case in self:
            measures = case.sudo().measure_ids
            waiting = measures.filtered(lambda each: each.state == "proposed")
            case.measures_waiting = "\n".join(each._waits_words() for each in waiting)

    # === ACTION METHODS === #

    def action_open_measures(self):
        """List the measures of the case."""
        xml_id = "ar_collection.collection_measure_action"
        return shipped_for(self.env, xml_id, [("case_id", "in", self.ids)])

    # === BUSINESS METHODS === #

    def _propose_measure(self, kind, reason, items=None):
        """Propose a protective measure, in the name of the current user.

        :param str kind: of ``collection.measure``
        :param str reason: for those who decide
        :param items: collection.item records of this case; by default all that are
            overdue and not paid
        :return: the measure
        :raises AccessError: if the user neither owns the case nor is a collector
        :raises UserError: if nothing is open, or such a measure waits already
        """
        self.ensure_one()
        self.check_access("write")
        if not said(reason):
            raise UserError(self.env._("Give the reason for the measure."))
        case = self.sudo()
        items = case._overdue_items() if items is None else items.sudo()
        items = items.filtered(lambda each: each.residual > 0 and each.state == "open")
        if not items or items.case_id != case:
            raise UserError(self.env._("Choose items of this case that are open."))
        case._check_not_waiting(kind, items)
        if kind == "write_off":
            case.company_id.with_env(self.env)._collection_check_write_off()
        values = case._measure_values(kind, reason, items)
        measure = self.env["collection.measure"].sudo()._propose([values])
        return measure.sudo(self.env.su)

    def _overdue_items(self):
        today = self.company_id._trade_day()
        owing = self.item_ids.filtered(lambda each: each.residual > 0)
        return owing.filtered(
            lambda each: each.state == "open" and each.date_due < today
        )

    def _check_not_waiting(self, kind, items):
        undone = ("state", "in", ("proposed", "approved"))
        waiting = self.env["collection.measure"].search(
            [("case_id", "=", self.id), ("kind", "=", kind), undone]
        )
        if waiting and (kind != "write_off" or waiting.item_ids & items):
            raise UserError(
                self.env._(
                    "%(measure)s has been pending on this case since %(date)s. "
                    "Decide on it or carry it out first.",
                    measure=waiting[:1].display_name,
                    date=waiting[:1].proposed_on,
                )
            )
        if kind == "write_off" and len(items.line_id.company_id) > 1:
            raise UserError(
                self.env._(
                    "These items are in the ledgers of %(companies)s. Propose a "
                    "write-off for each company.",
                    companies=", ".join(items.line_id.company_id.mapped("name")),
                )
            )

    def _measure_values(self, kind, reason, items):
        self.ensure_one()
        return {
            **self._own_values(),
            "kind": kind,
            "item_ids": [(6, 0, items.ids)],
            "amount": sum(items.mapped("residual")),
            "reason": reason,
            "proposed_by_id": self.env.uid,
            "proposed_on": self.company_id._trade_day(),
        }
