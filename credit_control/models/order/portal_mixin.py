from odoo import models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools.safe_eval import safe_eval

from ...groups import USER

SEEN = {"sale.order", "account.move"}  # what whoever looks after credit reads


class PortalMixin(models.AbstractModel):
    """Orders and invoices that somebody reads for their credit: to read one is no
    reason to act as its customer.
    """

    _inherit = "portal.mixin"

    def _credit_is_only_seen(self):
        """Tell whether looking after credit is all that lets the user read records.

        :return: False for all others, and on documents of other models
        """
        own = self.sudo(False)
        return (
            self._name in SEEN
            and not own.env.su
            and own.env.user.has_group(USER)
            and not own.has_access("write")
            and not own._credit_is_seen_otherwise()
        )

    def _credit_is_seen_otherwise(self):
        """Tell whether the user's other groups let them read these records."""
        others = (self.env.user.all_group_ids - self.env.ref(USER)).ids
        own = [("model_id.model", "=", self._name), ("perm_read", "=", True)]
        lines = self.env["ir.model.access"].sudo()
        if not lines.search_count(
            [*own, ("group_id", "in", [*others, False])], limit=1
        ):
            return False
        rules = self.env["ir.rule"].sudo()
        rules = rules.search([*own, ("groups", "in", others)])
        place = rules._eval_context()
        readable = Domain.OR(
            Domain(safe_eval(rule.domain_force, place) if rule.domain_force else [])
            for rule in rules
        )
        found = self.sudo().filtered_domain(readable) if rules else self
        return len(found) == len(self)

    def _credit_link_refusal(self):
        return self.env._(
            "Only those who may change a document act on it as its customer does, or "
            "write to the customer from it. Ask its salesperson for what you need."
        )

    def _portal_ensure_token(self):
        """Give nobody a customer's link who may only read the document."""
        if not self.env.su and self._credit_is_only_seen():
            raise AccessError(self._credit_link_refusal())
        return super()._portal_ensure_token()

    def _has_field_access(self, field, operation):
        """Hide the customers' keys from those who may only read the document.

        Nobody who looks after credit searches by one: that tells them as well.
        """
        allowed = super()._has_field_access(field, operation)
        if field.name != "access_token" or self._name not in SEEN or self.env.su:
            return allowed
        if not self.env.user.has_group(USER):
            return allowed
        return allowed and bool(self) and not self._credit_is_only_seen()

    # === WRITING TO CUSTOMERS === #

    def _mail_get_operation_for_mail_message_operation(self, message_operation):
        """Let nobody post on an invoice who may only read it for its credit."""
        needed = super()._mail_get_operation_for_mail_message_operation(
            message_operation
        )
        if message_operation == "create" and self._credit_is_only_seen():
            seen = self.filtered(lambda each: each._credit_is_only_seen())
            needed |= dict.fromkeys(seen, "write")
        return needed

    def message_notify(self, **values):
        """Send no notice with a customer's link for who may only read the document."""
        if not self.env.su and self._credit_is_only_seen():
            raise AccessError(self._credit_link_refusal())
        return super().message_notify(**values)
