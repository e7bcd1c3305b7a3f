from odoo import api, models


class AccountMoveLine(models.Model):
    """Nobody but accountants says by hand which order lines a journal item bills."""

    _inherit = "account.move.line"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        if any("sale_line_ids" in vals for vals in vals_list):
            lines._credit_check_linked()
        return lines

    def write(self, vals):
        if "sale_line_ids" not in vals:
            return super().write(vals)
        self._credit_check_linked()
        done = super().write(vals)
        self._credit_check_linked()
        return done

    def _credit_check_linked(self):
        """See the method of order lines."""
        self.sudo().sale_line_ids.with_env(self.env)._credit_check_linked()
