from odoo import api, models
from odoo.exceptions import UserError


class TradeRecord(models.AbstractModel):
    """A permanent record, which nobody deletes: it may be needed years later."""

    _name = "trade.record"
    _description = "Permanent Record"

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        kind = self.env["ir.model"]._get(self._name).name
        stays = self.env._(
            "“%(kind)s” is kept on record and cannot be deleted.", kind=kind
        )
        raise UserError(" ".join(filter(None, (stays, self._instead()))))

    @api.model
    def _instead(self):
        """Return what to do instead of deleting. Extend where something can be done.

        :return: a sentence, or nothing
        :rtype: str | None
        """
