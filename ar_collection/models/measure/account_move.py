from odoo import models


class AccountMove(models.Model):
    """A write-off entry that is taken back leaves a trace on its case."""

    _inherit = "account.move"

    def _collection_taken_back(self):
        """Tell the cases: what was written off is owed again."""
        domain = [("move_id", "in", self.ids)]
        for measure in self.env["collection.measure"].sudo().search(domain):
            measure._tell_case(
                self.env._(
                    "The entry of %(measure)s, %(entry)s, was set back to draft by "
                    "%(user)s: its items are owed again.",
                    measure=measure.display_name,
                    entry=measure.move_id.name,
                    user=self.env.user.name,
                )
            )
        return super()._collection_taken_back()
