import json

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tools import format_date

from odoo.addons.ar_collection.groups import MANAGER, require
from odoo.addons.trade_credit_base.core.money import NoBase
from odoo.addons.trade_credit_base.models.guard.ir_default import own_defaults
from odoo.addons.trade_credit_base.models.guard.trade_record import kept
from odoo.addons.trade_credit_base.models.waiting.trade_waiting import Wait

from ...core.provision import loss_rates

# What is entered; everything else is computed, or comes with the entry
WRITABLE = {"company_id", "date", "method", "months", "factor", "note", "line_ids"}


class CollectionProvision(models.Model):
    """Expected loss of the receivables of a day, by age.

    A provision matrix as of IFRS 9; see ``core.provision``. A draft posts nothing.
    """

    _name = "collection.provision"
    _description = "Provision"
    _inherit = [
        "trade.rooted",
        "trade.owned",
        "mail.thread",
        "mail.activity.mixin",
        "trade.waiting",
    ]
    _branches_write = True
    _order = "date desc, id desc"
    _rec_name = "date"

    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(
        required=True,
        default=lambda self: self.env.company._trade_month_end(),
        help="The receivables of this day are provided for, and the entry bears it.",
    )
    state = fields.Selection(
        [("draft", "Draft"), ("posted", "Posted"), ("reversed", "Reversed")],
        default="draft",
        required=True,
        copy=False,
        tracking=True,
    )
    method = fields.Selection(
        [("history", "From the roll rates"), ("entered", "As entered")],
        "Loss Rates",
        default="history",
        required=True,
        help="From the months' rolls and write-offs, or as entered with the ageing "
        "buckets. On a draft you can write over each rate.",
    )
    months = fields.Integer(
        "Months of History", default=12, help="The latest ones before the date."
    )
    factor = fields.Float(
        "Outlook",
        default=1.0,
        help="What is expected against history: 1.1 for a tenth more losses.",
    )
    note = fields.Text("Reasons", help="Why these rates and this outlook.")
    line_ids = fields.One2many(
        "collection.provision.line", "provision_id", "Matrix", readonly=False
    )
    receivables = fields.Monetary(compute="_compute_amounts", store=True)
    amount = fields.Monetary(
        "Provision", compute="_compute_amounts", store=True, tracking=True
    )
    no_losses = fields.Boolean(compute="_compute_amounts", store=True)
    previous_id = fields.Many2one(
        "collection.provision", compute="_compute_previous", string="Posted Before"
    )
    previous_amount = fields.Monetary(compute="_compute_previous")
    difference = fields.Monetary(
        "To Be Posted",
        compute="_compute_previous",
        help="Against what was posted before; a release if negative.",
    )
    against_id = fields.Many2one(
        "collection.provision",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="The provision that was in force when this one was posted.",
    )
    posted_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    move_id = fields.Many2one(
        "account.move",
        "Journal Entry",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )
    reversal_id = fields.Many2one("account.move", readonly=True, copy=False)

    _factor_not_negative = models.Constraint(
        "CHECK (factor >= 0)",
        "The outlook is not negative: 1 expects what history says.",
    )

    entry = fields.Text(
        compute="_compute_entry", help="What would be posted, before it is."
    )
    in_force = fields.Boolean(
        compute="_compute_in_force", help="Its entry is posted and was not reversed."
    )

    @api.depends("line_ids.amount", "line_ids.provision", "line_ids.rate")
    def _compute_amounts(self):
        for provision in self:
            lines = provision.line_ids
            provision.receivables = sum(lines.mapped("amount"))
            provision.amount = sum(lines.mapped("provision"))
            provision.no_losses = bool(lines) and not any(lines.mapped("rate"))

    @api.depends("company_id", "date", "amount", "state", "against_id")
    def _compute_previous(self):
        for provision in self:
            draft = provision.state == "draft"
            previous = provision._latest() if draft else provision.against_id
            provision.previous_id = previous
            provision.previous_amount = previous.amount
            provision.difference = provision.amount - previous.amount

    @api.constrains("company_id")
    def _check_company(self):
        if self.company_id.parent_id:
            raise ValidationError(
                self.env._(
                    "Receivables are provided for by the head company. Choose it."
                )
            )

    @api.constrains("date")
    def _check_date(self):
        if any(each.date > each.company_id._trade_day() for each in self):
            raise ValidationError(
                self.env._("The receivables of a day to come are not known yet.")
            )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_written(vals)
        given = own_defaults(self, self._fields.keys() - WRITABLE)
        provisions = super().create([given | vals for vals in vals_list])
        provisions.sudo()._fill()
        return provisions

    def write(self, vals):
        self._check_written(vals)
        if not self.env.su and set(vals) & WRITABLE:
            self._check_draft()
        done = super().write(vals)
        if {"company_id", "date", "method", "months"} & set(vals):
            self.sudo()._fill()
        return done

    def _check_written(self, vals):
        kept = (set(vals) & set(self._fields)) - WRITABLE
        kept -= set(self.env["mail.thread"]._fields)
        if not self.env.su and kept:
            raise AccessError(
                self.env._("A provision is posted and reversed by its buttons only.")
            )

    def _check_draft(self):
        if any(provision.state != "draft" for provision in self):
            raise UserError(
                self.env._("This provision was posted. Make a new one, or reverse it.")
            )

    @kept
    def _unlink_draft_only(self):
        self._check_draft()

    # === ACTION METHODS === #

    def action_compute(self):
        """Take amounts and rates from the books again; rates written over are lost."""
        self.check_access("write")
        self._check_draft()
        self.sudo()._fill()
        return True

    def action_open_receivables(self):
        """Open what is provided for, item by item."""
        return self.env["collection.receivable"]._action_at(self.company_id, self.date)

    # === BUSINESS METHODS === #

    def _latest(self, after=False):
        """Return the provision in force that this one is posted on top of.

        :param bool after: the latest of those that were posted after this one instead
        """
        self.ensure_one()
        posted = self.sudo().search(
            [
                ("company_id", "=", self.company_id.id),
                ("state", "=", "posted"),
                ("date", ">" if after else "<=", self.date),
                ("id", "!=", self._origin.id),
            ]
        )
        if after:
            posted |= self.sudo().search([("against_id", "=", self._origin.id)])
        posted = posted.filtered("in_force")
        # Of one day, the one that was posted last
        return posted.sorted(lambda each: (each.date, each.move_id.id))[-1:]

    def _fill(self):
        """Write the matrix anew: what each bucket holds on the day, and its rate."""
        lines = self.env["collection.provision.line"]
        self.line_ids.unlink()
        for provision in self:
            buckets = self.env["collection.ageing.bucket"]._of(provision.company_id)
            rates = dict(zip(buckets, provision._rates(buckets), strict=True))
            held = provision._held()
            lines.create(
                [
                    {
                        "provision_id": provision.id,
                        "bucket_id": place.id,
                        "amount": held.get(place, 0),
                        "rate": rates.get(place, 0),
                    }
                    for place in buckets.union(*held).sorted("sequence")
                ]
            )

    def _held(self):
        """:return: {bucket: amount} of the day, credits among them; one statement"""
        rows = self.env["collection.receivable"].with_context(
            trade_day=self.date, allowed_company_ids=self.company_id.ids
        )
        return dict(rows._read_group([], ["bucket_id"], ["net:sum"]))

    def _rates(self, buckets):
        """Return the loss rate of each bucket."""
        entered = buckets.mapped("loss_rate")
        if self.method == "entered":
            return entered
        history = self.env["collection.ageing.roll"]._history(
            self.company_id, buckets, self.date, self.months
        )
        try:
            return loss_rates(history, entered)
        except NoBase:
            return entered

    # === POSTING === #

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
        why = self.env._("Only managers post and reverse provisions. Ask one of them.")
        require(self.env, MANAGER, why)
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
        needed = ("journal", "account", "expense_account")
        if not all(company[f"collection_provision_{name}_id"] for name in needed):
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

    def _check_latest(self):
        """Refuse what would come before a provision that is in force."""
        if later := self._latest(after=True):
            raise UserError(
                self.env._(
                    "The provision of %(day)s is in force after this one: reverse it "
                    "first.",
                    day=format_date(self.env, later.date),
                )
            )

    def _move_values(self):
        """Return the entry as values of account.move. Extend to add to it."""
        company, amount = self.company_id, self.difference
        reference = self.env._(
            "Expected credit losses on %(day)s", day=format_date(self.env, self.date)
        )
        return {
            "move_type": "entry",
            "company_id": company.id,
            "journal_id": company.collection_provision_journal_id.id,
            "date": self.date,
            "ref": reference,
            "line_ids": [
                Command.create(
                    {
                        "account_id": account.id,
                        "name": reference,
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
        columns = {
            "account": {"label": self.env._("Account")},
            "debit": {"label": self.env._("Debit"), "class": "text-end text-nowrap"},
            "credit": {"label": self.env._("Credit"), "class": "text-end text-nowrap"},
        }
        return {
            "groups_vals": [
                {
                    "group_name": values["ref"],
                    "items_vals": [[0, 0, row] for row in rows],
                }
            ],
            "options": {
                "columns": [{"field": name} | more for name, more in columns.items()]
            },
        }

    # === WHO IS ASKED === #

    @api.model
    def _waits(self):
        drafts = [("state", "=", "draft")]
        wait = Wait("post", drafts, "create_date", MANAGER, MANAGER)
        return [*super()._waits(), wait]

    def _wait_candidates(self, wait):
        return self.create_uid

    def _wait_words(self, wait):
        return self.env._("Post the provision, or delete the draft")
