from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.trade_credit_base.windows import form_of, shipped

from ...statements import all_together

TYPE = "ar_collection.activity_first_run"
NAMED = 10  # customers in a sentence


class CollectionRun(models.Model):
    """A company's first run: what it would do, and who is asked to start it."""

    _name = "collection.run"
    _inherit = ["collection.run", "mail.thread", "mail.activity.mixin", "trade.waiting"]
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
            # Who works in a branch reads no other company
            company = run.company_id.sudo()
            missing = waiting and [
                *company._collection_missing(run.procedure_ids),
                *run._unreached(),
            ]
            run.to_settle = "\n".join(missing or ())

    def _unreached(self):
        """Yield a sentence if this run would write to customers without an address."""
        due = self.env["collection.preview"]._read_group(
            [("stage_id", "in", self.stage_ids.ids), ("state", "=", "due")],
            ["partner_id"],
        )
        Partner = self.env["res.partner"].sudo()
        bare = Partner.search(
            [
                ("id", "in", [partner.id for (partner,) in due]),
                ("email", "=", False),
                ("street", "=", False),
            ]
        )
        known = ["|", ("email", "!=", False), ("street", "!=", False)]
        contacts = Partner.search([("commercial_partner_id", "in", bare.ids), *known])
        bare -= contacts.commercial_partner_id
        if bare:
            yield self.env._(
                "Customers with neither an e-mail address nor a street, whom no letter "
                "reaches: %(count)s (%(names)s)",
                count=len(bare),
                names=", ".join(bare[:NAMED].mapped("name"))
                + (" …" if bare[NAMED:] else ""),
            )

    # === ACTION METHODS === #

    @api.model
    def action_first_run(self):
        """Show the first run of the current company while it waits, with the ledger as
        it is now; else all runs.

        :raises AccessError: if the user does not work with collection
        """
        self.check_access("read")
        company = self.env.company.root_id
        if not self.sudo()._is_started(company):
            procedures = self.env["collection.procedure"].sudo()
            if procedures.search_count([("company_id", "=", company.id)], limit=1):
                self.sudo()._begin(company.sudo(), company._trade_day())
        run = self._waiting_of(company)
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
        if run := self._waiting_of(company):
            wanted = self._wanted_sql(company, run.date)
            everybody = SQL("%s AND %s", self._collected_sql(company), wanted)
            return self._due_sql(company, run.date, everybody)
        return self._due_sql(company, tomorrow)

    # === WHO IS TOLD === #

    def _has_due(self):
        """Tell whether this run would do anything once it is started."""
        self.ensure_one()
        coming = self._coming_sql(self.company_id, self.date)
        with all_together(self.env.cr):
            [(due,)] = self.env.execute_query(
                SQL(
                    "SELECT EXISTS (SELECT FROM (%s) AS due WHERE state = 'due')",
                    coming,
                )
            )
        return due

    def _announce(self):
        """Ask whoever may start this run to do so, while there is something due: the
        company's collector, else all who may; managers too once it has waited long."""
        self._meet_others()
        self._follow_waits("start")

    def _meet_others(self):
        """Let whoever starts this run at this moment come before or after this
        transaction: which of both is second begins anew, and sees what the first did.

        A lock is not enough: who waited for it would not see the activities.
        """
        written = SQL("UPDATE collection_run SET state = state WHERE id = %s", self.id)
        self.env.cr.execute(written)
