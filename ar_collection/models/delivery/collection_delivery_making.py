from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class CollectionDelivery(models.Model):
    """How deliveries come to be: one statement for any number of letters."""

    _inherit = "collection.delivery"

    @api.model
    def _insert(self, letters, channel, instead_of=None):
        """Have letters delivered; one that goes out by this channel already does not.

        :param letters: collection.letter records
        :param str channel: email, which becomes post without an address; or post
        :param instead_of: why it goes by post though it should not
        :type instead_of: str | None
        """
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO collection_delivery (
                       action_id, letter_id, company_id, case_id, partner_id, stage_id,
                       date, channel, instead_of, recipient_id, recipient, state, tries,
                       resent, is_told, create_uid, write_uid, create_date, write_date)
                SELECT letter.action_id, letter.id, letter.company_id, letter.case_id,
                       letter.partner_id, action.stage_id, action.date,
                       CASE WHEN meant.email IS NULL THEN 'post' ELSE 'email' END,
                       CASE WHEN %(channel)s = 'email' AND meant.email IS NULL
                            THEN 'no_email' ELSE %(instead_of)s END,
                       CASE WHEN meant.email = customer.email_normalized
                             AND meant.email IS DISTINCT FROM contact.email_normalized
                            THEN customer.id ELSE contact.id END,
                       meant.email, 'todo', 0, 0, FALSE, %(uid)s, %(uid)s, %(now)s,
                       %(now)s
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
                    ON CONFLICT (action_id, channel) DO NOTHING
                """,
                channel=channel,
                instead_of=instead_of,
                uid=self.env.uid,
                now=self.env.cr.now(),
                ids=letters.ids,
            )
        )
        self.env.invalidate_all()
        self._wake()

    @api.model
    def _insert_sms(self, actions):
        """Have text messages sent; who has no number is noted as not reached.

        :param actions: collection.action records
        """
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO collection_delivery (
                       action_id, letter_id, company_id, case_id, partner_id, stage_id,
                       date, channel, recipient_id, recipient, state, failure, tries,
                       resent, is_told, create_uid, write_uid, create_date, write_date)
                SELECT action.id, letter.id, action.company_id, action.case_id,
                       partner.id, action.stage_id, action.date, 'sms',
                       CASE WHEN contact.phone > '' THEN contact.id ELSE partner.id END,
                       meant.phone,
                       CASE WHEN meant.phone IS NULL THEN 'bounced' ELSE 'todo' END,
                       CASE WHEN meant.phone IS NULL THEN %(missing)s END,
                       0, 0, FALSE, %(uid)s, %(uid)s, %(now)s, %(now)s
                  FROM collection_action AS action
                  JOIN res_partner AS partner ON partner.id = action.partner_id
                  JOIN LATERAL (%(addressed)s) AS addressed ON TRUE
                  JOIN res_partner AS contact ON contact.id = addressed.recipient_id
                  JOIN LATERAL (
                       SELECT COALESCE(NULLIF(contact.phone, ''),
                                       NULLIF(partner.phone, '')) AS phone
                       ) AS meant ON TRUE
                  LEFT JOIN collection_letter AS letter ON letter.action_id = action.id
                 WHERE action.id = ANY(%(ids)s)
                 ORDER BY action.id
                    ON CONFLICT (action_id, channel) DO NOTHING
                """,
                addressed=self.env["collection.letter"]._addressed_sql(),
                missing=self.env._("There is no phone number."),
                uid=self.env.uid,
                now=self.env.cr.now(),
                ids=actions.ids,
            )
        )
        self.env.invalidate_all()
        self._wake()

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
            raise UserError(
                self.env._(
                    "%(customer)s cannot be reached that way. Enter an address with "
                    "the contact, or post the letter.",
                    customer=self.partner_id.name,
                )
            )
        before = self.recipient
        self.write({"recipient_id": found.id, "recipient": found[field]})
        return self.recipient != before
