from odoo import api, models

from ...groups import USER


class CreditTold(models.AbstractModel):
    """Lists and filters say what credit decided, where that counts.

    As long as no company that the user works in enforces credit control, they look to
    everybody else as they do without this addon.
    """

    _name = "credit.told"
    _description = "What Credit Tells Everybody"

    # The names of fields and filters in lists and searches
    _credit_told = ()

    @api.model
    def _credit_tells(self):
        """Tell whether what credit decides is shown to the user: to those who look
        after it always, to others where it is enforced."""
        if self.env.user.has_group(USER):
            return True
        roots = self.env.companies.sudo().root_id
        return "enforce" in roots.mapped("credit_mode")

    @api.model
    def _get_view_cache_key(self, view_id=None, view_type="form", **options):
        key = super()._get_view_cache_key(view_id, view_type, **options)
        return (*key, self._credit_tells())

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        arch, view = super()._get_view(view_id, view_type, **options)
        if view_type in ("list", "search") and not self._credit_tells():
            for node in arch.xpath("//field | //filter"):
                if node.get("name") in self._credit_told:
                    node.getparent().remove(node)
        return arch, view

    @api.model
    def fields_get(self, allfields=None, attributes=None):
        """Offer nobody to filter, group or export by what is not told."""
        found = super().fields_get(allfields, attributes)
        if not self._credit_tells():
            for name in found.keys() & set(self._credit_told):
                for use in ("searchable", "groupable", "sortable", "exportable"):
                    if use in found[name]:
                        found[name][use] = False
        return found
