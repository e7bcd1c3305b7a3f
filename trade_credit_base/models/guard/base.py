from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tools import ormcache
from odoo.tools.translate import LazyGettext

from ...core.given import MOST, is_amount, is_day, is_json, is_text, said
from .ir_default import builds_on_base

TEXTS = "char", "text", "html"
NAMING = "many2one", "one2many", "many2many"


class Base(models.AbstractModel):
    """What clients write into the fields of this suite.

    Odoo takes any key and any value from a client: copies that it computes itself, too,
    and it answers what it cannot store in words of Python or of the database.
    """

    _inherit = "base"

    # === CRUD METHODS === #

    def write(self, vals):
        if not self.env.su:
            self._trade_check_given(vals)
            self._trade_check_copies(vals)
            self._trade_check_named(vals)
        return super().write(vals)

    def onchange(self, values, field_names, fields_spec):
        if not self.env.su:
            context = self.env.context
            sent = {name: context.get(f"default_{name}") for name in self._fields}
            self._trade_check_named(sent)
            self._trade_check_named(values)
        return super().onchange(values, field_names, fields_spec)

    @api.model
    def _prepare_create_values(self, vals_list):
        """Odoo itself passes over copies that are given for a new record."""
        if self.env.su or not self._trade_kinds()[0]:
            return super()._prepare_create_values(vals_list)
        context = self.env.context
        sent = {
            name: context[f"default_{name}"]
            for name in self._trade_kinds()[0]
            if f"default_{name}" in context
        }
        for vals in vals_list:
            self._trade_check_given(sent | vals)
        self._trade_check_named(sent, *vals_list)
        prepared = super()._prepare_create_values(vals_list)
        for vals in prepared:
            self._trade_check_given(vals)  # what people keep as their own defaults
        return prepared

    # === BUSINESS METHODS === #

    @ormcache("self._name")
    def _trade_kinds(self):
        """Return the names of the fields of this suite, and which of them are copies.

        A copy is stored, and nothing writes it but its computation.

        :rtype: (frozenset, frozenset)
        """
        whole = builds_on_base(self._original_module)
        ours = {
            name: field
            for name, field in self._fields.items()
            if name not in models.MAGIC_COLUMNS
            and (whole or field._modules and all(map(builds_on_base, field._modules)))
        }
        copies = (
            name
            for name, field in ours.items()
            if field.store and field.compute and field.readonly and not field.inverse
        )
        return frozenset(ours), frozenset(copies)

    def _trade_check_copies(self, vals):
        """:raises AccessError: if a client would write what is only computed"""
        forged = self._trade_kinds()[1].intersection(vals)
        if forged:
            raise AccessError(
                self.env._(
                    "%(fields)s: Odoo computes this. Change what it comes from.",
                    fields=", ".join(sorted(map(self._trade_label, forged))),
                )
            )

    def _trade_check_given(self, vals, names=None):
        """Refuse values that cannot be meant, whoever gives them.

        :param dict vals: as for ``write``
        :param names: the fields to look at; those of this suite, if none are given
        :raises UserError: with the field, and what it takes
        """
        if names is None:
            names = self._trade_kinds()[0].intersection(vals)
        for name in names:
            field, value = self._fields[name], vals[name]
            empty = value is False or value is None
            if value == "" and not (field.required and field.type in TEXTS):
                empty = True
            if not empty and (why := self._trade_objection(field, value)):
                label = self._trade_label(name)
                raise UserError(self.env._("%(field)s: %(why)s", field=label, why=why))

    def _trade_check_named(self, *vals_list):
        """Let a dialog of this suite name only what its user may read: it shows and
        does things about it that are computed past access rights.

        Companies are left to the dialogs: who may choose which, they say themselves.

        :param dict vals_list: as for ``write``
        :raises AccessError: with what cannot be read
        """
        if not self._transient or not builds_on_base(self._original_module):
            return
        named = defaultdict(set)
        for vals in vals_list:
            for name, value in vals.items():
                field = self._fields.get(name)
                if value and field is not None and field.type in NAMING:
                    named[field.comodel_name].update(_named_ids(field, value))
        named.pop("res.company", None)
        for model, ids in named.items():
            self.env[model].browse(ids).exists().check_access("read")

    def _trade_objection(self, field, value):
        """Return why a field cannot have a value, if so.

        :rtype: str | None
        """
        if field.type in ("integer", "float", "monetary"):
            return self._trade_no_number(field, value)
        if field.type in ("date", "datetime"):
            return self._trade_no_day(field, value)
        if field.type in TEXTS:
            return self._trade_no_text(field, value)
        fits = True
        if field.type == "selection":
            fits = value in field.get_values(self.env)
        elif field.type in ("many2one", "many2one_reference"):
            fits = _is_record(value)
        elif field.type in ("one2many", "many2many"):
            fits = _are_records(value)
        elif field.type == "json" and not is_json(value):
            return self.env._("what was sent there cannot be read.")
        return None if fits else self.env._("choose from what is offered there.")

    def _trade_no_number(self, field, value):
        if field.type == "integer":
            if not is_amount(value, MOST):
                return self.env._("enter a whole number, such as 30.")
        elif not is_amount(value):
            return self.env._("enter a number that can be meant, such as 1250.50.")
        return None

    def _trade_no_day(self, field, value):
        try:
            day = fields.Date.to_date(value)
        except (TypeError, ValueError, LookupError, OverflowError):
            day = None
        if not (day and is_day(day)):
            return self.env._("enter a day from 1900 to 2199, such as 2026-03-31.")
        return None

    def _trade_no_text(self, field, value):
        if not isinstance(value, (int, float, LazyGettext)) and not is_text(value):
            return self.env._("enter a text, of 100,000 characters at most.")
        if field.required and not said(str(value)):
            return self.env._("write it in words: nothing can be read there.")
        return None

    def _trade_label(self, name):
        """:return: what a field is called in the user's language"""
        return self._fields[name]._description_string(self.env)


def _named_ids(field, value):
    """Return the ids that a value names, of a kind that was looked at before or not."""
    if isinstance(value, models.BaseModel):
        return value.ids
    if field.type == "many2one":
        value = value.get("id") if isinstance(value, dict) else value
        return [value] if isinstance(value, int) else []
    found = set()
    for each in value if isinstance(value, (list, tuple)) else ():
        if isinstance(each, int):
            found.add(each)
        elif isinstance(each, (list, tuple)) and len(each) > 1:
            kind, one, *rest = each
            found |= {one} if kind in (Command.UPDATE, Command.LINK) else set()
            if kind == Command.SET and rest and isinstance(rest[0], (list, tuple)):
                found.update(rest[0])
    return [each for each in found if isinstance(each, int) and 0 < each <= MOST]


def _is_record(value):
    """Tell whether this can name one record."""
    if isinstance(value, (models.BaseModel, tuple)):
        return True
    return isinstance(value, int) and 0 <= value <= MOST


def _are_records(value):
    """Tell whether these can be commands, or name records."""
    if isinstance(value, models.BaseModel):
        return True
    return isinstance(value, (list, tuple)) and all(map(_is_command, value))


def _is_command(value):
    if not isinstance(value, (list, tuple)):
        return _is_record(value)
    commands = len(value) in (2, 3) or len(value) == 1 and value[0] == Command.CLEAR
    if not commands or value[0] not in tuple(Command):
        return False
    if value[0] in (Command.CREATE, Command.UPDATE):
        return len(value) == 3 and isinstance(value[2], dict)
    if value[0] == Command.SET:
        ids = value[2] if len(value) == 3 else None
        return isinstance(ids, (list, tuple)) and all(map(_is_record, ids))
    return value[0] == Command.CLEAR or _is_record(value[1])
