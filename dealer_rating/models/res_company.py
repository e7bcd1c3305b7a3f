from odoo import fields, models


class ResCompany(models.Model):
    """The day that counts where the company is."""

    _inherit = "res.company"

    def _rating_day(self):
        """Return today where the company is, whatever the client's time zone.

        :rtype: date
        """
        zone = self.root_id.partner_id.tz or self.env.user.tz or "UTC"
        return fields.Date.context_today(self.with_context(tz=zone))
