import logging

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ...statements import all_together

_logger = logging.getLogger(__name__)

UNDONE = ("planned", "sending", "failed")  # states of actions
COLLECTOR = "ar_collection.collection_group_collector"


class CollectionRun(models.Model):
    """What one day's procedure found due in one company, and what was done about it.

    A company's first run waits for a person: whoever installs collection on old books
    wants to see who would be written to before anybody is.
    """

    _name = "collection.run"
    _description = "Collection Run"
    _inherit = ["trade.record"]
    _order = "date desc, id desc"
    _rec_name = "date"

    company_id = fields.Many2one("res.company", required=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(required=True)
    state = fields.Selection(
        [("waiting", "Waits for a person"), ("planned", "Planned"), ("done", "Done")],
        required=True,
    )
    action_ids = fields.One2many("collection.action", "run_id", "Actions")
    action_count = fields.Integer("Customers", compute="_compute_counts")
    let_go_by_id = fields.Many2one("res.users")

    _day_unique = models.UniqueIndex(
        "(company_id, date)", "A company's procedure runs once a day."
    )

    @api.depends("action_ids")
    def _compute_counts(self):
        counts = dict(
            self.env["collection.action"]._read_group(
                [("run_id", "in", self.ids)], ["run_id"], ["__count"]
            )
        )
        for run in self:
            run.action_count = counts.get(run, 0)

    # === ACTION METHODS === #

    def action_let_go(self):
        """Let the first run of a company go; from then on it runs by itself.

        :raises AccessError: if the user is not a collector
        """
        if not self.env.user.has_group(COLLECTOR):
            raise AccessError(
                self.env._("Only collectors let a run go. Ask one of them.")
            )
        self.check_access("read")
        for run in self.sudo().filtered(lambda each: each.state == "waiting"):
            run.let_go_by_id = self.env.uid
            run._plan()
        # Whoever lets it go does not wait for tomorrow
        self.env.ref("ar_collection.collection_cron").sudo()._trigger()
        return True

    # === BUSINESS METHODS === #

    @api.model
    def _cron_collect(self):
        """Run the day's procedure of every company, then do what is planned.

        Safe to run any number of times, and to be killed anywhere.
        """
        procedures = self.env["collection.procedure"].sudo().search([])
        cron = self.env["ir.cron"]
        for company in procedures.company_id:
            for step in self._begin, self.env["collection.figure"].sudo()._close_months:
                try:
                    with self.env.cr.savepoint():
                        step(company, company._trade_day())
                except Exception:  # whatever it is, the other companies go on
                    _logger.exception("Collection of %s", company.name)
                    self.env.invalidate_all()
            cron._commit_progress()
        self.env["collection.action"]._perform_planned()

    @api.model
    def _begin(self, company, day):
        """Begin the run of a company and day, unless there is one.

        :return: the run
        """
        company = company.root_id
        self = self.with_company(company)
        run = self.search([("company_id", "=", company.id), ("date", "=", day)])
        if run and run.state != "waiting":
            return run
        with all_together(self.env.cr):
            self._catch_up(company, day)
        if not run:
            # One that nobody let go and a later day took the place of is none
            known = [("company_id", "=", company.id), ("let_go_by_id", "!=", False)]
            first = not self.search_count(known, limit=1)
            self.search(
                [("company_id", "=", company.id), ("state", "=", "waiting")]
            ).state = "done"
            run = self.create(
                {
                    "company_id": company.id,
                    "date": day,
                    "state": "waiting" if first else "planned",
                }
            )
        if run.state == "waiting":
            with all_together(self.env.cr):
                self.env["collection.case"]._weigh(company, day)
        else:
            run._plan()
        return run

    @api.model
    def _catch_up(self, company, day):
        """Bring everything up to date that decides about what is due: the items as the
        books have them, the promises by the money, the pauses by both, whose case is
        open; and the day until which each claim can be sued for."""
        items = self.env["collection.item"]
        items._sync(company, day)
        self.env["collection.promise"]._judge(company, day)
        items._update_pauses(company, day)
        self.env["collection.case"]._follow(company, day)
        items._update_limitation(company, day)

    def _finish(self):
        """Mark runs as done of which nothing is on its way any more."""
        todo = self.env["collection.action"]._read_group(
            [("run_id", "in", self.ids), ("state", "in", UNDONE)], ["run_id"]
        )
        busy = self.browse().union(*(run for (run,) in todo))
        (self - busy).write({"state": "done"})
