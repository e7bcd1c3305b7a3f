from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL
from odoo.tools.translate import LazyTranslate

from odoo.addons.trade_credit_base.sentences import Refusal, Sentence, kept
from odoo.addons.trade_credit_base.windows import form_of, shipped_for

from ...groups import COLLECTOR
from ...statements import stamp

_lt = LazyTranslate(__name__)
PENDING = ("todo", "queued", "failed")  # not out yet, and still to go
WAITING = (*PENDING, "unreached")  # not out yet: goes once there is an address

AGAIN = ("failed", "bounced", "settled")  # what a person may send once more


class CollectionDelivery(models.Model):
    """One way that a letter goes out, and what became of it. Never deleted.

    A letter has at most one delivery of each channel, and an action one text message.
    What it asks for may be paid while it waits: it is looked up again before it goes,
    and left if so.
    """

    _name = "collection.delivery"
    _description = "Delivery"
    _inherit = ["collection.case.record"]
    _order = "id desc"

    action_id = fields.Many2one(
        "collection.action", required=True, index=True, ondelete="restrict"
    )
    letter_id = fields.Many2one(
        "collection.letter", index="btree_not_null", ondelete="restrict"
    )
    stage_id = fields.Many2one("collection.stage", ondelete="restrict")
    date = fields.Date(required=True, help="Day of the action that it belongs to.")
    amount = fields.Monetary(related="letter_id.amount")
    channel = fields.Selection(
        [("email", "E-mail"), ("post", "Post"), ("sms", "Text message")], required=True
    )
    instead_of = fields.Selection(
        [("no_email", "No e-mail address"), ("bounced", "The e-mail came back")],
        "Posted Because",
        help="Reason for which this goes by post though the procedure sends it by "
        "e-mail.",
    )
    recipient_id = fields.Many2one("res.partner", index=True, ondelete="restrict")
    recipient = fields.Char(
        "Address", help="The address or number as it was used, whatever it is today."
    )
    state = fields.Selection(
        [
            ("todo", "To do"),
            ("queued", "In the queue"),
            ("sent", "Sent"),
            ("failed", "Tried again"),
            ("bounced", "Came back"),
            ("unreached", "No address"),
            ("settled", "Not needed any more"),
        ],
        default="todo",
        required=True,
        help="In the queue: handed over to the outgoing mails. Tried again: it did not "
        "go out, and the next try comes by itself. Came back: refused for good. No "
        "address: goes once somebody enters one with the customer. Not "
        "needed any more: paid or on hold before it went out.",
    )
    tries = fields.Integer(aggregator=None)
    resent = fields.Integer(
        "Sent Anew", aggregator=None, help="Number of times a person had it sent again."
    )
    failure = Sentence()
    next_try = fields.Datetime(
        help="Empty if it waits for a person: after an e-mail was taken out of the "
        "queue of outgoing mails."
    )
    sent_on = fields.Datetime(
        help="When the mail server took it, or when it was printed."
    )
    user_id = fields.Many2one(
        "res.users",
        "Printed By",
        ondelete="restrict",
        help="Person who printed and posts it.",
    )
    message_id = fields.Many2one(
        "mail.message", index="btree_not_null", ondelete="set null"
    )
    mail_id = fields.Many2one("mail.mail", index="btree_not_null", ondelete="set null")
    activity_id = fields.Many2one(
        "mail.activity", index="btree_not_null", ondelete="set null"
    )
    is_told = fields.Boolean(
        help="The owner of the case was notified that it came back."
    )

    _channel_unique = models.UniqueIndex(
        "(letter_id, channel) WHERE channel != 'sms'",
        "A letter goes out once by each channel.",
    )
    _sms_unique = models.UniqueIndex(
        "(action_id) WHERE channel = 'sms'", "An action has one text message."
    )
    _pending_idx = models.Index(
        "(state, next_try) WHERE state IN ('todo', 'queued', 'failed')"
    )

    # === COMPUTE METHODS === #

    @api.depends("letter_id", "channel", "partner_id")
    def _compute_display_name(self):
        field = self._fields["channel"]
        for delivery in self:
            channel = field.convert_to_export(delivery.channel, delivery)
            what = delivery.letter_id.number or delivery.partner_id.name
            delivery.display_name = f"{what} ({channel})"

    # === ACTION METHODS === #

    def action_print(self):
        """Print letters to be posted, as one document; they count as posted then.

        :return: the action that hands over the document
        :raises UserError: if none of them is to be posted
        """
        self._check_may_send()
        posts = self.sudo().filtered(lambda each: each.channel == "post")
        if not posts:
            raise UserError(
                self.env._(
                    "None of these deliveries goes by post. Choose some that do."
                )
            )
        left = posts - posts._settle()
        if not left:
            return self._notify(
                self.env._("There is nothing to print: the amount is paid or on hold.")
            )
        if not (left := left - left._find_addresses()):
            raise posts._without_address()
        return left.letter_id.with_env(self.env).action_print()

    def action_printed(self):
        """Mark letters to be posted as printed, by the current user, now."""
        self._check_may_send()
        asked = self.sudo().filtered(
            lambda each: each.channel == "post" and each.state in WAITING
        )
        posts = asked - asked._find_addresses()
        if asked and not posts:
            raise asked._without_address()
        for delivery in posts:
            where = delivery.letter_id._address_lines(delivery.letter_id._posted_to())
            delivery.recipient = ", ".join(where)
        posts.write(
            {
                "state": "sent",
                "sent_on": fields.Datetime.now(),
                "user_id": self.env.uid,
                "failure": False,
                "next_try": False,
            }
        )
        posts.action_id._close_delivered()
        posts.action_id.run_id._follow_waits("post")
        return True

    def action_retry(self):
        """Send once more, to the address of today, what failed, came back, or was not
        needed and is: a promise was broken, say.

        :raises UserError: if there is no address
        """
        self._check_may_send()
        again = self.sudo().filtered(lambda each: each.state in AGAIN)
        again -= again._unneeded()
        if not again:
            return self._notify(
                self.env._(
                    "There is nothing to send: the amount is paid or on hold, or "
                    "the letter was sent already."
                )
            )
        for delivery in again:
            anew = delivery._readdress() or delivery.state == "bounced"
            if anew:
                delivery.mail_id.filtered(lambda mail: mail.state != "sent").cancel()
            delivery.write(
                {
                    "state": "todo",
                    "next_try": False,
                    "is_told": False,
                    "tries": 0,
                    "resent": delivery.resent + anew,
                    "mail_id": False if anew else delivery.mail_id.id,
                }
            )
        self._wake()
        again.action_id._reopen_undelivered()
        return True

    def action_post(self):
        """Send by post what came back as an e-mail.

        :return: the action that shows the deliveries to print
        """
        self._check_may_send()
        bounced = self.sudo().filtered(
            lambda each: each.state == "bounced" and each.letter_id
        )
        if not bounced:
            raise UserError(
                self.env._("Only letters that came back can be posted instead.")
            )
        self._insert(bounced.letter_id, "post", "bounced")
        bounced.action_id._reopen_undelivered()
        posts = self.env["collection.delivery"].search(
            [("letter_id", "in", bounced.letter_id.ids), ("channel", "=", "post")]
        )
        xml_id = "ar_collection.collection_delivery_action"
        return shipped_for(self.env, xml_id, [("id", "in", posts.ids)])

    def action_open_letter(self):
        """Show the letter."""
        return form_of(self.letter_id)

    def action_open_action(self):
        """Show the action that this belongs to."""
        return form_of(self.action_id)

    def action_open_mail(self):
        """Show the e-mail where it was sent from."""
        highlighted = {"highlight_message_id": self.message_id.id}
        return form_of(self.case_id or self.action_id, context=highlighted)

    # === BUSINESS METHODS === #

    def _check_may_send(self):
        """Collectors send all letters, others those of their own cases.

        :raises AccessError: if the user is neither
        """
        self.check_access("read")
        if foreign := self - self._may_send():
            raise AccessError(
                self.env._(
                    "%(deliveries)s: only collectors send letters of cases that are "
                    "not their own. Ask one of them.",
                    deliveries=", ".join(foreign.sudo().mapped("display_name")[:5]),
                )
            )

    def _may_send(self):
        """:return: those that the current user may send"""
        if self.env.su or self.env.user.has_group(COLLECTOR):
            return self
        own = self.sudo().filtered(
            lambda each: (each.case_id or each.action_id).user_id == self.env.user
        )
        return own.with_env(self.env)

    def _notify(self, message):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"message": message, "type": "info"},
        }

    # === NEW DELIVERIES === #

    @api.model
    def _insert(self, letters, channel, instead_of=None):
        """Have letters delivered; one that goes out by this channel already does not.

        :param letters: collection.letter records
        :param str channel: email, which becomes post without an address; or post
        :param instead_of: why it goes by post though it should not
        :type instead_of: str | None
        """
        self._insert_rows(
            SQL(
                """
                SELECT letter.action_id, letter.id, letter.company_id, letter.case_id,
                       letter.partner_id, action.stage_id, action.date,
                       CASE WHEN meant.email IS NULL THEN 'post' ELSE 'email' END,
                       CASE WHEN %(channel)s = 'email' AND meant.email IS NULL
                            THEN 'no_email' ELSE %(instead_of)s END,
                       CASE WHEN meant.email = customer.email_normalized
                             AND meant.email IS DISTINCT FROM contact.email_normalized
                            THEN customer.id ELSE contact.id END,
                       meant.email,
                       CASE WHEN meant.email IS NULL AND NOT (%(posted)s)
                            THEN 'unreached' ELSE 'todo' END, NULL
                  FROM collection_letter AS letter
                  JOIN collection_action AS action ON action.id = letter.action_id
                  JOIN res_partner AS contact ON contact.id = letter.recipient_id
                  JOIN res_partner AS customer ON customer.id = letter.partner_id
                  JOIN LATERAL (
                       SELECT CASE WHEN %(channel)s = 'email'
                                   THEN COALESCE(contact.email_normalized,
                                                 customer.email_normalized) END AS email
                       ) AS meant ON TRUE
                 WHERE letter.id = ANY(%(ids)s)
                 ORDER BY letter.id
                """,
                channel=channel,
                instead_of=instead_of,
                posted=SQL(" OR ").join(map(self._posted_sql, ("contact", "customer"))),
                ids=letters.ids,
            )
        )
        own = [("letter_id", "in", letters.ids), ("state", "=", "unreached")]
        self.search(own)._follow_address()

    def _insert_rows(self, rows):
        """Write deliveries down, of those that are none yet.

        :param SQL rows: in the order of the columns up to ``failure``
        """
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO collection_delivery (
                       action_id, letter_id, company_id, case_id, partner_id, stage_id,
                       date, channel, instead_of, recipient_id, recipient, state,
                       failure, tries, resent, is_told, create_uid, write_uid,
                       create_date, write_date)
                SELECT wanted.*, 0, 0, FALSE, %(uid)s, %(uid)s, %(now)s, %(now)s
                  FROM (%(rows)s) AS wanted
                    ON CONFLICT DO NOTHING
                """,
                rows=rows,
                **stamp(self.env),
            )
        )
        self.env.invalidate_all()
        self._wake()

    @api.model
    def _insert_sms(self, actions):
        """Have text messages sent, one a customer however many letters they get; who
        has no number is noted as not reached.

        :param actions: collection.action records
        """
        self._insert_rows(
            SQL(
                """
                SELECT action.id, letter.id, action.company_id, action.case_id,
                       partner.id, action.stage_id, action.date, 'sms', NULL,
                       CASE WHEN contact.phone > '' THEN contact.id ELSE partner.id END,
                       meant.phone,
                       CASE WHEN meant.phone IS NULL THEN 'bounced' ELSE 'todo' END,
                       CASE WHEN meant.phone IS NULL THEN %(missing)s END
                  FROM collection_action AS action
                  JOIN res_partner AS partner ON partner.id = action.partner_id
                  JOIN LATERAL (%(addressed)s) AS addressed ON TRUE
                  JOIN res_partner AS contact ON contact.id = addressed.recipient_id
                  JOIN LATERAL (
                       SELECT COALESCE(NULLIF(contact.phone, ''),
                                       NULLIF(partner.phone, '')) AS phone
                       ) AS meant ON TRUE
                  LEFT JOIN LATERAL (
                       SELECT MIN(id) AS id FROM collection_letter
                        WHERE action_id = action.id) AS letter ON TRUE
                 WHERE action.id = ANY(%(ids)s)
                 ORDER BY action.id
                """,
                addressed=self.env["collection.letter"]._addressed_sql(),
                missing=kept(_lt("There is no phone number.")),
                ids=actions.ids,
            )
        )

    def _readdress(self):
        """Take the address of today.

        :return: whether it is another one than before
        :raises UserError: if there is none
        """
        self.ensure_one()
        if self.channel == "post":
            return False
        people = self.letter_id.recipient_id | self.recipient_id | self.partner_id
        field = "email_normalized" if self.channel == "email" else "phone"
        found = people.filtered(field)[:1]
        if not found:
            raise Refusal(
                self.env,
                _lt(
                    "%(customer)s cannot be reached that way. Enter an address with "
                    "the contact, or post the letter.",
                    customer=self.partner_id.name,
                ),
            )
        before = self.recipient
        self.write({"recipient_id": found.id, "recipient": found[field]})
        return self.recipient != before
