from datetime import timedelta

from odoo import api, models
from odoo.fields import Domain

from ...core import delivery as core
from .collection_delivery import PENDING

SOON = timedelta(minutes=5)  # then the queues have done with what they were given

UNUSABLE = ("mail_email_invalid", "mail_email_missing")  # the address, says Odoo


class CollectionDelivery(models.Model):
    """What became of deliveries: sent, put off, or come back."""

    _inherit = "collection.delivery"

    @api.model
    def _follow_queues(self):
        """Take over what the queues of mails and of text messages say."""
        queued = Domain("state", "=", "queued")
        mails = Domain("channel", "=", "email") & (
            Domain("mail_id", "=", False) | Domain("mail_id.state", "!=", "outgoing")
        )
        self.search(queued & mails)._follow_mails()
        self.search(queued & Domain("channel", "=", "sms"))._follow_sms()
        if self.search_count(queued, limit=1):
            # One on which the server hung up may have stopped the queue of mails
            self.env.ref("mail.ir_cron_mail_scheduler_action")._trigger()
            self._wake(SOON)

    def _follow_mails(self):
        """Take over what became of the mails of these deliveries.

        Called while mails are being sent: it writes to these deliveries only.
        """
        deliveries = self.filtered(lambda each: each.state in PENDING)
        for mail, own in deliveries.grouped("mail_id").items():
            if not mail:
                own.state = "todo"
            elif mail.state in ("sent", "received"):
                own._arrived(mail.write_date)
            elif mail.state == "cancel":
                own.write(
                    {
                        "state": "failed",
                        "next_try": False,
                        "failure": self.env._(
                            "Somebody took it out of the queue of outgoing mails."
                        ),
                    }
                )
        failed = deliveries.filtered(lambda each: each.mail_id.state == "exception")
        for (reason, kind, tries), own in failed.grouped(
            lambda each: (
                each.mail_id.failure_reason or "",
                each.mail_id.failure_type,
                each.tries,
            )
        ).items():
            if kind in UNUSABLE or core.is_refused(reason, tries):
                own._came_back(reason)
            else:
                own._put_off(reason)

    def _arrived(self, moment):
        self.write(
            {"state": "sent", "sent_on": moment, "failure": False, "next_try": False}
        )

    # === COME BACK === #

    def _came_back(self, reason):
        """Note that these came back; :meth:`_tell_bounces` tells whoever has to know.

        :param str reason: what the server said
        """
        said = core.reply(reason)
        text = f"{said.code} {said.text}" if said else reason
        self.write(
            {"state": "bounced", "failure": text, "next_try": False, "is_told": False}
        )
        self.filtered("case_id")._wake()

    @api.model
    def _bounced(self, message, reason):
        """Note that a mail came back after its server had taken it.

        :param message: mail.message record, of any mail; empty if nobody knows
        :param str reason: what the other server said
        """
        if not message:
            return
        known = [("message_id", "in", message.ids), ("state", "in", ("queued", "sent"))]
        deliveries = self.sudo().search(known)
        deliveries._came_back(reason)
        deliveries._tell_bounces()

    @api.model
    def _tell_bounces(self):
        """Say on the cases what came back, and give their owners something to do."""
        untold = self.sudo().search(
            [("state", "=", "bounced"), ("is_told", "=", False)]
        )
        for delivery in untold:
            delivery._tell_bounce()
        untold.is_told = True

    def _tell_bounce(self):
        action, case = self.action_id, self.case_id
        owner = case.user_id or action.user_id
        owner = owner or self.company_id.collection_collector_id or self.env.user
        env = self.with_context(lang=owner.lang or self.env.lang).env
        told = env._(
            "%(letter)s to %(address)s came back: %(reason)s",
            letter=self.letter_id.number or self.stage_id.name,
            address=self.recipient or self.partner_id.name,
            reason=self.failure or "",
        )
        (case or action).message_post(body=told)
        quiet = {"mail_activity_quick_update": True}  # tells nobody by mail
        (case or action.partner_id).with_context(**quiet).activity_schedule(
            "mail.mail_activity_data_todo",
            date_deadline=self.company_id._trade_day(),
            summary=env._("Find out the right address and send it again"),
            note=told,
            user_id=owner.id,
        )
