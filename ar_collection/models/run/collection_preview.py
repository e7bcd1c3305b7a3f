from base64 import b64encode
from datetime import timedelta

from odoo import Command, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL
from odoo.tools.pdf import merge_pdf

from odoo.addons.trade_credit_base.core.given import said
from odoo.addons.trade_credit_base.windows import form_of

from ...groups import COLLECTOR, require
from ..procedure.collection_procedure import QUIET


class CollectionPreview(models.Model):
    """The next run before it happens, with the ledger as the last run saw it: that of
    tomorrow, or a company's first one that waits to be started.

    A row for each item and stage that :meth:`collection.run._due_sql` returns for the
    companies that are switched on: what it reads is open to all who work in them.
    """

    _name = "collection.preview"
    _description = "The Next Run"
    _auto = False
    _order = "stage_id, days desc, id"
    _rec_name = "number"
    # What the statement reads, to be written down before it does
    _depends = {
        "collection.action": [
            "company_id",
            "date",
            "kind",
            "partner_id",
            "stage_id",
            "state",
        ],
        "collection.action.line": ["item_id", "stage_id"],
        "collection.case": ["company_id", "company_level", "partner_id", "user_id"],
        "collection.item": [
            "company_id",
            "date_due",
            "entered_days",
            "first_seen",
            "no_followup",
            "partner_id",
            "paused_amount",
            "paused_days",
            "paused_since",
            "residual",
            "stage_id",
            "state",
        ],
        "collection.procedure": [
            "active",
            "company_id",
            "entry_stage_id",
            "is_default",
            "letter_gap",
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
        """Return the next run of each head company that is switched on.

        A row's id is made of its item's and the place of its stage among all, with as
        little room as those take: what is larger than a whole number of the database
        is refused where it is given, and XML-RPC cannot send it.
        """
        return SQL(
            """
            SELECT coming.item_id::bigint * placed.room + placed.place AS id, coming.*
              FROM (%s) AS coming
              JOIN (SELECT id, ROW_NUMBER() OVER (ORDER BY id) - 1 AS place,
                           1::bigint << CEIL(LOG(2, COUNT(*) OVER ()))::int
                               AS room
                      FROM collection_stage) AS placed
                ON placed.id = coming.stage_id
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

    # === ACTION METHODS === #

    def action_open(self):
        """Open the customer's case, or the item where nothing of it is late yet."""
        self.ensure_one()
        return form_of(self.case_id or self.item_id)

    def action_letter(self):
        """Show the letter that the customer would get, as it would be written now; if
        there is one for each address, all of them.

        :raises UserError: if the next run sends the customer no letter
        """
        self.ensure_one()
        self.check_access("read")
        draft = self.env["collection.letter.draft"].create(
            {"name": self.partner_id.name, "document": b64encode(self._drafted())}
        )
        title = self.env._("Letter of the Next Run")
        return form_of(draft, name=title, target="new")

    # === BUSINESS METHODS === #

    def _of_customer(self):
        """:return: what the next run does about the customer of this row"""
        own = [("partner_id", "=", self.partner_id.id)]
        return self.search([*own, ("company_id", "=", self.company_id.id)])

    def _on(self):
        """:return: the day of the next run of this row's company, and the run if one
        waits to be started"""
        company = self.company_id.sudo()
        run = self.env["collection.run"].sudo()._waiting_of(company)
        return run.date or company._trade_day() + timedelta(days=1), run

    def _drafted(self):
        """Write the customer's letters, print them, and undo both.

        :return: the PDF, of all letters
        :rtype: bytes
        :raises UserError: if the next run sends the customer no letter
        """
        rows, (day, _run) = self._of_customer().sudo(), self._on()
        point = self.env.cr.savepoint()
        try:
            action = self.env["collection.action"].sudo().create(rows._planned(day))
            letters = self.env["collection.letter"].sudo()._build(action)
            pdfs = [letter._make_pdf() for letter in letters]
        finally:
            point.close(rollback=True)
        if not pdfs:
            raise UserError(
                self.env._(
                    "The next run sends %(customer)s no letter: the step is "
                    "“%(stage)s”. Open the customer to see what is owed.",
                    customer=self.partner_id.name,
                    stage=self.contact_stage_id.name,
                )
            )
        return pdfs[0] if len(pdfs) == 1 else merge_pdf(pdfs)

    def _planned(self, day):
        """:return: values of the action that the next run would plan with these rows"""
        taken = self.filtered(lambda row: row.state == "due")
        return {
            "case_id": self.case_id[:1].id,
            "partner_id": self.partner_id.id,
            "company_id": self.company_id.id,
            "date": day,
            "kind": "procedure",
            "stage_id": self.contact_stage_id.id,
            "user_id": self.user_id[:1].id,
            "line_ids": [
                Command.create(
                    {
                        "item_id": row.item_id.id,
                        "stage_id": row.stage_id.id,
                        "state": "due",
                        "number": row.number,
                        "date": row.date,
                        "date_due": row.date_due,
                        "days_late": row.days,
                        "residual": row.residual,
                    }
                )
                for row in taken
            ],
        }

    def _leave_out(self, reason):
        """Leave the customers of these rows out of the next run.

        The days go on: what they reach by the run after it is what they get then.

        :param str reason: for the record
        :return: the actions that say so
        :raises AccessError: if the user is no collector
        :raises UserError: if there is nobody to leave out, or no reason
        """
        why = self.env._("Only collectors decide who is left out of a run.")
        require(self.env, COLLECTOR, why)
        self.check_access("read")
        if not self:
            raise UserError(
                self.env._("Select the customers to leave out, and try again.")
            )
        if not said(reason):
            raise UserError(self.env._("Write down why they are left out."))
        vals = []
        days = {
            company: own[:1]._on()
            for company, own in self.grouped("company_id").items()
        }
        for row in self.grouped(lambda row: (row.partner_id, row.company_id)).values():
            day, run = days[row[0].company_id]
            stage, own = row.contact_stage_id, row[0]
            vals.append(
                {
                    "case_id": own.case_id.id,
                    "partner_id": own.partner_id.id,
                    "company_id": own.company_id.id,
                    "run_id": run.id,
                    "date": day,
                    "kind": "left_out",
                    "state": "done",
                    "stage_id": stage.id,
                    "note": reason,
                    "user_id": self.env.uid,
                }
            )
        return self.env["collection.action"].sudo().create(vals).sudo(self.env.su)
