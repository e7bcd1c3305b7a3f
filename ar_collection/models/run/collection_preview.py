from datetime import timedelta

from odoo import fields, models
from odoo.tools import SQL

from ..procedure.collection_procedure import QUIET


class CollectionPreview(models.Model):
    """The next run before it happens, with the ledger as the last run saw it: that of
    tomorrow, or a company's first one that waits to be started.

    A row for each item and stage that :meth:`collection.run._due_sql` returns for the
    companies that are switched on. There is no rule by company: the statement itself
    reads those rows only, and what it reads is open to all who work in them.
    """

    _name = "collection.preview"
    _description = "The Next Run"
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
            "entered_days",
            "first_seen",
            "no_followup",
            "partner_id",
            "paused_days",
            "paused_since",
            "residual",
            "state",
        ],
        "collection.procedure": [
            "active",
            "company_id",
            "entry_stage_id",
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
            "letter_kind",
            "region",
            "sequence",
        ],
        "collection.stage.effect": ["code", "stage_id"],
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
    contact_stage_id = fields.Many2one(
        "collection.stage",
        "Contact",
        readonly=True,
        help="The stage whose letter or other contact the customer gets: the highest "
        "that one of its items takes.",
    )
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
        help="On the day of the run, pauses not counted; before the due date if "
        "negative.",
    )
    residual = fields.Monetary("Amount", readonly=True)

    @property
    def _table_query(self):
        """Return the next run of each head company that is switched on."""
        return SQL(
            """
            SELECT ROW_NUMBER() OVER (ORDER BY item_id, stage_id) AS id, coming.*
              FROM (%s) AS coming
            """,
            SQL(" UNION ALL ").join(
                self._of_company_sql(company) for company in self.env.companies.root_id
            ),
        )

    def _of_company_sql(self, company):
        # A customer's own procedure is kept company by company; who works in a branch
        # may not switch to this one
        company = company.sudo()
        run = self.env["collection.run"].sudo().with_company(company)
        tomorrow = company._trade_day() + timedelta(days=1)
        return SQL(
            """
            SELECT item_id, case_id, partner_id, user_id, %(company)s AS company_id,
                   %(currency)s AS currency_id, stage_id, state, number, date,
                   date_due, days, residual,
                   FIRST_VALUE(stage_id) OVER (PARTITION BY partner_id
                       ORDER BY state = 'skipped', stage_day DESC, stage_sequence)
                       AS contact_stage_id
              FROM (%(due)s) AS due
            """,
            company=company.id,
            currency=company.currency_id.id,
            due=run._coming_sql(company, tomorrow),
        )
