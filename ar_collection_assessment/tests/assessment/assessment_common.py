from datetime import date

from odoo.fields import Command

from odoo.addons.ar_collection.tests.common import CollectionCommon

LAST = date(2024, 3, 31)


class AssessmentCommon(CollectionCommon):
    """March 2024: one salesperson and what the books say about the customers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.finance = cls._user("finance", "ar_collection.collection_group_finance")
        cls.boss = cls._user("boss", "ar_collection.collection_group_manager")
        cls._benchmarks(overdue_ratio=(0.1, (None, 0.01), (0, -0.02)))
        cls.accounts = cls.env["collection.assessment"].sudo()

    @classmethod
    def _benchmarks(cls, **scales):
        own = cls.env["collection.benchmark"].search(
            [("company_id", "=", cls.company.id)]
        )
        own.unlink()
        cls.env["collection.benchmark"].create(
            [
                {
                    "company_id": cls.company.id,
                    "code": code,
                    "benchmark": benchmark,
                    "band_ids": [
                        Command.create(
                            {
                                "is_lowest": start is None,
                                "start": start or 0,
                                "rate": rate,
                            }
                        )
                        for start, rate in bands
                    ],
                }
                for code, (benchmark, *bands) in scales.items()
            ]
        )

    @classmethod
    def _lost(cls, amount, on, customer=None, invoice=None):
        """A write-off that was carried out, of an invoice if it is given."""
        customer = customer or cls.shop
        values = {
            "case_id": cls.env["collection.case"]._ensure(customer, cls.company).id,
            "company_id": cls.company.id,
            "partner_id": customer.id,
            "kind": "write_off",
            "reason": "Insolvent",
            "state": "done",
            "proposed_by_id": cls.salesman.id,
            "decided_by_id": cls.env.uid,
            "decided_on": on,
            "proposed_on": on,
            "done_on": on,
            "amount": amount,
            "written_off": amount,
            "move_id": invoice and cls._entry(amount, on, invoice).id,
        }
        return cls.env["collection.measure"].sudo().create(values)

    @classmethod
    def _entry(cls, amount, on, invoice):
        """The entry that writes off some of an invoice."""
        claim = invoice.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        loss = cls.company_data["default_account_expense"]
        entry = cls.env["account.move"].create(
            {
                "date": on,
                "line_ids": [
                    Command.create({"account_id": loss.id, "debit": amount}),
                    Command.create(
                        {
                            "account_id": claim.account_id.id,
                            "partner_id": claim.partner_id.id,
                            "credit": amount,
                        }
                    ),
                ],
            }
        )
        entry.action_post()
        credit = entry.line_ids.filtered("credit")
        (claim + credit).reconcile()
        return entry

    @classmethod
    def _handed_over(cls, customer, on, to, giver=None):
        """A hand-over that was confirmed."""
        handover = (
            cls.env["collection.handover"]
            .sudo()
            .create(
                {
                    "company_id": cls.company.id,
                    "date": on,
                    "figures_on": on,
                    "state": "done",
                    "confirmed_by_id": cls.collector.id,
                    "from_id": (giver or customer.user_id).id,
                    "to_id": to.id,
                    "line_ids": [
                        Command.create(
                            {"company_id": cls.company.id, "partner_id": customer.id}
                        )
                    ],
                }
            )
        )
        customer.user_id = to
        return handover

    @classmethod
    def _disputed(cls, invoice, state="valid", on=date(2024, 3, 30), **values):
        """A dispute about an invoice that somebody decided on."""
        cls.env["collection.item"].sudo()._sync(cls.company, cls.today)
        items = cls.env["collection.item"].sudo()
        customer = invoice.commercial_partner_id
        return (
            cls.env["collection.dispute"]
            .sudo()
            .create(
                {
                    "case_id": cls.env["collection.case"]
                    ._ensure(customer, cls.company)
                    .id,
                    "company_id": cls.company.id,
                    "partner_id": customer.id,
                    "item_ids": items.search([("move_id", "=", invoice.id)]).ids,
                    "amount": invoice.amount_total,
                    "reason_id": cls.env["collection.reason"].search([], limit=1).id,
                    "state": state,
                    "raised_by_id": cls.salesman.id,
                    "raised_on": on,
                    "judged_by_id": state != "open" and cls.collector.id,
                    **values,
                }
            )
        )

    @classmethod
    def _objected(cls, on, state="overruled", **values):
        return (
            cls.env["collection.objection"]
            .sudo()
            .create(
                {
                    "company_id": cls.company.id,
                    "user_id": cls.salesman.id,
                    "reason": "They do not pay.",
                    "entered_on": on,
                    "state": state,
                    **values,
                }
            )
        )

    def _opened(self, user=None):
        """:return: the account of March of a salesperson"""
        accounts = self.accounts._open(self.company, LAST)
        return accounts.filtered(lambda each: each.user_id == (user or self.salesman))
