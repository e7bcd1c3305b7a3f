from odoo import models
from odoo.exceptions import AccessError

from ..models.order.portal_mixin import SEEN


class MailComposeMessage(models.TransientModel):
    _inherit = "mail.compose.message"

    def _prepare_mail_values(self, res_ids):
        """Write to nobody of documents that the user may only read for their credit.

        To many records, Odoo writes past access rights and in whatever name is given.
        """
        if not self.env.su and self.model in SEEN:
            records = self.env[self.model].browse(res_ids)
            if records._credit_is_only_seen():
                raise AccessError(records._credit_link_refusal())
        return super()._prepare_mail_values(res_ids)
