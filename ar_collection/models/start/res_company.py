from odoo import models
from odoo.exceptions import RedirectWarning, UserError


class ResCompany(models.Model):
    """Settings that are asked for before anybody works in vain."""

    _inherit = "res.company"

    def _collection_missing(self, procedures):
        """Return what these procedures need and this company does not have. Extend
        with more.

        :param procedures: collection.procedure records of this company
        :return: list of sentences
        """
        self.ensure_one()
        effects = procedures.stage_ids.effect_ids
        collector = effects.filtered(
            lambda effect: (
                effect.code == "hand_over"
                or (effect.code == "activity" and effect.responsible == "collector")
            )
        )
        if collector and not self.collection_collector_id.active:
            return [
                self.env._(
                    "No collector takes cases over: %(stages)s. Choose one in the "
                    "settings.",
                    stages=", ".join(collector.stage_id.mapped("name")),
                )
            ]
        return []

    def _collection_refuse(self, message):
        """Refuse for want of a setting: who may choose it gets a link, others are told
        whom to ask.

        :raises RedirectWarning:
        :raises UserError:
        """
        if self.env.user.has_group("base.group_system"):
            settings = self.env.ref("ar_collection.collection_settings_action")
            raise RedirectWarning(message, settings.id, self.env._("Open the settings"))
        people = (
            self.env.ref("base.group_system")
            .sudo()
            .all_user_ids.filtered(
                lambda user: user.active and not user.share and self in user.company_ids
            )
        )
        raise UserError(
            self.env._(
                "%(message)s Ask an administrator: %(people)s.",
                message=message,
                people=", ".join(people.mapped("name")),
            )
        )
