from babel.dates import format_skeleton

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools.misc import get_lang

FINANCE = "ar_collection.collection_group_finance"
MANAGER = "ar_collection.collection_group_manager"


class CollectionAssessment(models.Model):
    """What a salesperson, or a region, earned or lost on the receivables in a month.

    A draft follows the books whenever it is computed anew; what finance agreed stays
    as it is.
    """

    _name = "collection.assessment"
    _description = "Salesperson's Account"
    _inherit = ["mail.thread", "trade.record"]
    _mail_post_access = "read"
    _order = "month desc, amount, id"

    company_id = fields.Many2one("res.company", required=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one("res.users", "Salesperson", index="btree_not_null")
    region_id = fields.Many2one("res.country.state", index="btree_not_null")
    month = fields.Date(required=True, help="Its last day: the figures are as of then.")
    state = fields.Selection(
        [("draft", "Draft"), ("agreed", "Agreed by finance"), ("closed", "Closed")],
        default="draft",
        required=True,
        tracking=True,
    )
    receivables = fields.Monetary(
        help="At the end of the month, without what is set apart.",
    )
    apart = fields.Monetary(
        "Set Apart", help="Open at the end of the month, but not counted."
    )
    rate = fields.Float(digits=(16, 6), aggregator=None, help="All rates together.")
    amount = fields.Monetary(
        "Reward or Penalty",
        tracking=True,
        help="Receivables × the sum of the rates; a penalty is negative.",
    )
    computed_on = fields.Datetime("Computed", readonly=True)
    agreed_by_id = fields.Many2one("res.users")
    agreed_on = fields.Date()
    closed_by_id = fields.Many2one("res.users")
    closed_on = fields.Date()
    line_ids = fields.One2many("collection.assessment.line", "assessment_id", "Figures")
    item_ids = fields.One2many(
        "collection.assessment.item", "assessment_id", "Items Set Apart"
    )
    item_count = fields.Integer("Items Apart", compute="_compute_item_count")

    _user_unique = models.UniqueIndex(
        "(company_id, month, user_id) WHERE user_id IS NOT NULL",
        "A salesperson has one account a month.",
    )
    _region_unique = models.UniqueIndex(
        "(company_id, month, region_id) WHERE region_id IS NOT NULL",
        "A region has one account a month.",
    )
    _whose = models.Constraint(
        "CHECK ((user_id IS NULL) != (region_id IS NULL))",
        "An account is a salesperson's or a region's.",
    )

    @api.depends("user_id", "region_id", "month")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for account in self:
            whose = account.user_id.name or account.region_id.display_name or ""
            account.display_name = f"{whose}, {account._month_text()}"

    @api.depends("item_ids")
    def _compute_item_count(self):
        counts = dict(
            self.env["collection.assessment.item"]._read_group(
                [("assessment_id", "in", self.ids)], ["assessment_id"], ["__count"]
            )
        )
        for account in self:
            account.item_count = counts.get(account, 0)

    @api.model
    def _instead(self):
        return self.env._(
            "While it is a draft, correct the books and compute the account anew."
        )

    # === ACTION METHODS === #

    def action_compute(self):
        """Compute drafts anew from the books, benchmarks, disputes and objections.

        :raises AccessError: if the user is not of finance
        :raises UserError: if one is agreed already
        """
        self._check_may(FINANCE, "draft")
        self.sudo()._fill()
        return True

    def action_agree(self):
        """Agree accounts for finance; from then on they do not follow the books.

        :raises AccessError: if the user is not of finance, or it is the own account
        :raises UserError: if one is no draft
        """
        self._check_may(FINANCE, "draft")
        self._check_not_own()
        self._set("agreed", "agreed")
        return True

    def action_close(self):
        """Close accounts that finance agreed: they are paid or deducted as they are.

        :raises AccessError: if the user is no manager, or it is the own account
        :raises UserError: if one is not agreed
        """
        self._check_may(MANAGER, "agreed")
        self._check_not_own()
        self._set("closed", "closed")
        return True

    def action_back_to_draft(self):
        """Take the agreement of finance back, to have the accounts computed anew.

        :raises AccessError: if the user is no manager
        :raises UserError: if one is not agreed
        """
        self._check_may(MANAGER, "agreed")
        self.sudo().write({"state": "draft", "agreed_by_id": False, "agreed_on": False})
        return True

    def action_open_receivables(self):
        """Show the items that count, as the books are now.

        :rtype: dict
        """
        self.ensure_one()
        self.check_access("read")
        return self._open_base("receivables_share", self.env._("Receivables"))

    # === BUSINESS METHODS === #

    def _rate_text(self, rate):
        """:return: a rate, a share, in percent as a person reads it"""
        return self.env["collection.benchmark"]._value_text("rate", rate)

    def _month_text(self):
        """Return the month as the reader's language has it: a fixed pattern would keep
        the order of English.

        :return: like *March 2026*
        """
        lang = get_lang(self.env)
        return format_skeleton("yMMMM", self.month, locale=lang.code)

    def _page_name(self):
        """:return: what the pages of the PDF are told apart by, in ASCII"""
        return f"{self.month:%Y-%m}"

    def _set(self, state, field):
        for company, accounts in self.sudo().grouped("company_id").items():
            accounts.write(
                {
                    "state": state,
                    f"{field}_by_id": self.env.uid,
                    f"{field}_on": company._trade_day(),
                }
            )

    def _check_may(self, group, state):
        """Refuse who may not, and accounts that are not where they should be.

        :raises AccessError: if the user lacks ``group`` or does not see the accounts
        :raises UserError: if an account is not in ``state``
        """
        if not self.env.user.has_group(group):
            raise AccessError(
                self.env._(
                    "Only %(group)s may do that with a salesperson's account. Ask one "
                    "of them.",
                    group=self.env.ref(group).sudo().full_name,
                )
            )
        self.check_access("read")
        wrong = self.filtered(lambda account: account.state != state)
        if wrong:
            raise UserError(
                self.env._(
                    "%(account)s is not in the state that this starts from. Leave it "
                    "out.",
                    account=wrong[0].display_name,
                )
            )

    def _check_not_own(self):
        if self.env.user in self.user_id:
            raise AccessError(
                self.env._("Nobody passes the own account. Ask a colleague.")
            )
