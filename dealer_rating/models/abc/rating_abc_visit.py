from odoo import api, models
from odoo.tools import SQL, split_every

VISIT = "dealer_rating.mail_activity_type_visit"
BATCH = 1000  # visits that are created in one go


class RatingAbcService(models.Model):
    """The visit rhythm: activities that come back, one customer one open visit.

    A visit is an activity of our own type on the customer or one of his contacts.
    Odoo keeps a done activity archived, with the day it was done, and a message that
    names the type; either counts. A cancelled one is deleted and was no visit.
    """

    _inherit = "rating.abc.service"

    @api.model
    def _plan_soon(self):
        """Let the scheduled job plan visits as soon as it can."""
        cron = self.env.ref("dealer_rating.rating_abc_visit_cron", False)
        if cron:  # else somebody deleted it, and wants no visits
            cron.sudo()._trigger()

    @api.model
    def _cron_plan_visits(self):
        """Plan the visits that are due, company by company, some at a time.

        Only this job plans, and Odoo runs it once at a time: no customer gets two.
        """
        self._drop_orphans()
        rules = self.sudo().search([("visit_days", ">", 0)])
        for company in rules.company_id:
            due = self._visits_due(company)
            self.env["ir.cron"]._commit_progress(remaining=len(due))
            for visits in split_every(BATCH, due):
                self._plan(visits)
                self.env.invalidate_all()  # memory stays flat
                if not self.env["ir.cron"]._commit_progress(len(visits)):
                    return

    @api.model
    def _drop_orphans(self):
        """Take back open visits of users who have left, as archiving them by button
        does: they are planned anew for who comes after."""
        visits = self.env["mail.activity"].sudo()
        visits.search(
            [
                ("activity_type_id", "=", self.env.ref(VISIT).id),
                ("user_id", "!=", False),
                ("user_id.active", "=", False),
            ]
        ).unlink()

    @api.model
    def _visits_due(self, company):
        """Return the visits to plan in a company, in one statement.

        :return: rows (partner id, user id, deadline); an active customer of a class
            with a rhythm whose salesperson, or whose stand-in, is there
        :rtype: list[tuple]
        """
        day = company._trade_day()
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """WITH visit AS (%(visits)s), due AS (%(due)s)
                 SELECT partner_id, user_id,
                        CASE WHEN last IS NOT NULL THEN %(day)s
                             ELSE %(day)s + ((place - 1) * visit_days / many)::int END
                   FROM due ORDER BY user_id, partner_id""",
                visits=self._visits_sql(),
                due=self._due_sql(company, day),
                day=day,
            )
        )
        return self.env.cr.fetchall()

    def _visits_sql(self):
        """Return rows (partner_id, open, last): each customer's visits so far."""
        return SQL(
            """SELECT partner.commercial_partner_id AS partner_id,
                      bool_or(open) AS open, MAX(done) AS last
                 FROM (SELECT res_id, active AS open, date_done AS done
                         FROM mail_activity
                        WHERE res_model = 'res.partner' AND activity_type_id = %(type)s
                    UNION ALL
                       SELECT res_id, FALSE, date::date
                         FROM mail_message
                        WHERE model = 'res.partner'
                          AND mail_activity_type_id = %(type)s) AS told
                 JOIN res_partner partner ON partner.id = told.res_id
             GROUP BY partner.commercial_partner_id""",
            type=self.env.ref(VISIT).id,
        )

    def _due_sql(self, company, day):
        """Return the customers to visit, with the place of each among those of his
        salesperson who were never visited: their first visits are spread over the
        rhythm, so that nobody finds two hundred on the first day."""
        return SQL(
            """SELECT partner.id AS partner_id, rule.visit_days, visit.last,
                      COALESCE(seller.id, standin.id) AS user_id,
                      ROW_NUMBER() OVER (load ORDER BY partner.id) AS place,
                      COUNT(*) OVER load AS many
                 FROM rating_abc_service rule
                 JOIN res_partner partner
                   ON partner.rating_abc_class->>%(key)s = rule.abc_class
            LEFT JOIN res_users seller ON seller.id = partner.user_id AND seller.active
            LEFT JOIN res_users standin ON standin.id = rule.user_id AND standin.active
            LEFT JOIN visit ON visit.partner_id = partner.id
                WHERE rule.company_id = %(company)s AND rule.visit_days > 0
                  AND partner.active AND partner.commercial_partner_id = partner.id
                  AND COALESCE(seller.id, standin.id) IS NOT NULL
                  AND visit.open IS NOT TRUE
                  AND (visit.last IS NULL OR visit.last + rule.visit_days <= %(day)s)
               WINDOW load AS (PARTITION BY rule.id, visit.last IS NULL,
                                            COALESCE(seller.id, standin.id))""",
            key=str(company.id),
            company=company.id,
            day=day,
        )

    @api.model
    def _plan(self, visits):
        """Create these visits in one go; nobody is mailed about each of them.

        :param visits: rows as :meth:`_visits_due` gives them
        """
        customers = self.env["res.partner"].browse(visit[0] for visit in visits)
        customers.mapped("display_name")  # else Odoo reads them one by one
        kind, model = self.env.ref(VISIT), self.env["ir.model"]._get("res.partner")
        self.env["mail.activity"].with_context(mail_activity_quick_update=True).create(
            [
                {
                    "activity_type_id": kind.id,
                    "res_model_id": model.id,
                    "res_id": partner_id,
                    "user_id": user_id,
                    "date_deadline": deadline,
                    "automated": True,
                }
                for partner_id, user_id, deadline in visits
            ]
        )
