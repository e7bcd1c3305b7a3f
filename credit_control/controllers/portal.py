from odoo.exceptions import AccessError
from odoo.http import request
from odoo.tools import consteq

from odoo.addons.sale.controllers import portal


class CustomerPortal(portal.CustomerPortal):
    """The customer's pages: what colleagues may read there, they may not do there."""

    def _document_check_access(self, model_name, document_id, access_token=None):
        """Let colleagues in who may change the document, or were given its link.

        Whoever comes in accepts, declines and pays as the customer does: to read a
        document, as those do who look after credit, is no reason for that.
        """
        document_sudo = super()._document_check_access(
            model_name, document_id, access_token=access_token
        )
        if model_name in {"sale.order", "account.move"} and not request.env.user.share:
            token = document_sudo.access_token
            if not (token and access_token and consteq(token, access_token)):
                self._credit_check_colleague(document_sudo.with_env(request.env))
        return document_sudo

    def _credit_check_colleague(self, document):
        if document._credit_is_only_seen():
            raise AccessError(document._credit_link_refusal())
        if document._name == "sale.order" and document._credit_decided():
            document.check_access("write")
