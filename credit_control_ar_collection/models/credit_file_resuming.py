from odoo import api, models
from odoo.tools import SQL

from odoo.addons.credit_control.groups import MANAGER, OFFICER
from odoo.addons.trade_credit_base.models.waiting.trade_waiting import Wait
from odoo.addons.trade_credit_base.sentences import Kept

from .credit_file import COLLECTION

ACTIVITY = "credit_control_ar_collection.mail_activity_type_resume"


class CreditFile(models.Model):
    """Resumption of supply once nothing is late any more."""

    _inherit = "credit.file"

    @api.model
    def _open_for_collection(self, customers, company):
        """Return the credit files of customers; open those that are missing.

        :param customers: commercial entities
        :param company: a root company
        :return: their files, archived ones left out
        """
        known = self.with_context(active_test=False).search(
            [("partner_id", "in", customers.ids), ("company_id", "=", company.id)]
        )
        new = self.with_context(mail_create_nolog=True, mail_notrack=True).create(
            [
                {"partner_id": customer.id, "company_id": company.id}
                for customer in customers - known.partner_id
            ]
        )
        return known.filtered("active") | new.with_env(self.env)

    @api.model
    def _collection_stopped(self, company=None):
        """:return: the files, archived ones too, to which collection stopped supply"""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """SELECT id FROM credit_file
                    WHERE on_hold AND stops::jsonb ? %s AND %s ORDER BY id""",
                COLLECTION,
                SQL("company_id = %s", company.id) if company else SQL("TRUE"),
            )
        )
        return self.sudo().browse(file_id for (file_id,) in rows)

    @api.model
    def _cron_collection_follow(self):
        """Look again at customers who are stopped: daily, and soon after money came."""
        for company, files in self._collection_stopped().grouped("company_id").items():
            with self.env["trade.job"]._apart(company):
                day = company._trade_day()
                self.env["collection.item"].sudo()._sync(company, day, files.partner_id)
                self._collection_follow(company, day)
                self.env["trade.job"]._report(company, files_followed=files)
            self.env["ir.cron"]._commit_progress(len(files))

    @api.model
    def _collection_follow_soon(self):
        """Look again at customers who are stopped within a minute, if any are."""
        if self._collection_stopped():
            cron = "credit_control_ar_collection.credit_collection_cron"
            self.env.ref(cron).sudo()._trigger()

    @api.model
    def _collection_follow(self, company, day):
        """Propose to resume supply where the last late item is paid, or resume it.

        Promises and disputes do not resume supply: who has not paid has not paid. A
        credit manager may resume it all the same.

        :param company: a root company; its items follow the ledger
        :param date day: today, where the company is
        """
        stopped = self._collection_stopped(company)
        late = self._collection_late(stopped, day)
        again = (stopped & late).filtered("collection_paid_on")
        again.collection_paid_on = False
        again._follow_waits("resume")
        paid = (stopped - late).filtered(lambda file: not file.collection_paid_on)
        paid.collection_paid_on = day
        if company.credit_collection_resume:
            (stopped - late)._collection_resume()
            report = {"supply_resumed": stopped - late}
        else:
            paid._collection_propose()
            report = {"supply_proposed": paid}
        self.env["trade.job"]._report(company, **report)

    def _collection_late(self, files, day):
        """:return: of these files, those whose customer owes late what comes to the
        floor of their procedure"""
        late = files.browse()
        procedures = self.env["collection.procedure"].sudo()
        for company, own in files.grouped("company_id").items():
            rows = self.env.execute_query(
                SQL(
                    """
                    SELECT file.id
                      FROM credit_file AS file
                      JOIN (%(floors)s) AS floors USING (partner_id)
                      JOIN collection_item AS item
                        ON item.partner_id = file.partner_id
                       AND item.company_id = file.company_id
                       AND item.state = 'open' AND item.residual > 0
                       AND item.date_due < %(day)s
                     WHERE file.id = ANY(%(ids)s)
                     GROUP BY file.id, floors.floor
                    HAVING SUM(item.residual) >= floors.floor
                    """,
                    floors=procedures._floors_sql(
                        company, SQL("SELECT unnest(%s)", own.partner_id.ids)
                    ),
                    day=day,
                    ids=own.ids,
                )
            )
            late += own.browse(file_id for (file_id,) in rows)
        return late

    def _collection_propose(self):
        """Ask the responsible officer, or all officers, whether supply resumes."""
        self._follow_waits("resume")
        self._collection_tell_cases(
            self.env._("Everything late is paid: supply may resume.")
        )

    @api.model
    def _waits(self):
        asked = [
            ("collection_paid_on", "!=", False),
            ("company_id.credit_collection_resume", "=", False),
        ]
        wait = Wait("resume", asked, "collection_paid_on", MANAGER, OFFICER, ACTIVITY)
        return [*super()._waits(), wait]

    def _wait_candidates(self, wait):
        return super()._wait_candidates(wait) | self.user_id

    def _wait_words(self, wait):
        if wait.code == "resume":
            return self.env._(
                "Everything late is paid. Resume supply, or leave it stopped."
            )
        return super()._wait_words(wait)

    def _collection_resume(self):
        """Take back what collection stopped, in the name of the current user."""
        files = self.sudo()
        files._resume_supply(COLLECTION)
        files.collection_paid_on = False
        files._follow_waits("resume")
        files._collection_tell_cases(self.env._("Supply resumes."))

    def _collection_tell_cases(self, text):
        """Write on the newest case of these customers what became of supply."""
        Cases = self.env["collection.case"].sudo()
        newest = Cases._read_group(
            [
                ("partner_id", "in", self.partner_id.ids),
                ("company_id", "in", self.company_id.ids),
            ],
            ["partner_id", "company_id"],
            ["id:max"],
        )
        known = {(file.partner_id, file.company_id) for file in self}
        cases = Cases.browse(
            case for partner, company, case in newest if (partner, company) in known
        )
        if cases:
            cases._message_log_batch(bodies=dict.fromkeys(cases.ids, text))

    @api.model
    def _collection_to_manual(self):
        """Turn stops by collection into stops by hand, which an officer can lift."""
        for file in self._collection_stopped():
            reason = file.stops.get("manual") or file.stops[COLLECTION]
            file._stop_supply("manual", Kept(reason))
            file._resume_supply(COLLECTION)
