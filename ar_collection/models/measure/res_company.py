from odoo import models


class ResCompany(models.Model):
    """What a write-off needs."""

    _inherit = "res.company"

    def _collection_writes_off(self):
        """Tell whether these companies have what a write-off needs."""
        return all(
            company.collection_bad_debt_account_id
            and company.collection_bad_debt_journal_id
            for company in self.sudo().root_id
        )

    def _collection_check_write_off(self):
        """Refuse write-offs that could not be posted, before anybody decides on them.

        :raises RedirectWarning: if the user may choose what is missing
        :raises UserError: if somebody else has to
        """
        if not self._collection_writes_off():
            self._collection_refuse(
                self.env._(
                    "Write-offs need a bad debt account and a bad debt journal in the "
                    "settings of Collection."
                )
            )
