from odoo import api, models
from odoo.tools.translate import LazyTranslate

from odoo.addons.trade_credit_base.sentences import Name, Refusal

_lt = LazyTranslate(__name__)
LETTERS = ("mail", "letter", "sms")  # effects that tell the customer something


class CollectionEffect(models.Model):
    """Letters that go out by mail or by post, and text messages."""

    _inherit = "collection.effect"

    @api.model
    def _effects(self):
        effects = [
            *super()._effects(),
            ("mail", self.env._("Send the letter by e-mail")),
            ("letter", self.env._("Print the letter and post it")),
        ]
        if "sms.sms" in self.env:
            effects.append(("sms", self.env._("Send a text message")))
        return effects

    def _effect_mail(self):
        """Write letters and have them sent; without an address they are posted."""
        self._deliver_letters("email")

    def _effect_letter(self):
        """Write letters and have them printed."""
        self._deliver_letters("post")

    def _effect_sms(self):
        """Have a text message sent; the letter, if there is one, goes its own way."""
        if "sms.sms" not in self.env:
            raise Refusal(
                self.env,
                _lt(
                    "Text messages are not installed. Install them, or remove this "
                    "effect from the stage."
                ),
            )
        self.env["collection.delivery"].sudo()._insert_sms(self.action_id)

    def _deliver_letters(self, channel):
        actions = self.action_id
        if without := actions.stage_id.filtered(lambda stage: not stage.letter_kind):
            raise Refusal(
                self.env,
                _lt(
                    "No letter is chosen for %(stages)s. Choose one in the procedure.",
                    stages=[Name(each._name, each.id, each.name) for each in without],
                ),
            )
        letters = self.env["collection.letter"].sudo()._build(actions)
        self.env["collection.delivery"].sudo()._insert(letters, channel)
