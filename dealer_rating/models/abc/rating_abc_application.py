from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date


class RatingAbc(models.Model):
    """Application of a classification to the customers, by hand or each month."""

    _inherit = "rating.abc"

    def _apply(self, user):
        """Give every customer the class that was computed, in the name of ``user``.

        :raises UserError: if nothing is computed, or a later one was applied already
        """
        for abc in self.sudo().sorted("date"):
            abc._check_appliable()
            abc.write(
                {
                    "state": "applied",
                    "applied_on": fields.Datetime.now(),
                    "applied_by_id": user.id,
                }
            )
            abc._write_previous()
            abc._write_classes()
            abc.activity_unlink(["dealer_rating.mail_activity_type_abc"])
        self.env["rating.abc.service"]._plan_soon()

    def _check_appliable(self):
        if not self.computed_on:
            raise UserError(
                self.env._(
                    "The classification of %(day)s is not computed yet. Compute it, "
                    "look at it, then apply it.",
                    day=format_date(self.env, self.date),
                )
            )
        later = self._last_applied(self.company_id)
        if later.date and later.date > self.date:
            raise UserError(
                self.env._(
                    "The classification of %(later)s is newer than that of %(day)s and "
                    "was applied already.",
                    later=format_date(self.env, later.date),
                    day=format_date(self.env, self.date),
                )
            )

    @api.model
    def _last_applied(self, company):
        """:return: the applied classification of a company with the latest day"""
        return self.search(
            [("company_id", "=", company.id), ("state", "=", "applied")], limit=1
        )

    def _write_previous(self):
        """Update the lines' present classes: others may have been applied since."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """UPDATE rating_abc_line line
                      SET previous_class = previous, move = %(move)s
                     FROM (SELECT id, rating_abc_class->>%(key)s AS previous
                             FROM res_partner) AS partner
                    WHERE line.partner_id = partner.id AND line.abc_id = %(id)s
                      AND line.previous_class IS DISTINCT FROM previous""",
                move=self._move_sql(),
                key=str(self.company_id.id),
                id=self.id,
            )
        )
        self.env["rating.abc.line"].invalidate_model(["previous_class", "move"])

    def _write_classes(self):
        """Give each customer its class, since when, and the one before, at once.

        Only those whose class changes are written; a customer in no line loses it. The
        values go to the branches too: their users look at the same customers.
        """
        self.env.cr.execute(
            SQL(
                """UPDATE res_partner partner
                      SET rating_abc_class = %(class)s, rating_abc_date = %(date)s,
                          rating_abc_previous = %(previous)s,
                          write_uid = %(user)s, write_date = %(now)s
                     FROM (SELECT known.id, line.abc_class AS new,
                                  known.rating_abc_class->>%(key)s AS old
                             FROM res_partner known
                        LEFT JOIN rating_abc_line line
                               ON line.partner_id = known.id AND line.abc_id = %(id)s
                            WHERE known.rating_abc_class->>%(key)s
                                  IS DISTINCT FROM line.abc_class) AS change
                    WHERE partner.id = change.id""",
                **{
                    "class": self._given_sql("rating_abc_class", SQL("change.new")),
                    "date": self._given_sql(
                        "rating_abc_date", SQL("%s::text", str(self.date))
                    ),
                    "previous": self._given_sql(
                        "rating_abc_previous", SQL("change.old")
                    ),
                },
                key=str(self.company_id.id),
                id=self.id,
                user=self.env.uid,
                now=fields.Datetime.now(),
            )
        )
        self.env["res.partner"].invalidate_model()

    def _given_sql(self, column, value):
        """Return a company dependent column with ``value`` in the company and its
        branches; where that is null they have none."""
        keys = [str(branch.id) for branch in self._branches()]
        return SQL(
            """CASE WHEN %(value)s IS NULL THEN NULLIF(%(column)s - %(keys)s::text[],
                                                       '{}'::jsonb)
                    ELSE COALESCE(%(column)s, '{}'::jsonb)
                         || (SELECT jsonb_object_agg(key, %(value)s)
                               FROM unnest(%(keys)s::text[]) AS key) END""",
            column=SQL.identifier("partner", column),
            value=value,
            keys=keys,
        )

    # === EACH MONTH === #

    @api.model
    def _cron_reclassify(self):
        """Classify the companies anew that are not yet classified this month."""
        companies = self.env["res.company"].search([("parent_id", "=", False)])
        self.env["ir.cron"]._commit_progress(remaining=len(companies))
        for company in companies:
            self._reclassify(company)
            if not self.env["ir.cron"]._commit_progress(1):
                break

    @api.model
    def _reclassify(self, company):
        """Classify a company as it last was, unless that was done this month.

        An automatic draft of an earlier month that nobody applied is made anew: drafts
        do not pile up. A second call in the month changes nothing.

        :return: the classification, or none
        """
        last = self._last_applied(company)
        day = company._trade_day()
        # A draft that somebody tries things on is not this month's classification
        own = self.search(
            [
                ("company_id", "=", company.id),
                "|",
                ("state", "=", "applied"),
                ("automatic", "=", True),
            ]
        )
        if not last or last.repeat == "no":
            return self.browse()
        if own.filtered(lambda abc: abc.date >= day.replace(day=1)):
            return self.browse()
        own.filtered(lambda abc: abc.state == "draft").unlink()
        abc = last.copy({"date": day, "automatic": True})
        abc._compute_lines()
        if last.repeat == "apply":
            abc._apply(self.env.user)
        else:
            abc._ask_to_apply(last.applied_by_id)
        return abc

    def _ask_to_apply(self, user):
        """Notify the user who applied the last one that the next waits."""
        if user.active and user != self.env.ref("base.user_root"):
            self.activity_schedule(
                "dealer_rating.mail_activity_type_abc", user_id=user.id
            )
