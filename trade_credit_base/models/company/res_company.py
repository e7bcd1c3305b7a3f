from babel.dates import format_skeleton

from odoo import fields, models
from odoo.tools import date_utils, get_lang

from ...core.money import floor


class ResCompany(models.Model):
    """The day that counts where the company is, and names of periods."""

    _inherit = "res.company"

    trade_timezone = fields.Selection(related="partner_id.tz", store=True)

    def _trade_day(self, moment=None):
        """Return today where the head company is; a client's time zone moves nothing.

        :param datetime moment: another one than now, in UTC
        :rtype: date
        """
        company = (self or self.env.company)[:1].sudo().root_id
        zone = company.trade_timezone or "UTC"
        return fields.Date.context_today(self.with_context(tz=zone), moment)

    def _trade_floor(self):
        """Propose the floor of rules in days, in the head company's currency: what is
        overdue with less holds no order and brings no letter.

        :rtype: float
        """
        currency = (self or self.env.company)[:1].sudo().root_id.currency_id
        return floor(currency.name, currency.decimal_places)

    def _trade_month_end(self):
        """Return the last day of the month before this one, where the company is."""
        this_month = date_utils.start_of(self._trade_day(), "month")
        return date_utils.subtract(this_month, days=1)

    def _trade_staff(self, users):
        """Return those of some users who work here: active ones, no portal users, of
        the head company or one of its branches."""
        root = self.sudo().root_id
        return users.filtered(
            lambda user: (
                user.active
                and not user.share
                and root in user.sudo().company_ids.root_id
            )
        )

    def _trade_period(self, day, quarter=False):
        """Return the month or the quarter of a day as the reader's language has it:
        a fixed pattern would keep the order of English.

        :return: like *March 2026*, or *Q1 2026*
        """
        skeleton = "yQQQ" if quarter else "yMMMM"
        return format_skeleton(skeleton, day, locale=get_lang(self.env).code)
