from odoo import models

from .collection_delivery import PENDING


class CollectionLetter(models.Model):
    """Printing marks a letter as posted."""

    _inherit = "collection.letter"

    def action_print(self):
        """Print letters, and note those that are to be posted as posted.

        Users who may not send them print a copy, which changes nothing.
        """
        printed = super().action_print()
        posts = self.sudo().delivery_ids.filtered(
            lambda each: each.channel == "post" and each.state in PENDING
        )
        posts = posts.with_env(self.env)._may_send()
        posts = posts.sudo() - posts.sudo()._settle()
        # Before they are noted: what cannot be made into a PDF is not posted
        posts.letter_id._render()
        posts.with_env(self.env).action_printed()
        return printed
