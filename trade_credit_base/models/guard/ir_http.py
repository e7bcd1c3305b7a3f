from odoo import models
from odoo.exceptions import UserError
from odoo.http import request

from ...batches import CONFLICTS


class IrHttp(models.AbstractModel):
    """What people read when Odoo's last try met another transaction, too."""

    _inherit = "ir.http"

    @classmethod
    def _handle_error(cls, exception):
        """Say in a sentence that somebody else is at it, not in words of PostgreSQL."""
        if isinstance(exception, CONFLICTS) and not isinstance(exception, UserError):
            exception = UserError(
                request.env._(
                    "Somebody else is changing the same records right now. Try again "
                    "in a moment."
                )
            )
        return super()._handle_error(exception)
