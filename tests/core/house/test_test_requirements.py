"""A company that installed the addons can run any Odoo test: their own tests load with
what Odoo asks for, and skip what needs more."""

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
# Of Odoo's own requirements
ODOO = {"odoo", "freezegun", "openpyxl", "xlsxwriter", "lxml", "dateutil", "psycopg2"}
ODOO |= {
    "reportlab",
    "markupsafe",
    "requests",
    "pytz",
    "babel",
    "werkzeug",
    "PIL",
    "pypdf",
}
FILES = sorted(
    path
    for manifest in ROOT.glob("*/__manifest__.py")
    for path in (manifest.parent / "tests").rglob("*.py")
)


def _imported(nodes):
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module.partition(".")[0]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_test_loads_with_odoos_requirements(path):
    tree = ast.parse(path.read_text())
    needed = {*_imported(tree.body)} - ODOO - sys.stdlib_module_names
    assert not needed


def test_what_is_tried_is_declared():
    lines = (ROOT / "test-requirements.txt").read_text().splitlines()
    declared = {line for line in lines if line and not line.startswith("#")}
    tried = {
        name
        for path in FILES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Try)
        for name in _imported(node.body)
    }
    assert tried - ODOO - sys.stdlib_module_names == declared
