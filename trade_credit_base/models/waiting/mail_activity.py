from odoo import fields, models


class MailActivity(models.Model):
    """What an activity waits for: by it the activity is found, moved and ended."""

    _inherit = "mail.activity"

    trade_wait = fields.Char("Waits For", readonly=True, copy=False)

    _trade_wait_idx = models.Index(
        "(res_model, trade_wait) WHERE trade_wait IS NOT NULL"
    )
