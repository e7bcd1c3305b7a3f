from functools import wraps

from odoo import api, models
from odoo.exceptions import UserError


def kept(method):
    """Mark what is asked before records are deleted, but when Odoo uninstalls.

    Odoo's own mark, ``at_uninstall=False``, goes by a key in the context, and any
    client sends one.
    """

    @wraps(method)
    def asked(self):
        if self.env.registry.ready:
            method(self)

    return api.ondelete(at_uninstall=True)(asked)


class TradeRecord(models.AbstractModel):
    """A permanent record, which nobody deletes: it may be needed years later."""

    _name = "trade.record"
    _description = "Permanent Record"

    @kept
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
