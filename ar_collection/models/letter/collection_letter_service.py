from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import format_date

from odoo.addons.trade_credit_base.windows import shipped

from ...groups import COLLECTOR, require


class CollectionLetter(models.Model):
    """Service of a letter to the customer, and its proof: recorded once."""

    _inherit = "collection.letter"

    def action_serve(self):
        """Open the form in which a collector records the service of letters."""
        xml_id = "ar_collection.collection_letter_service_action"
        chosen = {"active_model": self._name, "active_ids": self.ids}
        return shipped(self.env, xml_id, context=chosen)

    def _serve(self, served_on, proofs, how=None):
        """Record that letters were served, in the name of the current user.

        It is written once: a court would ask why it was changed. A served letter
        restarts the limitation of the claims in it.

        :param date served_on: day on which the customer got them
        :param proofs: ir.attachment records that prove it, about all of the letters
        :param how: a text, as in "registered post RR123456789"
        :raises AccessError: if the user is no collector
        :raises UserError: if a letter was served already or is not ready to send, if
            the day cannot be, or if nothing proves it
        """
        why = self.env._(
            "Only collectors record the service of a letter. Ask one of them."
        )
        require(self.env, COLLECTOR, why)
        self.check_access("read")
        proofs.check_access("read")
        if not (self and proofs):
            raise UserError(
                self.env._("Choose the letters and attach what proves their service.")
            )
        for letter in self.sorted("id"):
            letter._check_served(served_on)
            letter._set_served(served_on, proofs, how)

    def _check_served(self, served_on):
        if self.state != "rendered":
            raise UserError(
                self.env._(
                    "%(letter)s has not been sent yet. Print or send it first.",
                    letter=self.number,
                )
            )
        if self.served_on:
            raise UserError(
                self.env._(
                    "The service of %(letter)s is recorded already and cannot be "
                    "changed. Remove the letter from the selection.",
                    letter=self.number,
                )
            )
        if not self.date <= served_on <= self.company_id._trade_day():
            raise UserError(
                self.env._(
                    "%(letter)s is dated %(date)s: the day of service is that day "
                    "or later, and not in the future. Correct the day.",
                    letter=self.number,
                    date=format_date(self.env, self.date),
                )
            )

    def _set_served(self, served_on, proofs, how):
        kept = self.sudo()._keep_proofs(proofs.sudo())
        self.sudo().write(
            {
                "served_on": served_on,
                "served_by_id": self.env.uid,
                "served_how": how,
                "service_proof_ids": [Command.set(kept.ids)],
            }
        )
        if self.case_id:
            self.case_id.sudo().message_post(
                body=self._served_text(), author_id=self.env.user.partner_id.id
            )

    def _served_text(self):
        """:return: what the case's record says about the service"""
        served = self.env._(
            "%(letter)s was served on %(date)s",
            letter=self.number,
            date=format_date(self.env, self.served_on),
        )
        return f"{served}: {self.served_how}" if self.served_how else f"{served}."

    def _keep_proofs(self, proofs):
        """Take the proofs over as the letter's own documents, which seals them.

        What belongs to something else is copied: neither the other record nor another
        letter loses it.

        :return: the attachments of this letter
        """
        home = {"res_model": self._name, "res_id": self.id}
        loose = proofs.filtered(lambda proof: not proof.res_id)
        loose.write(home)
        copies = [proof.copy(home | {"name": proof.name}) for proof in proofs - loose]
        return loose.union(*copies)
