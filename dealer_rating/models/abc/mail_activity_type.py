from odoo import api, models


class MailActivityType(models.Model):
    """Types of activities for visits and classifications: they cannot be deleted."""

    _inherit = "mail.activity.type"

    @api.model
    def _get_model_info_by_xmlid(self):
        kept = {
            "dealer_rating.mail_activity_type_visit": "res.partner",
            "dealer_rating.mail_activity_type_abc": "rating.abc",
        }
        return super()._get_model_info_by_xmlid() | {
            name: {"res_model": model, "unlink": False} for name, model in kept.items()
        }
