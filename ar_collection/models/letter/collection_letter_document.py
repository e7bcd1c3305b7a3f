from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount

from ...core.letter import fingerprint, totals

# With a slip on which the customer confirms the receipt: it proves the service
WITH_SLIP = ("notice2", "warning", "measures")

REPORT = "ar_collection.collection_letter_report"

AT_ONCE = 50  # letters without PDF that one click may print: each takes about a second


class CollectionLetter(models.Model):
    """What the templates print that is not a field: sums, bank account, QR code."""

    _inherit = "collection.letter"

    def _totals(self, late_only=False):
        """Return what the letter asks for, currency by currency.

        :param bool late_only: only what is late on the letter's date
        :return: list of (res.currency, amount in it), by the currencies' names
        """
        self.ensure_one()
        claims = self._claims()
        if late_only:
            claims = claims.filtered(lambda line: line.days_late > 0)
        currencies = {each.name: each for each in claims.document_currency_id}
        sums = totals(
            (
                (line.document_currency_id.name, line.residual_currency)
                for line in claims
            ),
            {name: each.rounding for name, each in currencies.items()},
        )
        return [(currencies[name], float(amount)) for name, amount in sums.items()]

    def _sum_text(self, late_only=False):
        """:return: the sums as one text, as in "€ 100.00 + $ 50.00" """
        sums = self._totals(late_only)
        return " + ".join(format_amount(self.env, amount, own) for own, amount in sums)

    def _oldest_days(self):
        """:return: how many days the oldest item asked for is late; 0 if none is"""
        return max(0, *self._claims().mapped("days_late"), 0)

    def _first_due(self):
        """:return: the first day on which something that is not late falls due"""
        dates = self._claims().filtered(lambda line: line.days_late <= 0)
        return min(dates.mapped("date_due"), default=False)

    def _with_slip(self):
        """:return: whether the customer is asked to confirm the receipt"""
        return self.kind in WITH_SLIP

    def _earlier_letters(self):
        """:return: earlier letters that asked for an item of this one, oldest first"""
        self.ensure_one()
        lines = self.env["collection.letter.line"].search(
            [
                ("item_id", "in", self._claims().item_id.ids),
                ("letter_id", "<", self.id),
                ("is_claimed", "=", True),
            ]
        )
        return lines.letter_id.sorted("id")

    @api.model
    def _address_lines(self, partner):
        """Return where somebody is, in the order of its country, without its name.

        :param partner: a res.partner
        :return: list of texts
        """
        address = partner._display_address(without_company=True)
        return [line.strip() for line in address.splitlines() if line.strip()]

    def _bank_account(self):
        """Return the account to pay into: one in the letter's currency if there is.
        Extend to choose another one.

        :rtype: res.partner.bank, empty if the company has none
        """
        self.ensure_one()
        currencies = self._claims().document_currency_id
        known = self.company_id.partner_id.bank_ids.filtered(
            lambda bank: not bank.company_id or bank.company_id == self.company_id
        )
        fitting = known.filtered(lambda bank: bank.currency_id == currencies)
        return (fitting or known.filtered(lambda bank: not bank.currency_id) or known)[
            :1
        ]

    def _qr_code(self):
        """Return a QR code that pays the letter, where Odoo offers one.

        :return: a data URI; None if the company shows none, or if the letter asks for
            several currencies
        """
        self.ensure_one()
        bank, sums = self._bank_account(), self._totals()
        if not (self.company_id.qr_code and bank and len(sums) == 1):
            return None
        [(currency, amount)] = sums
        return bank.build_qr_code_base64(
            amount, self.number, self.number, currency, self.partner_id
        )

    # === THE PDF === #

    def _render(self):
        """Make the PDFs of letters that have none, one at a time, and keep them.

        What is rendered stays as it is, with its hash: a second call changes nothing.
        Commit between letters if there are many; a transaction that another one
        overtakes fails as a whole and leaves no PDF.

        :return: the letters that were rendered now
        :raises UserError: if the PDF cannot be made
        """
        todo = self.sudo().filtered(lambda letter: letter.state == "built")
        report = self.env.ref(REPORT).sudo()
        for letter in todo:
            letter._set_rendered(report._collection_letter_pdf(letter))
        return todo.sudo(self.env.su)

    def _set_rendered(self, pdf):
        """Keep a letter's PDF.

        :param bytes pdf: the document as it is sent
        """
        self.ensure_one()
        attachment = self.env["ir.attachment"].create(
            {
                "name": self._file_name(),
                "raw": pdf,
                "mimetype": "application/pdf",
                "res_model": self._name,
                "res_id": self.id,
            }
        )
        self.write(
            {
                "attachment_id": attachment.id,
                "sha256": fingerprint(pdf),
                "rendered_on": fields.Datetime.now(),
                "state": "rendered",
            }
        )

    def _file_name(self):
        """:return: the PDF's name, as the customer sees it"""
        return f"{self.number.replace('/', '-')}.pdf"

    # === ACTION METHODS === #

    def action_print(self):
        """Print letters: each as it was or will be sent, joined into one PDF.

        Extend to note that letters for the post were printed.

        :raises UserError: if too many have no PDF yet
        """
        self.check_access("read")
        missing = len(self.filtered(lambda letter: letter.state == "built"))
        if missing > AT_ONCE:
            raise UserError(
                self.env._(
                    "%(missing)s of these letters have no PDF yet. The scheduled job "
                    "makes them in the background: print them afterwards, or at most "
                    "%(limit)s new ones at once.",
                    missing=missing,
                    limit=AT_ONCE,
                )
            )
        report = self.env.ref(REPORT)
        ordered = self.sorted(lambda letter: (letter.company_id.id, letter.number))
        return report.report_action(ordered, config=False)
