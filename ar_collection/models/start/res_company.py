from odoo import models
from odoo.exceptions import RedirectWarning, UserError

from ...groups import MANAGER

CHOOSERS = ("base.group_system", MANAGER)  # both, to see the settings


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
                    "Choose a collector in the settings: stage “%(stage)s” assigns "
                    "cases to one.",
                    stage=collector.stage_id[:1].name,
                )
            ]
        return []

    def _collection_refuse(self, message):
        """Refuse for want of a setting: who may choose it gets a link, others are told
        whom to ask.

        :raises RedirectWarning:
        :raises UserError:
        """
        settings = self.env.ref("ar_collection.collection_settings_action")
        if all(self.env.user.has_group(group) for group in CHOOSERS):
            raise RedirectWarning(message, settings.id, self.env._("Open the settings"))
        able, managers = (self.env.ref(group).sudo().all_user_ids for group in CHOOSERS)
        people = self._trade_staff(able & managers)
        if not people:
            raise UserError(
                self.env._(
                    "%(message)s It takes an administrator who is a collection "
                    "manager, and this company has none.",
                    message=message,
                )
            )
        raise UserError(
            self.env._(
                "%(message)s Ask an administrator: %(people)s.",
                message=message,
                people=", ".join(people.mapped("name")),
            )
        )
