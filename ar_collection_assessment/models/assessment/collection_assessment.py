import functools
import json
import operator

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, date_utils

from odoo.addons.ar_collection.groups import FINANCE, MANAGER
from odoo.addons.ar_collection.statements import stamp
from odoo.addons.trade_credit_base.lookups import count_lines
from odoo.addons.trade_credit_base.models.waiting.trade_waiting import Wait

from ...core.assessment import Base, amount, assess

# What stands over and under the line of each figure: fields of core.assessment.Base
FRACTIONS = {
    "collection_period": ("receivables", "sales"),
    "collection_rate": ("collected", "contracted"),
    "receivables_share": ("receivables", "company_receivables"),
    "bad_debts_to_receivables": ("bad_debts", "receivables"),
    "bad_debts_to_sales": ("bad_debts", "sales"),
    "discounts_taken": ("discounts_taken", "discounts_offered"),
    "overdue_ratio": ("overdue", "receivables"),
}

LINE = """sequence int, code varchar, part float8, whole float8, has_value bool,
    value float8, benchmark float8, band int, band_from float8, band_to float8,
    is_highest bool, rate float8, amount numeric"""


def _band(line, scale):
    """:return: where the band that a figure fell in begins and ends, in its own unit"""
    if line.band is None:
        return {"band": None, "band_from": None, "band_to": None, "is_highest": False}
    edges = [band.start for band in scale.bands]
    highest = line.band == len(edges) - 1
    low = edges[line.band] if line.band else None
    high = None if highest else edges[line.band + 1]
    return {
        "band": line.band,
        "band_from": None if low is None else line.benchmark + low,
        "band_to": None if high is None else line.benchmark + high,
        "is_highest": highest,
    }


def _shared_out(found, unit):
    """Return each figure's amount; together they are the account's to the cent.

    What rounding leaves over goes to the figure with the highest rate.
    """
    shares = [amount(found.receivables, [line.rate], unit) for line in found.lines]
    if shares:
        rates = [abs(line.rate) for line in found.lines]
        biggest = rates.index(max(rates))
        shares[biggest] += found.amount - sum(shares)
    return shares


class CollectionAssessment(models.Model):
    """Account of a salesperson, or of a region, for a month's receivables.

    A draft follows the books whenever it is computed anew; what finance agreed stays
    as it is.
    """

    _name = "collection.assessment"
    _description = "Salesperson's Account"
    _inherit = [
        "collection.document",
        "mail.thread",
        "mail.activity.mixin",
        "trade.waiting",
        "collection.ledger.record",
    ]
    _document_report = "ar_collection_assessment.collection_assessment_report"
    _mail_post_access = "read"
    _order = "month desc, amount, id"

    user_id = fields.Many2one("res.users", "Salesperson", index="btree_not_null")
    region_id = fields.Many2one("res.country.state", index="btree_not_null")
    month = fields.Date(required=True, help="Its last day: the figures are as of then.")
    state = fields.Selection(
        [("draft", "Draft"), ("agreed", "Agreed by finance"), ("closed", "Closed")],
        default="draft",
        required=True,
        tracking=True,
    )
    receivables = fields.Monetary(
        help="At the end of the month, without what is set apart.",
    )
    apart = fields.Monetary(
        "Set Apart", help="Open at the end of the month, but not counted."
    )
    rate = fields.Float(digits=(16, 6), aggregator=None, help="All rates together.")
    amount = fields.Monetary(
        "Reward or Penalty",
        tracking=True,
        help="Receivables × the sum of the rates; a penalty is negative.",
    )
    computed_on = fields.Datetime("Computed", readonly=True)
    agreed_by_id = fields.Many2one("res.users")
    agreed_on = fields.Date()
    closed_by_id = fields.Many2one("res.users")
    closed_on = fields.Date()
    line_ids = fields.One2many("collection.assessment.line", "assessment_id", "Figures")
    item_ids = fields.One2many(
        "collection.assessment.item", "assessment_id", "Items Set Apart"
    )
    item_count = fields.Integer("Items Apart", compute="_compute_item_count")

    _user_unique = models.UniqueIndex(
        "(company_id, month, user_id) WHERE user_id IS NOT NULL",
        "A salesperson has one account a month.",
    )
    _region_unique = models.UniqueIndex(
        "(company_id, month, region_id) WHERE region_id IS NOT NULL",
        "A region has one account a month.",
    )
    _whose = models.Constraint(
        "CHECK ((user_id IS NULL) != (region_id IS NULL))",
        "An account is a salesperson's or a region's.",
    )

    @api.depends("user_id", "region_id", "month")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for account in self:
            whose = account.user_id.name or account.region_id.display_name or ""
            account.display_name = f"{whose}, {account._month_text()}"

    @api.depends("item_ids")
    def _compute_item_count(self):
        count_lines(self, "item_count", "item_ids")

    @api.model
    def _instead(self):
        return self.env._(
            "While it is a draft, correct the ledger and compute the account anew."
        )

    # === ACTION METHODS === #

    def action_compute(self):
        """Compute drafts anew from the books, benchmarks, disputes and objections.

        :raises AccessError: if the user is not of finance
        :raises UserError: if one is agreed already
        """
        self._check_may(FINANCE, "draft")
        self.sudo()._fill()
        return True

    def action_agree(self):
        """Agree accounts for finance; from then on they do not follow the books.

        :raises AccessError: if the user is not of finance, or it is the own account
        :raises UserError: if one is no draft
        """
        self._check_may(FINANCE, "draft")
        self._check_not_own()
        self._set("agreed")
        return True

    def action_close(self):
        """Close accounts that finance agreed: they are paid or deducted as they are.

        :raises AccessError: if the user is no manager, it is the own account, or they
            agreed it themselves
        :raises UserError: if one is not agreed
        """
        self._check_may(MANAGER, "agreed")
        self._check_not_own()
        for account in self.filtered(lambda each: each.agreed_by_id == self.env.user):
            raise AccessError(
                self.env._(
                    "You agreed %(account)s for finance: a colleague closes it.",
                    account=account.display_name,
                )
            )
        self._set("closed")
        return True

    def action_back_to_draft(self):
        """Take the agreement of finance back, to have the accounts computed anew.

        :raises AccessError: if the user is no manager
        :raises UserError: if one is not agreed
        """
        self._check_may(MANAGER, "agreed")
        self.sudo().write({"state": "draft", "agreed_by_id": False, "agreed_on": False})
        self.env["trade.waiting"]._follow_waits_soon()
        return True

    def action_open_receivables(self):
        """Show the items that count, as the books are now.

        :rtype: dict
        """
        self.ensure_one()
        self.check_access("read")
        return self._open_base("receivables_share", self.env._("Receivables"))

    # === BUSINESS METHODS === #

    def _rate_text(self, rate):
        """:return: a rate, a share, in percent as a person reads it"""
        return self.env["collection.benchmark"]._value_text("rate", rate)

    def _month_text(self):
        """:return: the month as the reader's language has it, like *March 2026*"""
        return self.env.company._trade_period(self.month)

    def _page_name(self):
        """:return: what the pages of the PDF are told apart by, in ASCII"""
        return f"{self.month:%Y-%m}"

    def _set(self, state):
        for company, accounts in self.sudo().grouped("company_id").items():
            accounts.write(
                {
                    "state": state,
                    f"{state}_by_id": self.env.uid,
                    f"{state}_on": company._trade_day(),
                }
            )
        self.env["trade.waiting"]._follow_waits_soon()

    def _check_may(self, group, state):
        """Refuse who may not, and accounts that are not where they should be.

        :raises AccessError: if the user lacks ``group`` or does not see the accounts
        :raises UserError: if an account is not in ``state``
        """
        if not self.env.user.has_group(group):
            raise AccessError(
                self.env._(
                    "Only %(group)s may do that with a salesperson's account. Ask one "
                    "of them.",
                    group=self.env.ref(group).sudo().full_name,
                )
            )
        self.check_access("read")
        if wrong := self.filtered(lambda account: account.state != state):
            raise UserError(
                self.env._(
                    "%(account)s is not in the state that this starts from. Leave it "
                    "out.",
                    account=wrong[0].display_name,
                )
            )

    def _check_not_own(self):
        if self.env.user in self.user_id:
            raise AccessError(
                self.env._("Nobody passes the own account. Ask a colleague.")
            )

    # === WHO IS ASKED === #

    @api.model
    def _waits(self):
        def wait(code, state, since, group):
            once = ("company_id", "month")
            domain = [("state", "=", state)]
            return Wait(code, domain, since, MANAGER, group, once=once)

        return [
            *super()._waits(),
            # Those of one month are told of on the first of them
            wait("agree", "draft", "create_date", FINANCE),
            wait("close", "agreed", "agreed_on", MANAGER),
        ]

    def _wait_barred(self, wait):
        """Nobody passes the own account, nor closes what they agreed: who may pass none
        of the month's."""
        state = "agreed" if wait.code == "close" else "draft"
        month = self.search(
            [
                ("company_id", "=", self.company_id.id),
                ("month", "=", self.month),
                ("state", "=", state),
            ]
        )
        passed = [each.user_id | each.agreed_by_id for each in month]
        return super()._wait_barred(wait) | functools.reduce(operator.and_, passed)

    def _wait_words(self, wait):
        month = self._month_text()
        if wait.code == "agree":
            return self.env._("Agree the accounts of %(month)s", month=month)
        return self.env._("Close the accounts of %(month)s", month=month)

    # === DRAWING UP === #

    @api.model
    def _cron_open(self):
        """Draw up last month's accounts of every company that has benchmarks.

        Safe to run any number of times, and to be killed anywhere.
        """
        benchmarks = self.env["collection.benchmark"].sudo().search([])
        for company in benchmarks.company_id:
            month = company._trade_month_end()
            known = [("company_id", "=", company.id), ("month", "=", month)]
            if not self.sudo().search_count(known, limit=1):
                with self.env["trade.job"]._apart(company):
                    drawn_up = self.sudo()._open(company, month)
                    self.env["trade.job"]._report(company, accounts_opened=drawn_up)
            self.env["ir.cron"]._commit_progress()

    @api.model
    def _open(self, company, month):
        """Draw up the accounts of a month, for everybody who has none yet.

        :param company: its head company is taken
        :param date month: any day of the month
        :return: the new accounts, drafts
        :raises UserError: if the company has no benchmarks
        """
        company = company.root_id
        month = date_utils.end_of(month, "month")
        if not self.env["collection.benchmark"]._scales(company):
            raise UserError(
                self.env._(
                    "%(company)s holds no figure against a benchmark. Set benchmarks "
                    "first (Collection, Configuration).",
                    company=company.name,
                )
            )
        column = {"region": "region_id"}.get(company.collection_assessed_by, "user_id")
        bases = self._bases(company, month, column)
        rows = self.env.execute_query(
            SQL(
                """
                INSERT INTO collection_assessment (
                       company_id, month, %(column)s, state, create_uid, write_uid,
                       create_date, write_date)
                SELECT %(company)s, %(month)s, owner, 'draft', %(uid)s, %(uid)s,
                       %(now)s, %(now)s
                  FROM unnest(%(owners)s::int[]) AS owner
                 ORDER BY owner
                    ON CONFLICT DO NOTHING
             RETURNING id
                """,
                column=SQL.identifier(column),
                company=company.id,
                month=month,
                owners=list(bases),
                **stamp(self.env),
            )
        )
        accounts = self.browse(row[0] for row in rows)
        accounts._write_figures(company, month, column, bases)
        return accounts

    def _fill(self):
        """Compute the figures of these accounts anew, whatever their state."""
        self.flush_recordset()
        for (company, month, column), accounts in self.grouped(
            lambda each: (each.company_id, each.month, each._column())
        ).items():
            bases = self._bases(company, month, column)
            accounts._write_figures(company, month, column, bases)

    def _column(self):
        """:return: the field that says whose account it is"""
        return "region_id" if self.region_id else "user_id"

    @api.model
    def _bases(self, company, month, column):
        """Return what everybody's figures of a month are computed from.

        :param company: a root company
        :param date month: the month's last day
        :param str column: ``user_id`` or ``region_id``
        :return: {id of a user or region: :class:`Base`}
        """
        self.env.flush_all()
        rows = self.env.execute_query(self._bases_sql(company, month, column))
        return {owner: Base(*numbers) for owner, *numbers in rows}

    def _write_figures(self, company, month, column, bases):
        """Put down the figures, and what is set apart, of accounts of one month."""
        if not self:
            return
        scales = self.env["collection.benchmark"]._scales(company)
        unit = company.currency_id.rounding
        sheets = [
            account._sheet(bases.get(account[column].id, Base()), scales, unit)
            for account in self
        ]
        for query in (
            self._forget_sql("collection_assessment_line"),
            self._forget_sql("collection_assessment_item"),
            self._lines_sql(company, sheets),
            self._apart_sql(company, month, column),
            self._totals_sql(sheets),
        ):
            self.env.cr.execute(query)
        self.env.invalidate_all()

    def _sheet(self, base, scales, unit):
        """Return an account's figures as they are written down.

        :rtype: dict
        """
        found = assess(base, scales, unit)
        shares = _shared_out(found, unit)
        lines = []
        for number, (line, share) in enumerate(zip(found.lines, shares, strict=True)):
            part, whole = (float(getattr(base, name)) for name in FRACTIONS[line.code])
            lines.append(
                {
                    **line._asdict(),
                    **_band(line, scales[line.code]),
                    "sequence": number,
                    "part": part,
                    "whole": whole,
                    "has_value": line.value is not None,
                    "rate": float(line.rate),
                    "amount": str(share),
                }
            )
        return {
            "id": self.id,
            "receivables": str(found.receivables),
            "rate": float(found.rate),
            "amount": str(found.amount),
            "lines": lines,
        }

    # === STATEMENTS === #

    def _forget_sql(self, table):
        return SQL(
            "DELETE FROM %s WHERE assessment_id = ANY(%s)",
            SQL.identifier(table),
            self.ids,
        )

    def _lines_sql(self, company, sheets):
        return SQL(
            """
            INSERT INTO collection_assessment_line (
                   assessment_id, company_id, sequence, code, part, whole, has_value,
                   value, benchmark, band, band_from, band_to, is_highest, rate,
                   amount, create_uid, write_uid, create_date, write_date)
            SELECT sheet.id, %(company)s, line.*, %(uid)s, %(uid)s, %(now)s, %(now)s
              FROM jsonb_to_recordset(%(sheets)s::jsonb) AS sheet(id int, lines jsonb),
                   jsonb_to_recordset(sheet.lines) AS line(%(columns)s)
            """,
            company=company.id,
            sheets=json.dumps(sheets),
            columns=SQL(LINE),
            **stamp(self.env),
        )

    def _totals_sql(self, sheets):
        return SQL(
            """
            UPDATE collection_assessment AS account
               SET receivables = sheet.receivables, rate = sheet.rate,
                   amount = sheet.amount, computed_on = %(now)s, write_uid = %(uid)s,
                   write_date = %(now)s,
                   apart = (SELECT COALESCE(SUM(item.amount), 0)
                              FROM collection_assessment_item AS item
                             WHERE item.assessment_id = account.id)
              FROM jsonb_to_recordset(%(sheets)s::jsonb) AS sheet(
                   id int, receivables numeric, rate float8, amount numeric)
             WHERE account.id = sheet.id
            """,
            sheets=json.dumps(sheets),
            uid=self.env.uid,
            now=fields.Datetime.to_string(self.env.cr.now()),
        )
