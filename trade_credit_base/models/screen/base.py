from odoo import api, models


class Base(models.AbstractModel):
    """Lists inside of forms, which phones show as cards."""

    _inherit = "base"

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        """Give lists of what is shown as cards (``trade.card``) their cards, and those
        that are written in their rows a form."""
        arch, view = super()._get_view(view_id, view_type, **options)
        if view_type == "form":
            for node in arch.xpath(
                "//field[list][not(kanban)][count(ancestor::form)=1]"
            ):
                self._add_cards(node)
        return arch, view

    @api.model
    def _add_cards(self, node):
        field = self._fields.get(node.get("name"))
        inside = self.env[field.comodel_name] if field and field.comodel_name else self
        if not isinstance(inside, self.env.registry["trade.card"]):
            return
        rows = node.find("list")
        node.append(inside._cards_of(rows))
        if rows.get("editable") and node.find("form") is None:
            node.append(inside._form_of(rows))
        node.set("mode", "list,kanban")
