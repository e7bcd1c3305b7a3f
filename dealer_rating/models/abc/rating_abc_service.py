from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, split_every

from odoo.addons.trade_credit_base.windows import shipped_for

from .res_partner import ABC

VISIT = "dealer_rating.mail_activity_type_visit"

BATCH = 1000  # visits that are created in one go


class RatingAbcService(models.Model):
    """Service rule of a class: a file, a named salesperson, visits."""

    _name = "rating.abc.service"
    _description = "Service Rule of an ABC Class"
    _inherit = ["trade.rooted", "trade.owned", "trade.card"]
    _order = "company_id, abc_class"
    _rec_name = "abc_class"

    abc_class = fields.Selection(ABC, "Class", required=True)
    needs_file = fields.Boolean(
        "Needs a File", help="Customers of the class are listed until they have one."
    )
    needs_salesperson = fields.Boolean(
        "Needs a Salesperson",
        help="Customers of the class are listed until they have a named salesperson. A "
        "salesperson who has left does not count.",
    )
    visit_days = fields.Integer(
        "Visit Every (Days)",
        help="A visit is planned when the last one is so many days ago. 0: no visits.",
    )
    user_id = fields.Many2one(
        "res.users",
        "Stand-in",
        domain="[('share', '=', False)]",
        help="Gets the visits of customers without a salesperson. If empty, none is "
        "planned for them.",
    )
    note = fields.Text("Further Service")
    customer_count = fields.Integer("Customers", compute="_compute_counts")
    without_file_count = fields.Integer("Without a File", compute="_compute_counts")
    without_salesperson_count = fields.Integer(
        "Without a Salesperson", compute="_compute_counts"
    )

    _class_unique = models.UniqueIndex(
        "(company_id, abc_class)", "This class already has its rule in this company."
    )
    _visit_days_positive = models.Constraint(
        "CHECK (visit_days >= 0)", "The days between visits cannot be negative."
    )

    # === COMPUTE METHODS === #

    @api.depends("company_id", "abc_class", "needs_file", "needs_salesperson")
    def _compute_counts(self):
        for rule in self:
            unfiled, unsold = rule._without_file(), rule._without_salesperson()
            needs = rule.needs_salesperson
            rule.customer_count = rule._count(Domain.TRUE)
            rule.without_file_count = rule.needs_file and rule._count(unfiled)
            rule.without_salesperson_count = needs and rule._count(unsold)

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        rules = super().create(vals_list)
        self._plan_soon()
        return rules

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {"visit_days", "user_id", "abc_class", "company_id"}:
            self._plan_soon()
        return result

    # === ACTION METHODS === #

    def action_open_customers(self):
        """Open the customers of the class."""
        return self._open(self.env._("Customers of the Class"), Domain.TRUE)

    def action_open_without_file(self):
        """Open the customers of the class who still need a file."""
        return self._open(self.env._("Customers without a File"), self._without_file())

    def action_open_without_salesperson(self):
        """Open the customers of the class without a named salesperson, to name one."""
        return self._open(
            self.env._("Customers without a Salesperson"), self._without_salesperson()
        )

    # === BUSINESS METHODS === #

    def _count(self, domain):
        return self._customers().search_count(self._of_class() & domain)

    def _open(self, name, domain):
        """Open customers by id: a class is another in another company."""
        self.ensure_one()
        customers = self._customers().search(self._of_class() & domain)
        xml_id = "dealer_rating.rating_abc_customer_action"
        return shipped_for(self.env, xml_id, [("id", "in", customers.ids)], name=name)

    def _customers(self):
        """Return the model of customers, as the rule's company sees it."""
        self.ensure_one()
        return self.env["res.partner"].with_company(self.company_id)

    def _of_class(self):
        """Return which customers have the class; to be asked of :meth:`_customers`."""
        return Domain("rating_abc_class", "=", self.abc_class)

    def _without_salesperson(self):
        return Domain("user_id", "=", False) | Domain("user_id.active", "=", False)

    def _without_file(self):
        """Return which customers have no file: here, are no rated dealers.

        Extend to ask for another kind of file. Of whichever class they are.

        :rtype: Domain
        """
        dealers = self.env["rating.dealer"].sudo()
        query = dealers._search([("company_id", "=", self.company_id.id)])
        return Domain("id", "not in", query.subselect("partner_id"))

    # === VISITS === #

    @api.model
    def _plan_soon(self):
        """Trigger the scheduled job that plans visits."""
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
                with self.env["trade.job"]._apart(company):
                    planned = self._plan(visits)
                    self.env["trade.job"]._report(company, visits_planned=planned)
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
        """Return the customers to visit, with the place of each among those of its
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
        """Create these visits in one go, without a mail for each of them.

        :param visits: rows as :meth:`_visits_due` gives them
        :return: the activities
        """
        customers = self.env["res.partner"].browse(visit[0] for visit in visits)
        customers.mapped("display_name")  # else Odoo reads them one by one
        kind, model = self.env.ref(VISIT), self.env["ir.model"]._get("res.partner")
        activities = self.env["mail.activity"]
        return activities.with_context(mail_activity_quick_update=True).create(
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
