from datetime import date, timedelta

from odoo.fields import Command

from odoo.addons.trade_credit_base.tests.books_common import BooksCommon

from ..common import RatingCommon

Q1, Q2, Q3 = (date(2025, month, 1) for month in (1, 4, 7))
ENDS = {Q1: date(2025, 3, 31), Q2: date(2025, 6, 30), Q3: date(2025, 9, 30)}
DAY = date(2026, 6, 30)  # long after everything here was due


class ValidationCommon(RatingCommon, BooksCommon):
    """Dealers with confirmed quarters of 2025, and invoices due after them."""

    @classmethod
    def _company(cls):
        """Whose user keeps the books, and now makes and scores dealers as well."""
        for group in "manager", "finance", "marketing":
            cls.env.user.group_ids += cls.env.ref(f"dealer_rating.rating_group_{group}")
        return super()._company()

    @classmethod
    def _past(cls, dealer, letters, total, start=Q1, **values):
        """A confirmed quarter that ended so, without the cards behind it."""
        return (
            cls.env["dealer.quarter"]
            .sudo()
            .create(
                {
                    "dealer_id": dealer.id,
                    "partner_id": dealer.partner_id.id,
                    "company_id": dealer.company_id.id,
                    "date_from": start,
                    "date_to": ENDS[start],
                    "state": "confirmed",
                    "performance": total - 30,
                    "conduct": 30,
                    "total": total,
                    "grade_id": cls.grades[letters].id,
                    **values,
                }
            )
        )

    @classmethod
    def _invoice(cls, dealer, due, amount=100.0, **values):
        move = cls.env["account.move"].create(
            {
                "move_type": "out_invoice" if amount > 0 else "out_refund",
                "partner_id": dealer.partner_id.id,
                "invoice_date": due - timedelta(days=30),
                "date": due - timedelta(days=30),
                "invoice_date_due": due,
                "invoice_payment_term_id": False,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Goods",
                            "price_unit": abs(amount),
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
                **values,
            }
        )
        move.action_post()
        return move

    @classmethod
    def _receivable(cls, moves):
        return moves.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )

    @classmethod
    def _settle(cls, invoice, day, amount=None, account=None):
        """Settle an invoice by an entry: from the bank, or against an account."""
        line = cls._receivable(invoice)
        amount = amount or line.amount_residual
        account = account or cls.company_data["default_account_assets"]
        entry = cls.env["account.move"].create(
            {
                "move_type": "entry",
                "date": day,
                "journal_id": cls.company_data["default_journal_misc"].id,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": line.account_id.id,
                            "partner_id": line.partner_id.id,
                            "balance": -amount,
                        }
                    ),
                    Command.create({"account_id": account.id, "balance": amount}),
                ],
            }
        )
        entry.action_post()
        (line + cls._receivable(entry)).reconcile()
        return entry

    @classmethod
    def _report(cls, **values):
        report = (
            cls.env["rating.validation"]
            .with_user(cls.manager)
            .create(
                {
                    "company_id": cls.company.id,
                    "date_from": Q1,
                    "date_to": ENDS[Q3],
                    "day": DAY,
                    "least": 1,
                    **values,
                }
            )
        )
        report.action_compute()
        return report
