import json

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, date_utils

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


class CollectionAssessment(models.Model):
    """Accounts are drawn up for a whole company with a fixed number of statements."""

    _inherit = "collection.assessment"

    @api.model
    def _cron_open(self):
        """Draw up last month's accounts of every company that has benchmarks.

        Safe to run any number of times, and to be killed anywhere.
        """
        benchmarks = self.env["collection.benchmark"].sudo().search([])
        for company in benchmarks.company_id:
            day = company._trade_day()
            month = date_utils.subtract(date_utils.start_of(day, "month"), days=1)
            known = [("company_id", "=", company.id), ("month", "=", month)]
            if not self.sudo().search_count(known, limit=1):
                self.sudo()._open(company, month)
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
                uid=self.env.uid,
                now=self.env.cr.now(),
            )
        )
        accounts = self.browse(row[0] for row in rows)
        accounts._write_figures(company, month, column, bases)
        return accounts

    def _fill(self):
        """Compute the figures of these accounts anew, whatever their state."""
        self.flush_recordset()
        for company, own in self.grouped("company_id").items():
            for month, accounts in own.grouped("month").items():
                regions = accounts.filtered("region_id")
                for column, some in (
                    ("region_id", regions),
                    ("user_id", accounts - regions),
                ):
                    if some:
                        bases = self._bases(company, month, column)
                        some._write_figures(company, month, column, bases)

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
                    **_band(line, scales[line.code]),
                    "sequence": number,
                    "code": line.code,
                    "part": part,
                    "whole": whole,
                    "has_value": line.value is not None,
                    "value": line.value,
                    "benchmark": line.benchmark,
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
            uid=self.env.uid,
            now=self.env.cr.now(),
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
