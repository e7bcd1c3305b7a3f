from odoo import api, fields, models

# With a slip on which the customer confirms the receipt: it proves the service
WITH_SLIP = ("notice2", "warning", "measures")


class CollectionLetter(models.Model):
    """Printed parts of a letter that are no fields: bank account, QR code."""

    _inherit = "collection.letter"

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

    def _rendered_values(self, attachment, sha256):
        return {
            **super()._rendered_values(attachment, sha256),
            "rendered_on": fields.Datetime.now(),
            "state": "rendered",
        }
