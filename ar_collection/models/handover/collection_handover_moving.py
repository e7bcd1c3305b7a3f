from odoo import fields, models
from odoo.tools import SQL


class CollectionHandover(models.Model):
    """How a hand-over is filled, and what it moves: statements, not loops."""

    _inherit = "collection.handover"

    def _fill(self, partners=None):
        """Write down the customers with what they owe today, in place of what is there.

        :param partners: only these customers, if any are given
        """
        self.ensure_one()
        day = self.company_id._trade_day()
        customers = (partners or self.env["res.partner"]).commercial_partner_id
        chosen = customers.ids
        self.env["collection.item"]._sync(self.company_id, day, customers or None)
        self.line_ids.unlink()
        self.figures_on = day
        self.env.flush_all()
        self.env.cr.execute(self._fill_sql(day, chosen))
        self.invalidate_recordset()
        self.env["collection.handover.line"].invalidate_model()

    def _fill_sql(self, day, chosen):
        return SQL(
            """
            INSERT INTO collection_handover_line (
                   handover_id, company_id, partner_id, case_id, to_id, date, state,
                   receivables, overdue, days_late, item_count, stage_id,
                   promise_count, promised, promised_for, dispute_count, disputed,
                   create_uid, write_uid, create_date, write_date)
            SELECT %(handover)s, %(company)s, owing.partner_id, opened.id, %(taker)s,
                   %(date)s, 'draft', owing.receivables, COALESCE(owing.overdue, 0),
                   GREATEST(owing.days, 0), owing.items, opened.stage_id,
                   COALESCE(promise.number, 0), COALESCE(promise.amount, 0),
                   promise.day, COALESCE(dispute.number, 0),
                   COALESCE(dispute.amount, 0), %(uid)s, %(uid)s, %(now)s, %(now)s
              FROM (SELECT partner_id, SUM(residual) AS receivables,
                           SUM(residual) FILTER (WHERE date_due < %(day)s) AS overdue,
                           MAX(%(day)s::date - date_due) AS days, COUNT(*) AS items
                      FROM collection_item
                     WHERE company_id = %(company)s AND state = 'open' AND residual > 0
                     GROUP BY partner_id) AS owing
              JOIN res_partner AS partner ON partner.id = owing.partner_id
              LEFT JOIN collection_case AS opened
                ON opened.partner_id = owing.partner_id AND opened.state = 'open'
               AND opened.company_id = %(company)s
              LEFT JOIN (SELECT partner_id, COUNT(*) AS number, SUM(amount) AS amount,
                                MIN(date) AS day
                           FROM collection_promise
                          WHERE company_id = %(company)s AND state = 'open'
                          GROUP BY partner_id) AS promise
                ON promise.partner_id = owing.partner_id
              LEFT JOIN (SELECT partner_id, COUNT(*) AS number, SUM(amount) AS amount
                           FROM collection_dispute
                          WHERE company_id = %(company)s AND state IN ('open', 'valid')
                          GROUP BY partner_id) AS dispute
                ON dispute.partner_id = owing.partner_id
             WHERE (partner.user_id = %(giver)s OR opened.user_id = %(giver)s)
               AND (%(everybody)s OR owing.partner_id = ANY(%(chosen)s))
            """,
            handover=self.id,
            company=self.company_id.id,
            giver=self.from_id.id,
            taker=self.to_id.id,
            date=self.date,
            day=day,
            uid=self.env.uid,
            now=self.env.cr.now(),
            everybody=not chosen,
            chosen=chosen,
        )

    def _move(self):
        """Move customers, cases and what is to do on them to the other person.

        A case that the company took over stays with its collector.
        """
        self.ensure_one()
        giver, taker = self.from_id, self.to_id
        customers = self.env["res.partner"].with_context(active_test=False)
        customers.search(
            [
                ("commercial_partner_id", "in", self.line_ids.partner_id.ids),
                ("user_id", "=", giver.id),
            ]
        ).write({"user_id": taker.id})
        cases = self.line_ids.case_id
        own = cases.filtered(lambda case: case.user_id == giver)
        own.with_context(mail_notrack=True).write({"user_id": taker.id})
        self._move_activities(own)
        self.write(
            {
                "state": "done",
                "confirmed_by_id": self.env.uid,
                "confirmed_on": fields.Datetime.now(),
            }
        )
        self._tell_cases()

    def _move_activities(self, cases):
        """Give what the one still had to do on these cases to the other."""
        activities = self.env["mail.activity"].search(
            [
                ("res_model", "=", cases._name),
                ("res_id", "in", cases.ids),
                ("user_id", "=", self.from_id.id),
            ]
        )
        quietly = activities.with_context(mail_activity_quick_update=True)
        quietly.write({"user_id": self.to_id.id})

    def _tell_cases(self):
        lines = self.line_ids.filtered("case_id")
        lines.case_id._message_log_batch(
            bodies={
                line.case_id.id: self.env._(
                    "Handed over from %(giver)s to %(taker)s: %(receivables)s owed, "
                    "%(overdue)s of it overdue.",
                    giver=self.from_id.name,
                    taker=self.to_id.name,
                    receivables=line.currency_id.format(line.receivables),
                    overdue=line.currency_id.format(line.overdue),
                )
                for line in lines
            }
        )
