from odoo import models


class ResCompany(models.Model):
    """What a write-off needs."""

    _inherit = "res.company"

    def _collection_check_write_off(self):
        """Refuse write-offs that could not be posted, before anybody decides on them.

        :raises RedirectWarning: if the user may choose what is missing
        :raises UserError: if somebody else has to
        """
        company = self.sudo()
        needed = ("account", "journal")
        if not all(company[f"collection_bad_debt_{name}_id"] for name in needed):
            self._collection_refuse(
                self.env._(
                    "Write-offs need a bad debt account and a bad debt journal in the "
                    "settings of Collection."
                )
            )
