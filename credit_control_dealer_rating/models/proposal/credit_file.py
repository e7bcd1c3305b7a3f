from odoo import api, fields, models

from odoo.addons.credit_control.groups import MANAGER
from odoo.addons.trade_credit_base.models.waiting.trade_waiting import Wait
from odoo.addons.trade_credit_base.windows import shipped_for


class CreditFile(models.Model):
    """A credit file knows the dealer it is about, and the limits of its ratings."""

    _inherit = "credit.file"

    rating_dealer_id = fields.Many2one(
        "rating.dealer", "Rated Dealer", compute="_compute_rating", compute_sudo=True
    )
    rating_grade_id = fields.Many2one(
        related="rating_dealer_id.grade_id", depends=("rating_dealer_id",)
    )
    rating_limit_ids = fields.One2many(
        "credit.limit.proposal", "file_id", "Limits from Ratings", readonly=True
    )

    # === COMPUTE METHODS === #

    @api.depends("partner_id", "company_id")
    def _compute_rating(self):
        dealers = self.env["rating.dealer"]._by_customer(
            self.partner_id, self.company_id
        )
        for file in self:
            key = file.partner_id._origin, file.company_id._origin
            file.rating_dealer_id = dealers.get(key)

    # === ACTION METHODS === #

    def action_open_rating_limits(self):
        """Open the limits that ratings came to for this file."""
        self.ensure_one()
        xml_id = "credit_control_dealer_rating.credit_limit_proposal_action"
        return shipped_for(self.env, xml_id, [("file_id", "=", self.id)])

    # === WHO IS ASKED === #

    @api.model
    def _waits(self):
        proposed = [("state", "=", "proposed")]
        waiting = [("rating_limit_ids", "any", proposed)]
        since = "rating_limit_ids.create_date"
        # Limits that one person is to decide on are told of on the first file
        once = ("company_id", "user_id")
        wait = Wait(
            "limit", waiting, since, MANAGER, MANAGER, among=proposed, once=once
        )
        return [*super()._waits(), wait]

    def _wait_candidates(self, wait):
        return super()._wait_candidates(wait) | self.user_id

    def _wait_words(self, wait):
        if wait.code == "limit":
            return self.env._("Decide on the limits that ratings came to")
        return super()._wait_words(wait)

    # === BUSINESS METHODS === #

    @api.model
    def _open_for_dealers(self, dealers):
        """Open credit files for dealers who have none, not even an archived one.

        :return: the files of these dealers, archived ones left out
        """
        known = self._of_dealers(dealers, active=False)
        with_file = {(file.partner_id, file.company_id) for file in known}
        created = self.with_context(mail_create_nolog=True, mail_notrack=True).create(
            [
                {"partner_id": dealer.partner_id.id, "company_id": dealer.company_id.id}
                for dealer in dealers
                if (dealer.partner_id, dealer.company_id) not in with_file
            ]
        )
        return known.filtered("active") | created.with_env(self.env)

    @api.model
    def _of_dealers(self, dealers, active=True):
        """Return the credit files of dealers.

        :param bool active: leave archived files out
        """
        files = self.with_context(active_test=active).search(
            [
                ("partner_id", "in", dealers.partner_id.ids),
                ("company_id", "in", dealers.company_id.ids),
            ]
        )
        wanted = {(dealer.partner_id, dealer.company_id) for dealer in dealers}
        return files.filtered(
            lambda file: (file.partner_id, file.company_id) in wanted
        ).with_env(self.env)

    def _resume_rated(self):
        """Take back what a decision on two poor quarters stopped."""
        if stopped := self.filtered(lambda file: "rating" in (file.stops or {})):
            stopped._resume_supply("rating")
