from odoo.fields import Command

from ..common import CollectionCommon

OPEN = ("collection_open", "collection_overdue", "collection_days_late")
STEPS = (
    "collection_stage_id",
    "collection_stage_on",
    "collection_next_stage_id",
    "collection_next_on",
    "collection_limitation_date",
    "collection_is_unchased",
    "collection_case_id",
    "collection_letter_id",
    "collection_letter_kind",
    "collection_letter_date",
    "collection_promise_id",
    "collection_promise_amount",
    "collection_promise_date",
    "collection_promise_state",
    "collection_dispute_id",
    "collection_dispute_state",
    "collection_is_key",
)


ANALYSED = (
    "price_subtotal:sum",
    "collection_overdue:sum",
    "collection_days_late:avg",
    "collection_days_to_pay:avg",
)


def analysed(moves, *by):
    """Return what Odoo's analysis says of some invoices, by the fields given.

    :return: {(group, …): (sales, overdue, days late, days until paid)}
    """
    moves.env.flush_all()
    report = moves.env["account.invoice.report"]
    rows = report._read_group([("move_id", "in", moves.ids)], by, ANALYSED)
    return {row[: len(by)]: row[len(by) :] for row in rows}


class InvoiceCommon(CollectionCommon):
    """A collector who invoices, an accountant who does not collect."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.collector.group_ids += cls.env.ref("account.group_account_invoice")
        cls.accountant = cls._user("accountant", "account.group_account_invoice")

    def _seen(self, records, user=None):
        """Return records as somebody reads them anew, the collector by default."""
        self.env.flush_all()
        self.env.invalidate_all()
        return records.with_user(user or self.collector)

    def _found(self, domain, user=None, model="account.move"):
        """Return what somebody finds, among customer documents of the company."""
        return self._seen(self.env[model], user).search(domain)

    def _case(self, customer=None):
        own = [("partner_id", "=", (customer or self.shop).id), ("state", "=", "open")]
        return self.env["collection.case"].search(own)

    @classmethod
    def _instalments(cls, amount, days, **values):
        """An invoice of today in equal instalments, due so many days from today."""
        share = 100 / len(days)
        term = cls.env["account.payment.term"].create(
            {
                "name": "Instalments",
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": share, "nb_days": day}
                    )
                    for day in days
                ],
            }
        )
        return cls._invoice(amount, invoice_payment_term_id=term.id, **values)
