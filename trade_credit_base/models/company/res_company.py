from odoo import fields, models


class ResCompany(models.Model):
    """The day that counts where the company is."""

    _inherit = "res.company"

    trade_timezone = fields.Selection(related="partner_id.tz", store=True)

    def _trade_day(self):
        """Return today where the head company is; a client's time zone moves nothing.

        :rtype: date
        """
        company = (self or self.env.company)[:1].sudo().root_id
        zone = company.trade_timezone or "UTC"
        return fields.Date.context_today(self.with_context(tz=zone))
