"""What an addon says of itself: to Odoo's list of apps, and to pip in its wheel."""

import ast
import re
import sys
from email.parser import HeaderParser
from pathlib import Path

import pytest
import tomllib
from whool import buildapi

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "setup"))

import databases  # noqa: E402
import environment  # noqa: E402

ADDONS = environment.addons()
CATEGORY = re.compile(
    r'model="ir\.module\.category">\s*<field name="name">([^<]+)</field>'
)
# Of the standard library since 3.11; Odoo 19 runs on 3.10
NEWER = {"tomllib", "StrEnum", "UTC", "Self", "assert_never", "batched", "TaskGroup"}


@pytest.fixture(params=ADDONS)
def addon(request):
    return request.param


@pytest.fixture
def said(addon, tmp_path, monkeypatch):
    """What an addon's wheel would say, as pip asks for it."""
    monkeypatch.chdir(ADDONS[addon])
    folder = buildapi.prepare_metadata_for_build_wheel(tmp_path)
    return HeaderParser().parsestr((tmp_path / folder / "METADATA").read_text())


def test_a_wheel_asks_for_sisters_as_new_as_those_it_was_written_with(addon, said):
    """A bump of an addon's version is a bump of this bound in those that need it."""
    needs = {f"odoo-addon-{name}" for name in _sisters(addon)}
    found = [each for each in said.get_all("Requires-Dist") if "odoo-addon" in each]
    assert sorted(found) == sorted(
        f"{name}>={databases.versions()[name.removeprefix('odoo-addon-')]},==19.0.*"
        for name in needs
    )


def _sisters(addon):
    return ADDONS.keys() & set(databases.read_manifest(ADDONS[addon])["depends"])


def test_a_wheel_says_where_it_is_from_and_its_licence(addon, said):
    manifest = databases.read_manifest(ADDONS[addon])
    assert said["Home-page"] == manifest["website"]
    assert said["Author"] == manifest["author"]
    assert said["License"] == "LGPL-3"


def test_all_are_built_alike():
    built = {
        str(tomllib.loads((folder / "pyproject.toml").read_text())["build-system"])
        for folder in ADDONS.values()
    }
    assert len(built) == 1


def test_no_two_addons_have_the_same_icon():
    icons = [folder / "static/description/icon.png" for folder in ADDONS.values()]
    assert len({icon.read_bytes() for icon in icons}) == len(ADDONS)


def test_no_category_stands_twice():
    """Odoo makes the category that a manifest names; a group has another of our own."""
    of_groups = {
        name
        for folder in ADDONS.values()
        for path in folder.rglob("security/*.xml")
        for name in CATEGORY.findall(path.read_text())
    }
    assert of_groups
    for folder in ADDONS.values():
        category = databases.read_manifest(folder)["category"]
        assert not of_groups & set(category.split("/"))


def test_the_addons_are_written_for_the_oldest_python_of_odoo(addon):
    for path in ADDONS[addon].rglob("*.py"):
        tree = ast.parse(path.read_text(), feature_version=(3, 10))
        for node in ast.walk(tree):
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = {name.name for name in node.names}
                assert not NEWER & {*names, getattr(node, "module", None)}, path
