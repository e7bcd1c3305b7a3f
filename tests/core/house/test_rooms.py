"""The house is as ARCHITECTURE.md draws it: addons, rooms, tools and papers."""

import ast
import hashlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
MANIFESTS = {
    path.parent.name: ast.literal_eval(path.read_text())
    for path in sorted(ROOT.glob("*/__manifest__.py"))
}
MOST = 25  # modules in a folder

BASE, SEAL = "trade_credit_base", "record_seal"
CREDIT, RATING, COLLECTION = "credit_control", "dealer_rating", "ar_collection"
# The drawing: which addons of ours each one stands on
DRAWING = {
    BASE: set(),
    SEAL: set(),
    CREDIT: {BASE},
    RATING: {BASE},
    COLLECTION: {BASE, SEAL},
    "ar_collection_figures": {BASE, SEAL, COLLECTION},
    "ar_collection_assessment": {BASE, SEAL, COLLECTION},
    "credit_control_dealer_rating": {BASE, CREDIT, RATING},
    "credit_control_ar_collection": {BASE, SEAL, CREDIT, COLLECTION},
    "ar_collection_dealer_rating": {BASE, SEAL, COLLECTION, RATING},
    "credit_control_stock": {BASE, CREDIT},
    "dealer_rating_partnership": {BASE, RATING},
}
# What Odoo's addons bring that ours import from, as far as we do
BRINGS = {
    "account": {"account", "base", "mail"},
    "mail": {"base", "mail"},
    "partnership": {"base", "mail", "crm", "sale", "sales_team", "partnership"},
    "sale": {"account", "account_payment", "base", "mail", "sale", "sales_team"},
    "sale_stock": {"base", "mail", "sale", "stock", "stock_account", "sale_stock"},
}


def _stands_on(addon):
    """Return the addons of ours that an addon depends on, through others too."""
    found = set()
    for name in MANIFESTS[addon]["depends"]:
        if name in MANIFESTS:
            found |= {name} | _stands_on(name)
    return found


def _foreign(addon):
    """Return the addons of Odoo's that come along with an addon."""
    names = set()
    for ours in {addon} | _stands_on(addon):
        for name in set(MANIFESTS[ours]["depends"]) - MANIFESTS.keys():
            names |= BRINGS[name]
    return names


def _id(path):
    return str(path.relative_to(ROOT))


def _sources(addon, *suffixes):
    paths = sorted((ROOT / addon).rglob("*"))
    return [path for path in paths if path.suffix in suffixes]


def _shown(paths):
    return [_id(path) for path in paths]


# === Addons === #


@pytest.mark.parametrize("addon", MANIFESTS)
def test_an_addon_stands_on_what_the_drawing_says(addon):
    assert _stands_on(addon) == DRAWING[addon]


@pytest.mark.parametrize("addon", MANIFESTS)
def test_an_addon_imports_what_it_depends_on(addon):
    known = {addon} | DRAWING[addon] | _foreign(addon)
    for path in _sources(addon, ".py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in getattr(node, "names", ())]
            if isinstance(node, ast.ImportFrom):
                names = [f"{node.module}.{name}" for name in names]
            elif not isinstance(node, ast.Import):
                continue
            found = [re.match(r"odoo\.addons\.(\w+)", name) for name in names]
            strange = {match[1] for match in found if match} - known
            assert not strange, path


@pytest.mark.parametrize("addon", MANIFESTS)
def test_an_addon_names_no_record_of_one_that_it_does_not_depend_on(addon):
    others = sorted(MANIFESTS.keys() - {addon} - DRAWING[addon])
    named = re.compile(rf"[\"'](?:{'|'.join(others)})\.\w" if others else r"(?!)")
    files = _sources(addon, ".py", ".xml", ".csv")
    assert not _shown(path for path in files if named.search(path.read_text()))


# === Rooms === #


def test_no_folder_holds_more_modules_than_a_person_can_look_over():
    folders = [ROOT / name for name in [*MANIFESTS, "bench", "setup", "tests"]]
    folders += [sub for top in folders for sub in top.rglob("*") if sub.is_dir()]
    counts = {}
    for folder in folders:
        files = [path for path in folder.iterdir() if path.is_file()]
        modules = [p for p in files if p.suffix == ".py" or _is_command(p)]
        counts[str(folder.relative_to(ROOT))] = len(modules)
    assert {name: count for name, count in counts.items() if count > MOST} == {}


@pytest.mark.parametrize("addon", MANIFESTS)
def test_odoo_itself_loads_each_test_of_an_addon(addon):
    """Odoo runs what ``tests/__init__`` imports; pytest finds the others, too."""
    tests = ROOT / addon / "tests"
    loaded = (tests / "__init__.py").read_text() if tests.exists() else ""
    missing = [
        path
        for path in sorted(tests.rglob("test_*.py"))
        if f"from .{_room(path.parent, tests)} import {path.stem}\n" not in loaded
    ]
    assert not _shown(missing)


def _room(folder, tests):
    return "" if folder == tests else str(folder.relative_to(tests)).replace("/", ".")


def _is_command(path):
    return not path.suffix and path.read_bytes().startswith(b"#!/usr/bin/env python3")


def test_architecture_leads_to_places_that_there_are():
    text = (ROOT / "ARCHITECTURE.md").read_text()
    places = re.findall(r"`([\w.]+/[\w./]+)`", text)
    assert places
    assert not [place for place in places if not (ROOT / place).exists()]
    assert not [addon for addon in MANIFESTS if f"`{addon}`" not in text]


# === Cores === #


CORES = [path for addon in MANIFESTS for path in sorted((ROOT / addon).glob("core/*"))]


@pytest.mark.parametrize("path", [p for p in CORES if p.suffix == ".py"], ids=_id)
def test_a_core_is_typed(path):
    """So mypy has something to check: without a type it takes everything for right."""
    bare = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef):
            spec = node.args
            args = [*spec.posonlyargs, *spec.args, *spec.kwonlyargs]
            args += [arg for arg in (spec.vararg, spec.kwarg) if arg]
            typed = all(arg.annotation or arg.arg in ("self", "cls") for arg in args)
            if not typed or not node.returns:
                bare.append(node.name)
    assert not bare


# === Tools and papers === #


def test_pre_commit_runs_what_lint_runs():
    config = (ROOT / ".pre-commit-config.yaml").read_text()
    pinned = (ROOT / "setup" / "requirements-lint.txt").read_text()
    pins = dict(re.findall(r"^([\w-]+)==(\S+)$", pinned, re.MULTILINE))
    revisions = dict(re.findall(r"repo: \S+/([\w-]+)\n\s+rev: v(\S+)", config))
    assert revisions == {
        "ruff-pre-commit": pins["ruff"],
        "pylint-odoo": pins["pylint-odoo"],
        "odoo-pre-commit-hooks": pins["oca-odoo-pre-commit-hooks"],
    }
    lint = (ROOT / "setup" / "lint").read_text()
    (packages,) = re.findall(r"^NODE_PACKAGES = (.*)$", lint, re.MULTILINE)
    (wanted,) = re.findall(r"additional_dependencies: \[(.*)\]", config)
    assert packages == wanted
    (options,) = re.findall(r'"(--disable=[\w,-]+)"', lint)
    assert f"args: [{options}]" in config
    # No step of lint is left out
    steps = set(re.findall(r'yield "([\w -]+)"', lint))
    hooks = set(re.findall(r"- id: (\S+)", config))
    renamed = {"ruff check": "ruff-check", "ruff format": "ruff-format"}
    renamed["pylint"] = "pylint_odoo"
    assert {renamed.get(step, step) for step in steps} == hooks


def test_each_addon_is_tested_alone():
    workflow = (ROOT / ".github" / "workflows" / "alone.yml").read_text()
    assert set(re.findall(r"^ +- (\w+)$", workflow, re.MULTILINE)) == MANIFESTS.keys()


def test_each_addon_has_an_icon_of_its_own():
    icons = [ROOT / addon / "static/description/icon.png" for addon in MANIFESTS]
    assert len(
        {hashlib.sha256(icon.read_bytes()).hexdigest() for icon in icons}
    ) == len(icons)


def test_manifests_agree_on_what_is_common():
    common = "author", "website", "maintainers", "development_status", "license"
    said = {tuple(str(each[key]) for key in common) for each in MANIFESTS.values()}
    assert len(said) == 1


@pytest.mark.parametrize("addon", MANIFESTS)
def test_the_readme_names_each_addon(addon):
    assert f"``{addon}``" in (ROOT / "README.rst").read_text()
    assert addon in (ROOT / "CHANGELOG.md").read_text()
