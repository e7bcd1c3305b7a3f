from lxml.builder import E

from odoo import api, models

# What a card takes over from a column: what it is, not how wide
LOOKS = ("name", "widget", "options", "digits")
ENTERED = (
    *LOOKS,
    *("string", "readonly", "required", "groups", "domain", "context", "placeholder"),
)
# Made for rows
ONLY_ROWS = ("handle", "boolean_toggle", "list_activity")


class TradeCard(models.AbstractModel):
    """Records that phones show as cards, and open in a form, both made from the list.

    A table is too wide for a phone. A model inherits this instead of writing its
    columns down once more, for its own list and for those inside of forms; one that
    wants a view of its own writes that view.
    """

    _name = "trade.card"
    _description = "Shown as Cards on Phones"

    # === COMPUTE METHODS === #

    @api.depends_context("lang")
    def _compute_display_name(self):
        """Name by its label what is named by a choice; Odoo names it by the code."""
        named = self._fields.get(self._rec_name)
        if not named or named.type != "selection":
            return super()._compute_display_name()
        for record in self:
            record.display_name = named.convert_to_export(record[named.name], record)

    # === VIEWS === #

    @api.model
    def _get_default_kanban_view(self):
        arch, _view = self._get_view(view_type="list")
        view = self._cards_of(arch)
        views = self.env["ir.ui.view"].sudo()
        if not (arch.get("editable") or views.default_view(self._name, "form")):
            view.set("can_open", "false")
        return view

    @api.model
    def _get_default_form_view(self):
        arch, _view = self._get_view(view_type="list")
        return self._form_of(arch)

    @api.model
    def _cards_of(self, arch):
        """Make cards of the columns that a list shows: the first in bold, the others
        below it with their labels, then the buttons.

        :param arch: the list, as the reader has it
        :rtype: lxml.etree._Element
        """
        first, *others = (
            each
            for each in arch.xpath("./field")
            if _is_column(each)
            and each.get("optional") != "hide"
            and each.get("widget") not in ONLY_ROWS
        )
        buttons = arch.xpath("./button[@type='object'][@string or @title]")
        card = E.t(
            E.div(_looks(first), **_when(first), **{"class": "fw-bolder fs-5"}),
            *map(self._card_row, others),
            {"t-name": "card"},
        )
        if buttons:
            card.append(E.footer(*map(_card_button, buttons)))
        return E.kanban(
            *map(_asked, _hidden(arch)),
            *(_asked(each) for each in others if self._is_yes_or_no(each)),
            E.templates(card),
            **_said(arch, "create", "edit", "delete", "default_order", "sample"),
        )

    @api.model
    def _form_of(self, arch):
        """Make a form of the columns that a list has.

        :param arch: the list, as the reader has it
        :rtype: lxml.etree._Element
        """
        columns = (
            E.field(**_said(each, *ENTERED), **_when(each))
            for each in arch.xpath("./field")
            if _is_column(each) and each.get("widget") != "handle"
        )
        hidden = (_asked(each, invisible="1") for each in _hidden(arch))
        rights = _said(arch, "create", "edit", "delete")
        return E.form(*hidden, E.sheet(E.group(*columns)), **rights)

    # === COLUMNS === #

    @api.model
    def _is_yes_or_no(self, column):
        """Tell whether the label says all, where it is true."""
        return self._fields[column.get("name")].type == "boolean"

    @api.model
    def _card_row(self, column):
        """Make the line of a card: the label and the value. What is empty has none."""
        field = self._fields[column.get("name")]
        described = field.get_description(self.env, ["string"])
        words = column.get("string") or described["string"]
        label = E.span(f"✓ {words}" if self._is_yes_or_no(column) else words)
        label.set("class", "text-muted text-nowrap")
        row = E.div(label, **_when(column), **_said(column, "groups"))
        row.set("class", "d-flex justify-content-between gap-3")
        if field.type not in ("integer", "float", "monetary"):
            value = f"record.{field.name}.raw_value"
            many = field.type in ("one2many", "many2many")
            row.set("t-if", f"{value}.length" if many else value)
        if not self._is_yes_or_no(column):
            row.append(E.div(_looks(column), **{"class": "text-end"}))
        return row


def _is_column(field):
    return field.get("column_invisible") not in ("True", "1")


def _hidden(arch):
    """:return: the fields that a list reads without showing them"""
    return [each for each in arch.xpath("./field") if not _is_column(each)]


def _asked(column, **more):
    """:return: the field of a column, read without being shown"""
    return E.field(**_said(column, "name", "groups"), **more)


def _looks(column):
    """:return: the field of a column, as a card has it"""
    decorations = (name for name in column.attrib if name.startswith("decoration-"))
    return E.field(**_said(column, *LOOKS, *decorations))


def _when(column):
    """:return: for which records a column, or its cell, is empty"""
    hidden = (column.get("column_invisible"), column.get("invisible"))
    either = " or ".join(f"({each})" for each in hidden if each)
    return {"invisible": either} if either else {}


def _card_button(button):
    look = {"type": "object", "class": "btn btn-secondary btn-sm"}
    words = button.get("string") or button.get("title")
    kept = _said(button, "name", "groups", "context", "confirm")
    return E.button(words, **kept, **_when(button), **look)


def _said(node, *names):
    """:return: what a node says of these attributes"""
    return {name: node.get(name) for name in names if node.get(name)}
