from babel.dates import format_skeleton

from odoo import fields, models
from odoo.tools import get_lang


class ResCompany(models.Model):
    """The day that counts where the company is."""

    _inherit = "res.company"

    def _rating_day(self):
        """Return today where the company is, whatever the client's time zone: nobody
        confirms a quarter a day early by his own.

        :rtype: date
        """
        zone = self.root_id.sudo().partner_id.tz or "UTC"
        return fields.Date.context_today(self.with_context(tz=zone))

    def _rating_period(self, day, quarter=False):
        """Return the month or the quarter of a day as the reader's language has it:
        a fixed pattern would keep the order of English.

        :return: like *March 2026*, or *Q1 2026*
        """
        lang = get_lang(self.env)
        return format_skeleton("yQQQ" if quarter else "yMMMM", day, locale=lang.code)
