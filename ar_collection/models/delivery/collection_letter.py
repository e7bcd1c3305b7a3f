from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.trade_credit_base.models.shown.trade_shown import shown

from .collection_delivery import WAITING
from .collection_delivery_address import PLACE


class CollectionLetter(models.Model):
    """What became of a letter on its ways out. Printing marks it as posted."""

    _name = "collection.letter"
    _inherit = ["collection.letter", "trade.shown"]

    sending = fields.Selection(
        [
            ("built", "Written"),
            ("ready", "Ready to Send"),
            ("failed", "Tried Again"),
            ("bounced", "Came Back"),
            ("unreached", "No Address"),
            ("settled", "Not Needed Any More"),
            ("sent", "Sent"),
        ],
        help="Sent: by one way at least, and nothing is still to go out. Not needed "
        "any more: paid or on hold before it went out.",
        **shown("sending", "_compute_sending"),
    )

    @api.depends("state", "delivery_ids.state")
    def _compute_sending(self):
        self._compute_shown(("sending",))

    def _shown_sql(self, name, alias):
        if name != "sending":
            return super()._shown_sql(name, alias)
        written = SQL.identifier(alias, "state", to_flush=self._fields["state"])
        return SQL(
            """
            (SELECT CASE WHEN bool_or(state = 'failed') THEN 'failed'
                         WHEN bool_or(state IN ('todo', 'queued')) THEN %(waits)s
                         WHEN bool_or(state = 'sent') THEN 'sent'
                         WHEN bool_or(state = 'unreached') THEN 'unreached'
                         WHEN bool_or(state = 'bounced') THEN 'bounced'
                         WHEN bool_or(state = 'settled') THEN 'settled'
                         ELSE %(waits)s END
               FROM collection_delivery WHERE letter_id = %(id)s)
            """,
            waits=SQL("CASE WHEN %s = 'built' THEN 'built' ELSE 'ready' END", written),
            id=SQL.identifier(alias, "id"),
            to_flush=self.env["collection.delivery"]._fields["state"],
        )

    def _posted_to(self):
        """Return where this letter is posted to: to its addressee, else the customer.

        :return: a res.partner; none if there is no address
        """
        people = self.recipient_id | self.partner_id
        return people.filtered(lambda each: any(each[name] for name in PLACE))[:1]

    def action_print(self):
        """Print letters, and note those that are to be posted as posted.

        Users who may not send them print a copy, which changes nothing.
        """
        printed = super().action_print()
        posts = self.sudo().delivery_ids.filtered(
            lambda each: each.channel == "post" and each.state in WAITING
        )
        posts = posts.with_env(self.env)._may_send()
        posts = posts.sudo() - posts.sudo()._settle()
        posts -= posts._find_addresses()
        # Before they are noted: what cannot be made into a PDF is not posted
        posts.letter_id._render()
        posts.with_env(self.env).action_printed()
        return printed
