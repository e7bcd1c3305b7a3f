import json

from odoo import api, models
from odoo.tools import SQL


class CreditLimit(models.Model):
    """How many limits are granted at once, by a few statements."""

    _inherit = "credit.limit"

    @api.model
    def _grant_each(self, values):
        """Grant each of many files a permanent limit of its own.

        Whoever calls this has checked that the limits may be granted.

        :param values: list of dicts with ``file_id``, ``amount`` in company currency,
            ``date_from`` and ``reason``; no file twice
        :return: {file id: the id of the new limit}
        :raises ValidationError: if an amount is beyond anything a company could owe
        """
        if not values:
            return {}
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                INSERT INTO credit_limit (
                       file_id, partner_id, company_id, kind, amount, date_from, reason,
                       create_uid, write_uid, create_date, write_date)
                SELECT file.id, file.partner_id, file.company_id, 'permanent',
                       given.amount, given.date_from, given.reason,
                       %(uid)s, %(uid)s, %(now)s, %(now)s
                  FROM json_populate_recordset(
                           NULL::credit_limit, %(values)s) AS given
                  JOIN credit_file AS file ON file.id = given.file_id
              ORDER BY file.id
                RETURNING file_id, id
                """,
                uid=self.env.uid,
                now=self.env.cr.now(),
                values=json.dumps(values, default=str),
            )
        )
        granted = dict(rows)
        self.browse(granted.values())._check_amount()
        files = self.env["credit.file"].browse(granted)
        files.invalidate_model(flush=False)
        files._push_core_limit()
        self.env["credit.decision"]._retake_soon(files)
        return granted
