import json

from odoo import api, models
from odoo.tools import SQL, split_every

from odoo.addons.dealer_rating.core.quarter import deserves_credit

from ..core.limit import RAISE, Terms, direction, limit, refusal

BATCH = 1000  # dealers: what Odoo reads by one statement
STORED = ("sales", "invoice_count", "rate", "cap", "deposit_rate")


class CreditLimitProposal(models.Model):
    """How limits follow ratings: a few statements for every thousand dealers."""

    _inherit = "credit.limit.proposal"

    @api.model
    def _follow_quarters(self, quarters):
        """Let limits and terms follow quarters that were confirmed.

        Only the last quarter of a dealer counts: correcting an older one changes
        nothing now. Customers without a credit file get one; an archived one is left
        alone, somebody wants no credit control there.

        :return: the new rows
        """
        followed = self.browse()
        for ids in split_every(BATCH, quarters.ids):
            batch = quarters.browse(ids)
            self.env["credit.file"]._open_for_dealers(batch.dealer_id)
            followed |= self._follow(self._gather(batch.ids), "quarter")
        return followed

    @api.model
    def _follow_downgrade(self, dealers):
        """Let limits and terms follow grades that were lowered between two quarters.

        The sales are those that the limit was computed from; the limit never rises.

        :return: the new rows
        """
        followed = self.browse()
        for ids in split_every(BATCH, dealers.ids):
            rows = self._gather(self._last_quarters(dealers.browse(ids)))
            self._keep_sales(rows)
            followed |= self._follow(rows, "downgrade")
        return followed

    def _keep_sales(self, rows):
        """Put the sales that limits were computed from in the place of today's."""
        known = self._read_group(
            [("quarter_id", "in", [row["quarter_id"] for row in rows])],
            ["quarter_id"],
            ["id:max"],
        )
        newest = {
            each.quarter_id.id: each
            for each in self.browse(last for _quarter, last in known)
        }
        for row in rows:
            if earlier := newest.get(row["quarter_id"]):
                row |= {name: earlier[name] for name in ("sales", "invoice_count")}

    def _follow(self, rows, origin):
        """Store what rows come to, set the limits that may be set, and the terms.

        :param rows: list of dicts as :meth:`_gather` returns them
        :param str origin: ``quarter`` or ``downgrade``
        """
        if not rows:
            return self.browse()
        waiting = self.search(
            [
                ("file_id", "in", [row["file_id"] for row in rows]),
                ("state", "=", "proposed"),
            ]
        )
        awaited = set(waiting.file_id.ids)
        values = [self._outcome(row, origin, row["file_id"] in awaited) for row in rows]
        waiting._supersede()
        self._set_limits(values)
        self.env["credit.terms.change"]._apply(rows)
        return self._store(values)

    def _supersede(self):
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """UPDATE credit_limit_proposal
                      SET state = 'superseded', write_uid = %s, write_date = %s
                    WHERE id = ANY(%s)""",
                self.env.uid,
                self.env.cr.now(),
                self.ids,
            )
        )
        self.invalidate_recordset(["state"], flush=False)

    @api.model
    def _store(self, values):
        """Create rows by one statement, whatever their number.

        :param values: list of dicts, all with the same fields
        :return: the new records
        """
        names = SQL(", ").join(map(SQL.identifier, values[0]))
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                INSERT INTO credit_limit_proposal (
                       %(names)s, partner_id, company_id,
                       create_uid, write_uid, create_date, write_date)
                SELECT %(given)s, file.partner_id, file.company_id,
                       %(uid)s, %(uid)s, %(now)s, %(now)s
                  FROM json_populate_recordset(
                           NULL::credit_limit_proposal, %(values)s) AS given
                  JOIN credit_file AS file ON file.id = given.file_id
              ORDER BY given.quarter_id
                RETURNING id
                """,
                names=names,
                given=SQL(", ").join(
                    SQL("given.%s", SQL.identifier(name)) for name in values[0]
                ),
                values=json.dumps(values, default=str),
                uid=self.env.uid,
                now=self.env.cr.now(),
            )
        )
        # Dealers and files show these rows and what comes of them
        self.env.invalidate_all(flush=False)
        return self.browse(row_id for (row_id,) in rows)

    def _outcome(self, row, origin, awaited):
        """Return the values of the row that keeps what a dealer's figures come to."""
        currency = self.env["res.currency"].browse(row["currency_id"])
        terms = None
        if row["terms_id"]:
            terms = Terms(row["rate"], row["cap"], row["creditworthy"])
        refused = refusal(terms, _is_good(row))
        outcome = limit(row["sales"], terms, refused, currency.rounding)
        present = row["present"]
        state = "set"
        if direction(outcome.amount, present, currency.rounding) == RAISE:
            # A downgrade raises nothing; it may lower what waits to be accepted.
            raising = origin == "quarter" or awaited
            state = "proposed" if raising else "kept"
        return {
            "dealer_id": row["dealer_id"],
            "file_id": row["file_id"],
            "origin": origin,
            "quarter_id": row["quarter_id"],
            "grade_id": row["grade_id"],
            "policy_id": row["policy_id"],
            "refused": refused or None,
            "computed": outcome.computed,
            "amount": outcome.amount,
            "has_present": present is not None,
            "present": present or 0.0,
            "date_from": row["start"],
            "state": state,
            "limit_id": None,
            **{name: row[name] for name in STORED},
        }

    def _set_limits(self, values):
        """Set the limits that need nobody's approval, and name them in ``values``."""
        lower = [each for each in values if each["state"] == "set"]
        # Together, so that they are read together
        quarters = self.env["dealer.quarter"].browse(
            each["quarter_id"] for each in lower
        )
        granted = self.env["credit.limit"]._grant_each(
            [
                {name: each[name] for name in ("file_id", "amount", "date_from")}
                | {"reason": self._text_of(each, quarter)}
                for each, quarter in zip(lower, quarters, strict=True)
            ]
        )
        for each in lower:
            each["limit_id"] = granted[each["file_id"]]

    def _text_of(self, values, quarter):
        """Return the reason of the limit that is set."""
        grade = self.env["dealer.grade"].browse(values["grade_id"])
        currency = quarter.company_id.currency_id
        return self._reason_text(grade, quarter, self._explain(values, grade, currency))


def _is_good(row):
    """Tell whether a dealer's grade may give credit: one that was lowered since its
    quarter may be too weak for a new dealer."""
    is_good = not row["is_lowered"] or deserves_credit(
        row["tenure"], row["good_when_new"]
    )
    return row["is_good"] and is_good
