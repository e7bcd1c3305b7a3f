from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Command


class CollectionMeasure(models.Model):
    """A write-off: its entry, and the items that it closes."""

    _inherit = "collection.measure"

    def _carry_out_write_off(self):
        """Post one entry for the approved write-offs in a ledger, and reconcile it with
        their items.

        What a customer paid or is owed meanwhile is not written off.

        :return: {measure: values}
        :raises UserError: if the settings are missing, nothing is open any more, or
            more than was approved
        """
        values = {}
        for company, measures in self.grouped("company_id").items():
            day = company._trade_day()
            known = self.env["collection.item"]
            known._sync(company, day, measures.partner_id)
            open_items = {}
            for measure in measures:
                items = measure.item_ids.filtered(
                    lambda each: each.state == "open" and each.residual > 0
                )
                amount = sum(items.mapped("residual"))
                measure._check_write_off(items, amount)
                open_items[measure] = items
                values[measure] = {"written_off": amount}
            for _books, own in measures.grouped(
                lambda each, found=open_items: found[each].line_id.company_id
            ).items():
                items = known.union(*(open_items[measure] for measure in own))
                move = own._post_write_off(items, day)
                for measure in own:
                    values[measure]["move_id"] = move.id
            known._sync(company, day, measures.partner_id)
            # What was written off is no money that came
            known.union(*open_items.values()).promise_ids._cancel()
            self.env["collection.case"]._follow(company, day)
            self.env["collection.case"]._weigh(company, day)
        return values

    def _check_write_off(self, items, amount):
        self.company_id._collection_check_write_off()
        if not items:
            raise UserError(
                self.env._(
                    "None of these items is open any more. Reject the write-off for "
                    "that reason."
                )
            )
        if covered := items.filtered(self._is_covered_later):
            raise UserError(
                self.env._(
                    "%(numbers)s: matched with a payment that is dated later. Wait for "
                    "its day; if it will not come, undo the match in accounting first.",
                    numbers=", ".join(covered.mapped("number")),
                )
            )
        if self.currency_id.compare_amounts(amount, self.amount) > 0:
            raise UserError(
                self.env._(
                    "%(open)s are open, more than the %(approved)s that were "
                    "approved: a payment was reversed. Reject this write-off and "
                    "propose a new one.",
                    open=self.currency_id.format(amount),
                    approved=self.currency_id.format(self.amount),
                )
            )

    def _is_covered_later(self, item):
        """Tell whether accounting has less open than is owed today: a post-dated
        cheque is no money yet, and leaves nothing to reconcile a write-off with."""
        open_later = item.line_id.amount_residual
        return self.currency_id.compare_amounts(open_later, item.residual) < 0

    def _post_write_off(self, items, day):
        """:return: the posted entry, reconciled item by item"""
        books = items.line_id.company_id
        moves = self.env["account.move"].with_company(books)
        bearing, settling = [], []
        for item in items:
            bad_debt, credit = self._write_off_values(item)
            bearing.append(Command.create(bad_debt))
            settling.append(Command.create(credit))
        move = moves.create(
            {
                "move_type": "entry",
                "company_id": books.id,
                "journal_id": self.company_id.collection_bad_debt_journal_id.id,
                "date": day,
                "ref": ", ".join(self.mapped("display_name")),
                "line_ids": bearing + settling,
            }
        )
        move.action_post()
        written = move.line_ids[len(items) :]
        self.env["account.move.line"]._reconcile_plan(
            [item.line_id + line for item, line in zip(items, written, strict=True)]
        )
        return move

    def _write_off_values(self, item):
        """Return the two lines that write an item off.

        :return: values of the bad debt's line, values of the receivable's
        """
        line = item.line_id
        share = item.residual / line.amount_residual
        foreign = line.currency_id.round(line.amount_residual_currency * share)
        bad_debt = self.company_id.collection_bad_debt_account_id
        return [
            {
                "name": self.env._("Write-off of %(number)s", number=item.number),
                "partner_id": line.partner_id.id,
                "currency_id": line.currency_id.id,
                "account_id": account.id,
                "balance": sign * item.residual,
                "amount_currency": sign * foreign,
            }
            for account, sign in ((bad_debt, 1), (line.account_id, -1))
        ]
