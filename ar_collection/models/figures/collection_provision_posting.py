import json

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tools import format_date

MANAGER = "ar_collection.collection_group_manager"


class CollectionProvision(models.Model):
    """How a provision gets into the books, when a manager says so, and out again."""

    _inherit = "collection.provision"

    entry = fields.Text(
        compute="_compute_entry", help="What would be posted, before it is."
    )
    in_force = fields.Boolean(
        compute="_compute_in_force", help="Its entry is posted and was not reversed."
    )

    @api.depends("difference", "date", "state", "company_id")
    def _compute_entry(self):
        for provision in self:
            shown = provision.state == "draft" and provision.difference
            provision.entry = shown and json.dumps(provision._entry_shown())

    @api.depends("move_id.state", "move_id.reversal_move_ids.state", "state")
    def _compute_in_force(self):
        for provision in self.sudo():
            back = provision.move_id.reversal_move_ids
            provision.in_force = (
                provision.state == "posted"
                and provision.move_id.state == "posted"
                and "posted" not in back.mapped("state")
            )

    # === ACTION METHODS === #

    def action_post(self):
        """Post the difference to what was posted before.

        :raises AccessError: if the user is not a manager
        :raises UserError: if there is nothing to post, or no account to post it on
        """
        self._check_may_post()
        for provision in self.sudo():
            provision._serialize()
            provision._check_postable()
            move = self.env["account.move"].sudo().create(provision._move_values())
            move._post(soft=False)
            provision.write(
                {
                    "state": "posted",
                    "move_id": move.id,
                    "against_id": provision.previous_id.id,
                    "posted_by_id": self.env.uid,
                }
            )
        return True

    def action_reverse(self):
        """Reverse the entry: what was posted before it is in force again.

        :raises AccessError: if the user is not a manager
        :raises UserError: if it is not posted, or a later one is
        """
        self._check_may_post()
        for provision in self.sudo():
            provision._serialize()
            if not provision.in_force:
                raise UserError(
                    self.env._(
                        "Only a provision whose entry is posted can be reversed."
                    )
                )
            provision._check_latest()
            day = provision.company_id._trade_day()
            reversal = provision.move_id._reverse_moves(
                [{"date": day, "ref": provision.move_id.ref}], cancel=True
            )
            provision.write({"state": "reversed", "reversal_id": reversal.id})
        return True

    def action_open_entries(self):
        """Open the entry and what reversed it."""
        return (self.move_id + self.reversal_id)._get_records_action(
            name=self.env._("Entries")
        )

    # === BUSINESS METHODS === #

    def _check_may_post(self):
        if not self.env.user.has_group(MANAGER):
            raise AccessError(
                self.env._(
                    "Only managers post and reverse provisions. Ask one of them."
                )
            )
        self.check_access("write")

    def _serialize(self):
        """Let one transaction at a time post in a company: each posts what differs
        from the one before, and would not see one that is being posted."""
        self.env.cr.execute(
            "UPDATE collection_provision SET state = state WHERE company_id = %s",
            [self.company_id.id],
        )

    def _check_postable(self):
        self._check_draft()
        self._check_latest()
        company = self.company_id
        if not self._accounts_complete():
            raise UserError(
                self.env._(
                    "Choose the journal and the two accounts of provisions in the "
                    "settings of %(company)s first.",
                    company=company.name,
                )
            )
        if company.currency_id.is_zero(self.difference):
            raise UserError(
                self.env._("There is nothing to post: as much is provided for already.")
            )

    def _accounts_complete(self):
        company = self.company_id
        return bool(
            company.collection_provision_journal_id
            and company.collection_provision_account_id
            and company.collection_provision_expense_account_id
        )

    def _check_latest(self):
        """Refuse what would come before a provision that is in force."""
        later = self._latest(after=True)
        if later:
            raise UserError(
                self.env._(
                    "The provision of %(day)s is in force after this one: reverse it "
                    "first.",
                    day=format_date(self.env, later.date),
                )
            )

    def _reference(self):
        return self.env._(
            "Expected credit losses on %(day)s", day=format_date(self.env, self.date)
        )

    def _move_values(self):
        """Return the entry as values of account.move. Extend to add to it."""
        company = self.company_id
        amount = self.difference
        return {
            "move_type": "entry",
            "company_id": company.id,
            "journal_id": company.collection_provision_journal_id.id,
            "date": self.date,
            "ref": self._reference(),
            "line_ids": [
                Command.create(
                    {
                        "account_id": account.id,
                        "name": self._reference(),
                        "debit": max(signed, 0),
                        "credit": max(-signed, 0),
                    }
                )
                for account, signed in (
                    (company.collection_provision_expense_account_id, amount),
                    (company.collection_provision_account_id, -amount),
                )
            ],
        }

    def _entry_shown(self):
        """Return the entry for the widget that shows entries before they are made."""
        currency = self.currency_id
        values = self.sudo()._move_values()
        rows = []
        for _command, _id, line in values["line_ids"]:
            account = self.env["account.account"].sudo().browse(line["account_id"])
            rows.append(
                {
                    "account": account.display_name or self.env._("See the settings"),
                    "debit": currency.format(line["debit"]) if line["debit"] else "",
                    "credit": currency.format(line["credit"]) if line["credit"] else "",
                }
            )
        amounts = "text-end text-nowrap"
        return {
            "groups_vals": [
                {
                    "group_name": values["ref"],
                    "items_vals": [[0, 0, row] for row in rows],
                }
            ],
            "options": {
                "columns": [
                    {"field": "account", "label": self.env._("Account")},
                    {
                        "field": "debit",
                        "label": self.env._("Debit"),
                        "class": amounts,
                    },
                    {
                        "field": "credit",
                        "label": self.env._("Credit"),
                        "class": amounts,
                    },
                ]
            },
        }
