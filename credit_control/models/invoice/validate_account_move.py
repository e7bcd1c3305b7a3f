from odoo import models


class ValidateAccountMove(models.TransientModel):
    _inherit = "validate.account.move"

    def validate_move(self):
        """A person confirms what is to be posted."""
        with self.move_ids._credit_by_hand():
            return super().validate_move()
