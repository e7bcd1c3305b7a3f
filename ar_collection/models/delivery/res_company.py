from odoo import models


class ResCompany(models.Model):
    """What letters need to go out."""

    _inherit = "res.company"

    def _collection_missing(self, procedures):
        effects = procedures.stage_ids.effect_ids
        sending = effects.filtered(lambda effect: effect.code in ("mail", "letter"))
        missing = super()._collection_missing(procedures)
        if without := sending.stage_id.filtered(lambda stage: not stage.letter_kind):
            missing.append(
                self.env._(
                    "No letter is chosen for %(stages)s. Choose one in the procedure.",
                    stages=", ".join(without.mapped("name")),
                )
            )
        if "mail" in sending.mapped("code") and not self.email:
            missing.append(
                self.env._(
                    "%(company)s has no e-mail address to send letters from. Enter it "
                    "with the company.",
                    company=self.name,
                )
            )
        if sending and not self.partner_id.bank_ids:
            missing.append(
                self.env._(
                    "%(company)s has no bank account for letters to name. Enter it "
                    "with the company's contact.",
                    company=self.name,
                )
            )
        if "sms" in effects.mapped("code") and "sms.sms" not in self.env:
            missing.append(
                self.env._(
                    "Text messages are not installed. Install them, or remove this "
                    "effect from the stage."
                )
            )
        return missing
