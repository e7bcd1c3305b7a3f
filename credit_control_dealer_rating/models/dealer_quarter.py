from odoo import models


class DealerQuarter(models.Model):
    """Limits, terms and supply follow what is decided on a quarter."""

    _inherit = "dealer.quarter"

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
            files = Files._open_for_dealers(quarters.sudo().dealer_id)
            files._stop_supply("rating", self._stop_text(choice, reason))
        kept = self.filtered(lambda quarter: quarter.proposal == "keep")
        Files._of_dealers(kept.sudo().dealer_id)._resume_rated()
        return result

    def _stop_text(self, choice, reason):
        if choice == "end":
            return self.env._("The contract was ended: %(reason)s", reason=reason)
        return self.env._("Two poor quarters running: %(reason)s", reason=reason)

    def _resume_the_better(self):
        """Resume supply to dealers whose newest quarter is not a poor one.

        A poor one has supply decided on again; that of others would end by no one. What
        a person decided stands where an older quarter is corrected, or the contract
        was ended.
        """
        newest = dict(
            self._read_group(
                [
                    ("dealer_id", "in", self.dealer_id.ids),
                    ("state", "=", "confirmed"),
                    ("is_current", "=", True),
                ],
                ["dealer_id"],
                ["date_from:max"],
            )
        )
        better = self.filtered(
            lambda quarter: (
                not quarter.grade_id.is_poor
                and quarter.dealer_id.active
                and quarter.date_from == newest[quarter.dealer_id]
            )
        )
        self.env["credit.file"].sudo()._of_dealers(better.dealer_id)._resume_rated()

    def _rating_period(self):
        """Return the quarter as people write it, in the language of the reader."""
        self.ensure_one()
        return self.env.company._rating_period(self.date_from, quarter=True)
