import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, formataddr, split_every
from odoo.tools.translate import LazyTranslate

from odoo.addons.trade_credit_base.batches import AGAIN, apart, words_of
from odoo.addons.trade_credit_base.sentences import Name, Refusal

from ...core import delivery as core
from .collection_delivery import PENDING, WAITING

_lt = LazyTranslate(__name__)
_logger = logging.getLogger(__name__)

BATCH = 100  # deliveries between two looks at what was paid

SOON = timedelta(minutes=5)  # then the queues have done with what they were given

UNUSABLE = ("mail_email_invalid", "mail_email_missing")  # the address, says Odoo


class CollectionDelivery(models.Model):
    """Sending of deliveries: one at a time, and each is kept before the next."""

    _inherit = "collection.delivery"

    @api.model
    def _cron_deliver(self):
        """Send what waits, and note what became of what was sent.

        Each delivery is committed by itself. Killed anywhere, the next call goes on
        where this one stopped: the same letters, the same mails under the same
        Message-IDs. A mail that its server took just before a kill goes out once more
        under the same Message-ID, by which a mailbox can tell.
        """
        self.sudo()._deliver()

    @api.model
    def _deliver(self):
        cron = self.env["ir.cron"]
        self._follow_queues()
        post = [("channel", "=", "post"), ("state", "in", ("todo", "unreached"))]
        self.search(post)._find_addresses()
        todo = self.search(self._to_send_domain(), order="id")
        # What waits for a person, or for its next try, holds up its customer
        states = ("todo", "failed", "unreached")
        waiting = self.search([("state", "in", states)]) - todo
        waiting._settle(held=False)
        cron._commit_progress(remaining=len(todo))
        for ids in split_every(BATCH, todo.ids):
            some = self.browse(ids)
            some._settle()
            for delivery in some:
                delivery._send_off()._report()
                if not cron._commit_progress(1):
                    return
            self.env.invalidate_all()  # memory stays flat however many there are
        self._follow_queues()
        self._tell_bounces()
        actions = self.env["collection.action"].search([("state", "=", "sending")])
        actions._close_delivered()
        cron._commit_progress()

    def _report(self):
        """Report these deliveries, which the scheduled job sent off or tried to. What
        is to be printed is no more than made ready."""
        failed = self.filtered(lambda each: each.state == "failed")
        sent = self.filtered(lambda each: each.state not in ("failed", "todo"))
        self.env["trade.job"]._report(
            self.company_id, deliveries_sent=sent, deliveries_failed=failed
        )

    def _to_send_domain(self):
        """Return the deliveries to work on now. Post is rendered, to be printed."""
        now = self.env.cr.now()
        waiting = Domain("state", "=", "todo") | (
            Domain("state", "=", "failed") & Domain("next_try", "<=", now)
        )
        return waiting & (
            Domain("channel", "!=", "post") | Domain("letter_id.state", "=", "built")
        )

    # === WHAT IS STILL NEEDED === #

    def _settle(self, held=True):
        """Leave out what is paid or on hold by now, if it did not go out yet.

        :param bool held: what is on hold, too
        :return: the deliveries that are left out
        """
        unneeded = self.filtered(lambda each: each.state in WAITING)._unneeded(held)
        unneeded.write({"state": "settled", "next_try": False})
        unneeded.mail_id.filtered(lambda mail: mail.state != "sent").cancel()
        return unneeded

    def _unneeded(self, held=True):
        """Look into the ledger without writing to it: a job that sends mails must not
        meet another transaction.

        :param bool held: what is on hold is not needed, either
        :return: the deliveries of which nothing that took the step is owed any more
        """
        unneeded = self.browse()
        self.env.flush_all()
        for company, own in self.grouped("company_id").items():
            fresh = self.env["collection.item"]._fresh_sql(company, own.partner_id)
            rows = self.env.execute_query(
                SQL(
                    """
                    WITH fresh AS MATERIALIZED (%(fresh)s)
                    SELECT delivery.id
                      FROM collection_delivery AS delivery
                     WHERE delivery.id = ANY(%(ids)s)
                       AND NOT EXISTS (
                           SELECT FROM collection_action_line AS line
                             JOIN fresh ON fresh.id = line.item_id
                             JOIN collection_item AS item ON item.id = line.item_id
                            WHERE line.action_id = delivery.action_id
                              AND %(own)s AND %(waits)s AND fresh.state = 'open'
                              AND NOT fresh.no_followup
                              AND fresh.residual > COALESCE(item.paused_amount, 0)
                              AND (item.paused_since IS NULL OR NOT %(held)s))
                    """,
                    fresh=fresh,
                    held=held,
                    ids=own.ids,
                    own=self._own_line_sql(),
                    waits=self._waits_sql(),
                )
            )
            unneeded += self.browse([each for (each,) in rows])
        return unneeded

    @api.model
    def _own_line_sql(self):
        """A line of the action is about this delivery: no other letter names it. A text
        message is about all."""
        return SQL(
            """(delivery.channel = 'sms' OR NOT EXISTS (
                SELECT FROM collection_letter AS other
                  JOIN collection_letter_line AS named ON named.letter_id = other.id
                 WHERE other.action_id = delivery.action_id
                   AND other.id != delivery.letter_id
                   AND named.item_id = line.item_id))"""
        )

    def _waits_sql(self):
        """A line took its step, or did not and no other action took it since."""
        return SQL(
            """(line.state = 'due' OR (line.state = 'dropped' AND NOT EXISTS (
                SELECT FROM collection_action_line AS taken
                 WHERE taken.item_id = line.item_id AND taken.stage_id = line.stage_id
                   AND taken.state != 'dropped')))"""
        )

    # === SENDING ONE === #

    def _send_off(self):
        """Bring one delivery on its way; what goes wrong puts it off.

        :return: the delivery; none if somebody else is busy with it
        """
        self.ensure_one()
        delivery = self.try_lock_for_update(allow_referencing=True)
        if not delivery:
            self._wake(AGAIN)
        if delivery.state not in ("todo", "failed"):
            return delivery.browse()

        def failed(error):
            _logger.warning("%s: %s", delivery.display_name, error)
            delivery.tries += 1
            delivery._put_off(words_of(error))

        with apart(self.env.cr, failed):
            getattr(delivery, f"_send_{delivery.channel}")()
        return delivery

    def _send_email(self):
        """Put the letter into Odoo's queue of mails, which sends it."""
        self.letter_id._render()
        if self.mail_id:
            self.mail_id.mark_outgoing()
        else:
            self.mail_id = self.env["mail.mail"].create(self._prepare_mail_values())
            self.message_id = self.mail_id.mail_message_id
            self._note_envelope()
        self.write({"state": "queued", "tries": self.tries + 1, "next_try": False})

    def _send_post(self):
        """Have the letter ready to be printed: a person does that."""
        self.letter_id._render()
        self.write({"state": "todo", "failure": False, "next_try": False})

    def _put_off(self, reason):
        """Try again later, the later the more often it failed.

        :param str reason: what went wrong
        """
        next_try = fields.Datetime.now() + core.delay(self[:1].tries)
        self.write({"state": "failed", "failure": reason, "next_try": next_try})

    @api.model
    def _wake(self, later=timedelta(0)):
        """Have the scheduled job run soon.

        :param timedelta later: not before so much time has passed
        """
        cron = self.env.ref("ar_collection.collection_delivery_cron")
        cron.sudo()._trigger(fields.Datetime.now() + later)

    # === THE MAIL === #

    def _prepare_mail_values(self):
        """Return the mail that carries the letter, in the letter's language.

        Its Message-ID is made from this delivery and this database: a mail that goes
        out twice is one mail. Extend to add to it.
        """
        letter, record = self.letter_id, self.case_id or self.action_id
        rendered = self._render_template()
        author = self.letter_id.user_id.partner_id or self.company_id.partner_id
        return rendered | {
            "author_id": author.id,
            "model": record._name,
            "res_id": record.id,
            "message_type": "email_outgoing",
            "message_id": self._message_id(),
            "is_notification": True,  # its message stays if somebody deletes the mail
            "auto_delete": False,
            "email_to": formataddr((self.recipient_id.name or "", self.recipient)),
            "headers": repr({"X-Auto-Response-Suppress": "OOF"}),
            "attachment_ids": [fields.Command.link(letter.attachment_id.id)],
        }

    def _render_template(self):
        """:return: {subject, body, body_html, and what else the template has}"""
        template = self._template().with_context(
            lang=self.letter_id.lang, collection_letter_id=self.letter_id.id
        )
        names = ("subject", "body_html", "email_from", "reply_to", "mail_server_id")
        action = self.action_id
        values = template._generate_template(action.ids, names)[action.id]
        values = {name: values[name] for name in names if values.get(name)}
        if template.email_layout_xmlid:
            values["body_html"] = template._render_encapsulate(
                template.email_layout_xmlid,
                values.get("body_html"),
                {"company": self.company_id, "model_description": ""},
                context_record=self.case_id or action,
            )
        return values | {"body": values.get("body_html")}

    def _template(self):
        """Return the template of the stage's effect, else the one of the letter."""
        effects = self.stage_id.effect_ids.filtered(lambda each: each.code == "mail")
        shipped = f"ar_collection.mail_template_{self.letter_id.kind}"
        template = effects.mail_template_id[:1] or self.env.ref(shipped, False)
        if not template:
            raise Refusal(
                self.env,
                _lt(
                    "There is no mail template for “%(stage)s”. Choose one with the "
                    "stage's effects.",
                    stage=Name(
                        self.stage_id._name, self.stage_id.id, self.stage_id.name
                    ),
                ),
            )
        return template

    def _message_id(self):
        database = self.env["ir.config_parameter"].get_param("database.uuid")
        domain = self.company_id.alias_domain_id.name or "odoo"
        return f"<collection-{database}-{self.id}-{self.resent}@{domain}>"

    def _note_envelope(self):
        """Let the message on the case show whether its mail got through."""
        (values,) = self.mail_id._get_notification_values()
        values["mail_email_address"] = self.recipient
        self.env["mail.notification"].create(values)

    # === OUTCOME === #

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
                why = _lt("It was removed from the queue of outgoing mails.")
                own.write({"state": "failed", "next_try": False, "failure": why})
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
        """Note that these came back; :meth:`_tell_bounces` notifies the owners.

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
        """Note on the cases what came back, and give their owners something to do."""
        come_back = [("state", "=", "bounced"), ("is_told", "=", False)]
        untold = self.sudo().search(come_back)
        for delivery in untold:
            delivery._tell_bounce()
        untold.is_told = True

    def _tell_bounce(self):
        action, case = self.action_id, self.case_id
        target, company = case or action.partner_id, self.company_id
        heirs = case.user_id | action.user_id | company._trade_heirs(target)
        owner, absent = company._trade_who(heirs, target)
        env = self.with_context(lang=owner.lang or self.env.lang).env
        told = env._(
            "%(letter)s to %(address)s came back: %(reason)s",
            letter=self.letter_id.number or self.stage_id.name,
            address=self.recipient or self.partner_id.name,
            reason=self.failure or "",
        )
        (case or action).message_post(body=told)
        quiet = {"mail_activity_quick_update": True}  # tells nobody by mail
        self.activity_id = target.with_context(**quiet).activity_schedule(
            "mail.mail_activity_data_todo",
            date_deadline=self.company_id._trade_day(),
            summary=env._("Find out the right address and send it again"),
            note=told,
            user_id=owner.id,
            trade_wait="bounced",
            trade_for_id=absent.id,
        )
