from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL


class CollectionCase(models.Model):
    """The case that a contact shows."""

    _inherit = "collection.case"

    @api.model
    def _open_of_sql(self, customer, company):
        """Return the id of a customer's open case, by the rights of the user.

        :param SQL customer: the id of a commercial entity
        :param int company: the id of a root company
        :return: SQL of an expression; NULL if the user may see no cases at all
        """
        if not self.has_access("read"):
            return SQL("NULL")
        own = Domain("state", "=", "open") & Domain("company_id", "=", company)
        query = self._search(own)
        query.add_where(SQL("collection_case.partner_id = %s", customer))
        return SQL("(%s)", query.select(), to_flush=self._fields["partner_id"])
