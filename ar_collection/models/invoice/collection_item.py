from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.trade_credit_base.models.shown.trade_shown import shown

NO_DAY = SQL("NULL::date AS on_day WHERE FALSE")
HIGHEST = SQL("stage.day DESC, collection_item.stage_on DESC, collection_item.id")


def _columns(model):
    """Return the fields of a model that have to be written down before it is read."""
    return [each for each in model._fields.values() if each.store and each.column_type]


class CollectionItem(models.Model):
    """Items as documents and contacts show them: what their reader may see of them."""

    _name = "collection.item"
    _inherit = ["collection.item", "trade.shown"]

    next_stage_id = fields.Many2one(
        "collection.stage", "Next Step", **shown("next_stage_id", "_compute_next")
    )
    next_on = fields.Date(
        "Next Step On",
        help="At the earliest: quiet days and contacts of the same week put it off. "
        "Empty while a promise or a dispute stops the days, or while it is too little "
        "to be asked for.",
        **shown("next_on", "_compute_next"),
    )

    @api.depends("stage_id", "state", "residual", "date_due", "paused_since")
    @api.depends_context("uid")
    def _compute_next(self):
        self._compute_shown(("next_stage_id", "next_on"))

    def _shown_table(self, name):
        if name not in ("next_stage_id", "next_on"):
            return super()._shown_table(name)
        steps = self._next_sql(
            self.company_id or None, self.partner_id if self else None
        )
        renamed = "SELECT item_id AS key, stage_id AS next_stage_id, on_day AS next_on"
        return "next", "id", SQL("%s FROM (%s) AS step", SQL(renamed), steps)

    @api.model
    def _next_sql(self, companies=None, partners=None):
        """Return the next steps of items that the user may see.

        :param companies: whose items; None for those that the user may look at
        :param partners: commercial entities, to look at theirs only
        :return: SQL of rows (item_id, stage_id, on_day)
        """
        if not self.has_access("read"):
            return SQL("SELECT NULL::int AS item_id, NULL::int AS stage_id, %s", NO_DAY)
        run = self.env["collection.run"].sudo()
        companies = (companies or self.env.companies).sudo().root_id
        return SQL(
            "SELECT * FROM (%s) AS step WHERE item_id IN %s",
            SQL(" UNION ALL ").join(
                SQL("(%s)", run._next_sql(company, partners)) for company in companies
            ),
            self._search(Domain.TRUE).subselect(),
            to_flush=_columns(self),
        )

    @api.model
    def _of_sql(self, whose, what, order, which):
        """Return one value of some items, by the rights of the user.

        :param SQL whose: a condition on ``collection_item``
        :param SQL what: a column or an aggregate
        :param SQL order: which item says it; None for an aggregate
        :param SQL which: a further condition on it or its ``stage``
        :return: SQL of an expression; NULL if the user may see no items at all
        """
        if not self.has_access("read"):
            return SQL("NULL")
        query = self._search(Domain("line_id", "!=", False))
        on = SQL("stage.id = collection_item.stage_id")
        query.add_join("LEFT JOIN", "stage", "collection_stage", on)
        query.add_where(whose)
        if which:
            query.add_where(which)
        if order:
            query.order = order
            query.limit = 1
        return SQL("(%s)", query.select(what), to_flush=_columns(self))

    @api.model
    def _told_sql(self, whose, model, told, order):
        """Return the id of the case, letter, promise or dispute about some items, by
        the rights of the user.

        What is about another customer, to whom an invoice was addressed before, does
        not count.

        :param SQL whose: a condition on ``collection_item``
        :param str model: which records
        :param SQL told: rows (id: of the record, item_id)
        :param SQL order: which of several it is
        :return: SQL of an expression; NULL if the user may see none at all
        """
        records = self.env[model]
        if not records.has_access("read"):
            return SQL("NULL")
        query = records._search(Domain.TRUE)
        query.add_where(
            SQL(
                """(%(id)s, (SELECT told_to.commercial_partner_id
                               FROM res_partner AS told_to
                              WHERE told_to.id = %(partner)s)) IN (
                    SELECT told.id, collection_item.partner_id FROM (%(told)s) AS told
                      JOIN collection_item ON collection_item.id = told.item_id
                     WHERE %(whose)s)""",
                id=SQL.identifier(records._table, "id"),
                partner=SQL.identifier(records._table, "partner_id"),
                told=told,
                whose=whose,
            )
        )
        query.order = order
        query.limit = 1
        written = [*_columns(records), *_columns(self)]
        return SQL("(%s)", query.select(), to_flush=written)
