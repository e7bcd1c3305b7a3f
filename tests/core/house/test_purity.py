"""The cores are plain Python: they import the standard library and the base's core.

So a rule can be read, tested and reused without Odoo, and its examples are run here.
"""

import ast
import doctest
import importlib
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
CORES = sorted(path.parent / "core" for path in ROOT.glob("*/__manifest__.py"))
MODULES = sorted(module for core in CORES for module in core.rglob("*.py"))
REFERENCES = sorted((ROOT / "tests" / "reference").glob("*.py"))
WITH_CODE = [module for module in MODULES if ast.parse(module.read_text()).body]


def _name(path):
    """Return a path below the checkout as the dotted name of a module."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def _imported(module):
    """Yield the absolute names of what a module imports."""
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            package = module.parents[node.level - 1] if node.level else None
            yield ".".join(filter(None, [package and _name(package), node.module]))


def _is_pure(name, addon):
    ours = f"{addon}.core", "odoo.addons.trade_credit_base.core"
    is_ours = any(name == core or name.startswith(f"{core}.") for core in ours)
    return is_ours or name.partition(".")[0] in {*sys.stdlib_module_names, "dateutil"}


@pytest.mark.parametrize("module", MODULES, ids=_name)
def test_core_imports_what_is_plain_python_itself_and_the_base(module):
    addon = module.relative_to(ROOT).parts[0]
    foreign = [name for name in _imported(module) if not _is_pure(name, addon)]
    assert not foreign


@pytest.mark.parametrize("module", MODULES, ids=_name)
def test_core_leaves_words_to_the_models(module):
    """Reasons leave a core as codes. What translates them knows the user's language."""
    calls = (
        n for n in ast.walk(ast.parse(module.read_text())) if isinstance(n, ast.Call)
    )
    named = {getattr(call.func, "id", getattr(call.func, "attr", "")) for call in calls}
    assert not named & {"_", "_lt", "LazyTranslate"}


@pytest.mark.parametrize("module", WITH_CODE, ids=_name)
def test_examples_in_the_core_are_true(module):
    failed, _tried = doctest.testmod(importlib.import_module(_name(module)))
    assert not failed


@pytest.mark.parametrize("module", REFERENCES, ids=_name)
def test_a_reference_stands_alone_and_its_examples_are_true(module):
    """It is held against Odoo's statements, so nothing of ours can be wrong in both."""
    imported = {name.partition(".")[0] for name in _imported(module)}
    assert imported <= sys.stdlib_module_names
    name = f"reference.{module.stem}"
    failed, tried = doctest.testmod(importlib.import_module(name))
    assert tried and not failed


@pytest.mark.parametrize("core", CORES, ids=_name)
def test_core_shows_examples(core):
    modules = [
        importlib.import_module(_name(m)) for m in WITH_CODE if core in m.parents
    ]
    finder = doctest.DocTestFinder()
    examples = [t for module in modules for t in finder.find(module) if t.examples]
    assert examples or not modules
