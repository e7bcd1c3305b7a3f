from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import date_utils
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)


class DealerQuarter(models.Model):
    """Limits, terms and supply follow what is decided on a quarter."""

    _inherit = "dealer.quarter"

    @api.model
    def _open(self, company, start, known_since=None):
        result = super()._open(company, start, known_since)
        self.sudo()._refuse_new(company.root_id, start)
        return result

    def _refuse_new(self, company, start):
        """Let dealers who are new in a quarter begin with a limit of zero.

        Without a file they might buy on credit unchecked. A limit that somebody granted
        stays: it was decided for this dealer.
        """
        dealers = self.env["rating.dealer"].search(
            [
                ("company_id", "=", company.id),
                ("since", ">=", start),
                ("since", "<=", date_utils.end_of(start, "quarter")),
                ("grade_id", "=", False),
            ]
        )
        # So does one that the accounting app has for a customer without a file
        dealers = dealers.filtered(
            lambda each: not each.partner_id.with_company(company).credit_limit
        )
        if not dealers:
            return
        files = self.env["credit.file"]._open_for_dealers(dealers)
        reason = _lt("New dealer: no credit in its first quarter")
        self.env["credit.limit"].create(
            [
                {
                    "file_id": file.id,
                    "amount": 0,
                    "date_from": company._trade_day(),
                    "reason": reason,
                }
                for file in files
                if not file.limit_ids
            ]
        )

    def _confirmed(self):
        result = super()._confirmed()
        self.env["credit.limit.proposal"].sudo()._follow_quarters(self.sudo())
        self.sudo()._resume_the_better()
        return result

    def _supply_decided(self):
        """Stop supply where that was decided, or the end; resume it otherwise."""
        result = super()._supply_decided()
        Files = self.env["credit.file"].sudo()
        stopped = self.filtered(lambda quarter: quarter.proposal in ("stop", "end"))
        for (choice, reason), quarters in stopped.grouped(
            lambda quarter: (quarter.proposal, quarter.proposal_reason)
        ).items():
            dealers = quarters.sudo().dealer_id
            files = Files._open_for_dealers(dealers)
            self._check_files_in_use(dealers, files)
            files._stop_supply("rating", self._stop_text(choice, reason))
        kept = self.filtered(lambda quarter: quarter.proposal == "keep")
        Files._of_dealers(kept.sudo().dealer_id)._resume_rated()
        return result

    def _check_files_in_use(self, dealers, files):
        """:raises UserError: if a dealer's file is archived: nothing would stop"""
        enforced = dealers.filtered(
            lambda dealer: dealer.company_id.root_id.credit_mode == "enforce"
        )
        for partner in enforced.partner_id - files.partner_id:
            raise UserError(
                self.env._(
                    "The credit file of %(dealer)s is archived. Take it out of the "
                    "archive to stop supply.",
                    dealer=partner.display_name,
                )
            )

    def _stop_text(self, choice, reason):
        if choice == "end":
            return _lt("The contract was ended: %(reason)s", reason=reason)
        return _lt("Two poor quarters running: %(reason)s", reason=reason)

    def _resume_the_better(self):
        """Resume supply to dealers whose newest quarter is not a poor one.

        A poor one has supply decided on again; that of others would end by no one. What
        a person decided stands where an older quarter is corrected, or the contract
        was ended.
        """
        confirmed = [
            ("dealer_id", "in", self.dealer_id.ids),
            ("state", "=", "confirmed"),
            ("is_current", "=", True),
        ]
        newest = dict(self._read_group(confirmed, ["dealer_id"], ["date_from:max"]))
        better = self.filtered(
            lambda quarter: (
                not quarter.grade_id.is_poor
                and quarter.dealer_id.active
                and quarter.date_from == newest[quarter.dealer_id]
            )
        )
        self.env["credit.file"].sudo()._of_dealers(better.dealer_id)._resume_rated()
