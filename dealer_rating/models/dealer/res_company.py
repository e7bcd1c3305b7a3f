from babel.dates import format_skeleton

from odoo import models
from odoo.tools import get_lang


class ResCompany(models.Model):
    """Names of the periods that a company rates."""

    _inherit = "res.company"

    def _rating_period(self, day, quarter=False):
        """Return the month or the quarter of a day as the reader's language has it:
        a fixed pattern would keep the order of English.

        :return: like *March 2026*, or *Q1 2026*
        """
        lang = get_lang(self.env)
        return format_skeleton("yQQQ" if quarter else "yMMMM", day, locale=lang.code)
