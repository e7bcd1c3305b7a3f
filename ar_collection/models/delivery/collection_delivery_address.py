from odoo import api, models
from odoo.tools import SQL
from odoo.tools.translate import LazyTranslate

from odoo.addons.trade_credit_base.sentences import Refusal

_lt = LazyTranslate(__name__)
PLACE = ("street", "street2")  # one of these makes an address for the post


class CollectionDelivery(models.Model):
    """Letters to customers of whom nobody knows where they are.

    They are not sent and wait for no printer: somebody finds an address. Until then no
    further step is taken, as if the customer knew of this one.
    """

    _inherit = "collection.delivery"

    @api.model
    def _posted_sql(self, alias):
        """Return the condition that a letter can be posted to a contact.

        :param str alias: of res_partner
        """
        fields = self.env["res.partner"]._fields
        return SQL(" OR ").join(
            SQL(
                "COALESCE(%s, '') > ''",
                SQL.identifier(alias, name, to_flush=fields[name]),
            )
            for name in PLACE
        )

    def _told_otherwise(self):
        """:return: whether the customer has the same letter, or a text message about
        it, in another way"""
        return bool(
            self.action_id.delivery_ids.filtered(
                lambda each: (
                    each.state == "sent"
                    and (each.letter_id == self.letter_id or each.channel == "sms")
                )
            )
        )

    def _find_addresses(self):
        """Let letters to be posted wait for an address, or for it no more, by what is
        entered with the customers now. One that goes by post for want of an e-mail
        address goes by mail where there is one since.

        :return: those that cannot be posted
        """
        posts = self.filtered(
            lambda each: (
                each.channel == "post" and each.state in ("todo", "failed", "unreached")
            )
        )
        without = posts.filtered(lambda each: not each.letter_id._posted_to())
        mailed = without.filtered(lambda each: each._turn_to_mail())
        lost = (without - mailed).filtered(lambda each: each.state != "unreached")
        lost.write({"state": "unreached"})
        found = (posts - without).filtered(lambda each: each.state == "unreached")
        (found | mailed).write({"state": "todo"})
        if found | mailed:
            self._wake()
        opened = (without - mailed)._join_cases()
        (found | mailed | lost | opened)._follow_address()
        return without

    def _join_cases(self):
        """Let these belong to the case of their customer, where it opened since.

        :return: those that do so now
        """
        loose = self.filtered(lambda each: not each.case_id)
        whose = [("partner_id", "in", loose.partner_id.ids), ("state", "=", "open")]
        cases = loose and self.env["collection.case"].sudo().search(whose)
        by_customer = {(each.partner_id, each.company_id): each for each in cases}
        joined = self.browse()
        for delivery in loose:
            key = (delivery.partner_id, delivery.company_id)
            if case := by_customer.get(key):
                delivery.case_id = case
                joined |= delivery
        joined.action_id.run_id._follow_waits("address")
        return joined

    def _follow_address(self):
        """Give and end what is to be done about these for want of an address."""
        self.case_id._follow_waits("address")
        self.filtered(lambda each: not each.case_id).action_id.run_id._follow_waits(
            "address"
        )

    def _turn_to_mail(self):
        """Send by mail what was to be posted for want of an e-mail address.

        :return: whether it goes by mail now
        """
        codes = self.stage_id.effect_ids.mapped("code")
        if self.instead_of != "no_email" or "letter" in codes:
            return False
        people = self.letter_id.recipient_id | self.partner_id
        found = people.filtered("email_normalized")[:1]
        if found:
            address = {"recipient_id": found.id, "recipient": found.email_normalized}
            self.write({**address, "channel": "email", "instead_of": False})
        return bool(found)

    def _without_address(self):
        """:return: the refusal to post these: there is no address"""
        return Refusal(
            self.env,
            _lt(
                "There is no address of %(customers)s. Find one, enter it with the "
                "contact, and post the letter then.",
                customers=self.partner_id.mapped("name"),
            ),
        )
