from datetime import timedelta

from odoo import fields, models
from odoo.tools import SQL

from ..procedure.collection_procedure import QUIET


class CollectionPreview(models.Model):
    """Tomorrow's run before it happens, with the ledger as the last run saw it.

    A row for each item and stage that :meth:`collection.run._due_sql` returns for the
    current company. There is no rule by company: the statement itself reads those rows
    only, and what it reads is open to all who work in that company.
    """

    _name = "collection.preview"
    _description = "Tomorrow's Run"
    _auto = False
    _order = "stage_id, days desc, id"
    _rec_name = "number"
    # What the statement reads, to be written down before it does
    _depends = {
        "collection.action": ["company_id", "date", "kind", "partner_id", "state"],
        "collection.action.line": ["item_id", "stage_id"],
        "collection.case": ["company_id", "company_level", "partner_id", "user_id"],
        "collection.item": [
            "company_id",
            "date_due",
            "partner_id",
            "paused_days",
            "paused_since",
            "residual",
            "state",
        ],
        "collection.procedure": [
            "active",
            "company_id",
            "is_default",
            "max_per_week",
            *QUIET,
            "sequence",
            "small_amount",
        ],
        "collection.stage": [
            "amount_from",
            "amount_to",
            "company_level",
            "day",
            "holdout_share",
            "region",
            "sequence",
        ],
        "res.partner": ["category_id", "collection_procedure_id", "user_id"],
        "trade.holiday": ["company_id", "date"],
    }

    item_id = fields.Many2one("collection.item", readonly=True)
    case_id = fields.Many2one("collection.case", readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    user_id = fields.Many2one("res.users", "Owner", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    stage_id = fields.Many2one("collection.stage", readonly=True)
    state = fields.Selection(
        [("due", "Due"), ("skipped", "Skipped"), ("held_out", "Held out")],
        readonly=True,
    )
    number = fields.Char(readonly=True)
    date = fields.Date(readonly=True)
    date_due = fields.Date(readonly=True)
    days = fields.Integer(
        "Days Late",
        readonly=True,
        aggregator="max",
        help="Tomorrow, pauses not counted; before the due date if negative.",
    )
    residual = fields.Monetary("Amount", readonly=True)

    @property
    def _table_query(self):
        """Return the run of tomorrow of the current company's head company."""
        company = self.env.company.root_id
        # A customer's own procedure is kept company by company
        run = self.env["collection.run"].with_company(company)
        tomorrow = company._trade_day() + timedelta(days=1)
        return SQL(
            """
            SELECT ROW_NUMBER() OVER (ORDER BY item_id, stage_id) AS id,
                   item_id, case_id, partner_id, user_id, %(company)s AS company_id,
                   %(currency)s AS currency_id, stage_id, state, number, date,
                   date_due, days, residual
              FROM (%(due)s) AS due
            """,
            company=company.id,
            currency=company.currency_id.id,
            due=run._due_sql(company, tomorrow),
        )
