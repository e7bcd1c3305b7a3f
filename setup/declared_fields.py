"""Read in addons, without Odoo, which models they declare, and which fields and methods
on them.

Standard library only: the classes are parsed, nothing is imported.
"""

import ast
from collections import defaultdict
from typing import NamedTuple


class Field(NamedTuple):
    """A field as a class declares it."""

    model: str
    name: str
    type: str  # in lower case, as Odoo calls it
    comodel: str  # "" where it has none, or gets it from elsewhere
    addon: str


class Method(NamedTuple):
    """A method as a class declares it."""

    model: str
    name: str
    addon: str
    goes_on: bool  # whether it calls super()


class Declared(NamedTuple):
    """Declarations of addons."""

    models: dict  # {model: the first addon that makes it}
    parents: dict  # {model: {models it inherits besides itself}}
    fields: list  # of Field
    methods: list  # of Method


def read(addons):
    """Read addons: of two that make a model, the first given is the one named.

    :param addons: their folders
    :rtype: Declared
    """
    declared = Declared({}, defaultdict(set), [], [])
    for folder in addons:
        for path in sorted(folder.rglob("*.py")):
            if "tests" not in path.relative_to(folder).parts:
                for node in ast.walk(ast.parse(path.read_text())):
                    if isinstance(node, ast.ClassDef):
                        _take(declared, node, folder.name)
    return declared


def _take(declared, node, addon):
    """File what one class declares, if it is one of a model."""
    values = dict(_assigned(node))
    name = _literal(values.get("_name"))
    inherited = _literal(values.get("_inherit")) or []
    inherited = [inherited] if isinstance(inherited, str) else list(inherited)
    model = name or (inherited[0] if len(inherited) == 1 else None)
    if not model:
        return
    if model not in inherited:
        declared.models.setdefault(model, addon)
    declared.parents[model].update(set(inherited) - {model})
    for field, value in values.items():
        if kind := _kind(value):
            declared.fields.append(Field(model, field, kind, _comodel(value), addon))
    for method in node.body:
        if isinstance(method, ast.FunctionDef):
            declared.methods.append(
                Method(model, method.name, addon, _calls_super(method))
            )


def _calls_super(function):
    names = (each.id for each in ast.walk(function) if isinstance(each, ast.Name))
    return "super" in names


def _assigned(node):
    """Yield what the body of a class assigns, as (name, expression)."""
    for statement in node.body:
        if isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value:
            targets = getattr(statement, "targets", None) or [statement.target]
            for target in targets:
                if isinstance(target, ast.Name):
                    yield target.id, statement.value


def _literal(expression):
    """:return: the value of a constant expression, ``None`` of any other"""
    try:
        return ast.literal_eval(expression) if expression else None
    except ValueError:
        return None


def _kind(expression):
    """:return: the type of field that an expression makes, ``None`` if it makes none"""
    function = getattr(expression, "func", None)
    module = getattr(getattr(function, "value", None), "id", None)
    return function.attr.lower() if module == "fields" else None


def _comodel(call):
    named = {keyword.arg: keyword.value for keyword in call.keywords}
    first = named.get("comodel_name", call.args[0] if call.args else None)
    relational = call.func.attr in ("Many2one", "One2many", "Many2many")
    return (relational and _literal(first)) or ""
