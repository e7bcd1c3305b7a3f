from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.trade_credit_base.windows import form_of, shipped

from ...groups import COLLECTOR, MANAGER
from ...statements import all_together

TYPE = "ar_collection.activity_first_run"
PATIENCE = 7  # days after which managers hear of a run that still waits


class CollectionRun(models.Model):
    """A company's first run: what it would do, and who is asked to start it."""

    _name = "collection.run"
    _inherit = ["collection.run", "mail.thread", "mail.activity.mixin"]
    _mail_post_access = "read"

    procedure_ids = fields.Many2many("collection.procedure", compute="_compute_first")
    stage_ids = fields.Many2many("collection.stage", compute="_compute_first")
    to_settle = fields.Text("To Settle First", compute="_compute_to_settle")

    # === COMPUTE METHODS === #

    @api.depends("state", "company_id")
    def _compute_first(self):
        """List the company's procedures, and the stages at which something is due."""
        for run in self:
            waiting = run.state == "waiting"
            own = [("company_id", "=", run.company_id.id)]
            procedures = self.env["collection.procedure"]
            run.procedure_ids = waiting and procedures.search(own)
            run.stage_ids = run.procedure_ids.stage_ids.filtered("preview_items")

    @api.depends("state", "company_id")
    @api.depends_context("lang")
    def _compute_to_settle(self):
        for run in self:
            waiting = run.state == "waiting"
            missing = waiting and run.company_id._collection_missing(run.procedure_ids)
            run.to_settle = "\n".join(missing or ())

    # === ACTION METHODS === #

    @api.model
    def action_first_run(self):
        """Show the first run of the current company while it waits, else all runs."""
        run = self._waiting_of(self.env.company.root_id)
        return (
            form_of(run)
            if run
            else shipped(self.env, "ar_collection.collection_run_action")
        )

    # === BUSINESS METHODS === #

    @api.model
    def _waiting_of(self, company):
        """:return: the first run of a root company while it waits; else none"""
        own = [("company_id", "=", company.id), ("state", "=", "waiting")]
        return self.search(own, limit=1)

    @api.model
    def _coming_sql(self, company, tomorrow):
        """Return what the next run does: a first one that waits as soon as it is
        started, on a quiet day on the next one that is not; see :meth:`_due_sql`.

        :param company: a root company
        :param date tomorrow: the day of any other run
        """
        if run := self.sudo()._waiting_of(company):
            return self._due_sql(company, run.date, self._collected_sql(company))
        return self._due_sql(company, tomorrow)

    # === WHO IS TOLD === #

    def _announced(self):
        """:return: the activities that ask somebody to start these runs"""
        return self.sudo().activity_search([TYPE])

    def _announce(self):
        """Ask whoever may start this run to do so, while there is something due: the
        company's collector, else all who may; managers too once it has waited long."""
        self.ensure_one()
        coming = self._coming_sql(self.company_id, self.date)
        with all_together(self.env.cr):
            [(due,)] = self.env.execute_query(
                SQL(
                    "SELECT EXISTS (SELECT FROM (%s) AS due WHERE state = 'due')",
                    coming,
                )
            )
        if not due:
            self._end_announcement()
            return
        known = self._announced()
        quiet = self.with_context(mail_activity_quick_update=True)
        for user in self._starters() - known.user_id:
            summary = self.with_context(lang=user.lang).env._("Check and start it")
            quiet.activity_schedule(
                TYPE, date_deadline=self.date, user_id=user.id, summary=summary
            )
        self._show_menu()

    def _end_announcement(self):
        """End what :meth:`_announce` began: nobody has to start these runs any more."""
        self._announced().unlink()
        self._show_menu()

    @api.model
    def _show_menu(self):
        """Show the way to the first run in the app's menu while one is announced."""
        menu = self.env.ref("ar_collection.collection_first_run_menu").sudo()
        kind = self.env.ref(TYPE)
        asked = (
            self.env["mail.activity"]
            .sudo()
            .search_count([("activity_type_id", "=", kind.id)], limit=1)
        )
        if menu.active != bool(asked):
            menu.active = bool(asked)

    def _starters(self):
        """:return: users who are asked to start this run"""
        collector = self.company_id.collection_collector_id
        asked = self._who(COLLECTOR)
        if collector in asked:
            asked = collector
        if (self.date - self.create_date.date()).days >= PATIENCE:
            asked |= self._who(MANAGER)
        return asked

    def _who(self, group):
        """:return: active users of a group who work in this run's company"""
        return self.env.ref(group).all_user_ids.filtered(
            lambda user: (
                user.active and not user.share and self.company_id in user.company_ids
            )
        )
