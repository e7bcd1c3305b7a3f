from odoo import api, fields, models

from odoo.addons.trade_credit_base.windows import chosen


class CollectionLetterService(models.TransientModel):
    """Says when and how letters were served, and keeps what proves it."""

    _name = "collection.letter.service"
    _description = "Proof of Service"

    letter_ids = fields.Many2many(
        "collection.letter",
        string="Letters",
        required=True,
        default=lambda self: self._default_letters(),
        help="One proof may be about several letters, as the list of a post office is.",
    )
    served_on = fields.Date(
        required=True, default=lambda self: self.env.company._trade_day()
    )
    how = fields.Char(
        help="Registered post with its number, courier, in person, by a notary"
    )
    proof_ids = fields.Many2many(
        "ir.attachment",
        "collection_letter_service_proof_upload",
        "service_id",
        "attachment_id",
        help="The return slip, the courier's receipt, the slip that the customer "
        "signed: as a scan or a file.",
    )

    @api.model
    def _default_letters(self):
        letters = chosen(self.env["collection.letter"])
        return letters.filtered(lambda letter: not letter.served_on)

    def action_confirm(self):
        """Record the service; :meth:`collection.letter._serve` checks it."""
        self.ensure_one()
        self.letter_ids._serve(self.served_on, self.proof_ids, self.how)
        return {"type": "ir.actions.act_window_close"}
