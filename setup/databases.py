"""The databases that tests and the demo are copies of, built in two layers.

``credit_base`` is Odoo with the modules that our addons stand on; it takes minutes
and changes when Odoo does. ``credit_template`` is a copy of it with our addons; it
takes seconds and changes with every edit of them. A layer is complete when it bears
its mark, a fingerprint of what it was made from.

``credit_alone_ADDON`` holds one addon with what it depends on and nothing else, on a
layer of its own foreign dependencies, ``credit_base_MODULE``: what the other addons
need is not there.

Attachments are kept inside the databases, so that a copy of one is complete.
"""

import ast
import contextlib
import os
import re
import shutil
from pathlib import Path
from typing import NamedTuple

import odoo_source
import postgres
import release
from environment import (
    CONFIG,
    HOME,
    PYTHON,
    REQUIREMENTS,
    ROOT,
    SetupError,
    addons,
    clean_environ,
    ensure_venv,
    fingerprint,
    locked,
    run_logged,
    say,
    together,
    write_config,
)

BASE = "credit_base"
TEMPLATE = "credit_template"
DEMO = "credit_demo"
LEDGER = "credit_ledger"
RELEASE = "credit_release"
RELEASE_DEMO = "credit_release_demo"
LANGUAGES = "en_US,zh_CN"  # the first becomes the language of the users
BASE_SCRIPT = ROOT / "setup" / "base_layer.py"
DEMO_SCRIPT = "setup/demo_data.py"

# Tests and the demo sell something and pay for it, whatever our addons depend on.
ALWAYS = {"sale_management", "payment_demo"}

# What an addon's installation does not read.
IGNORED = (
    "tests",
    "demo",
    "readme",
    "static/description",
    "static/src",
    "static/tests",
)


class Stage(NamedTuple):
    """An Odoo that can be started: its source, the variables it needs, and the folder
    of our addons."""

    odoo: odoo_source.Odoo
    environ: dict
    root: Path = ROOT

    @property
    def addons_path(self):
        return ",".join(map(str, [*self.odoo.addons_paths, self.root]))

    def command(self, name, database, *options):
        """Return a command of Odoo's as a list to run with :attr:`environ`."""
        start = [PYTHON, self.odoo.script, name, "-c", CONFIG, "-d", database]
        start.append(f"--addons-path={self.addons_path}")
        return [str(part) for part in [*start, *options]]

    def run(self, log, name, database, *options, **more):
        command = self.command(name, database, *options)
        run_logged(log, command, env=self.environ, cwd=ROOT, **more)

    def run_script(self, script, database, **variables):
        """Run one of our scripts in an Odoo shell; show its output if it fails."""
        log = f"{script.stem}-{database}"
        command = self.command("shell", database, "--no-http")
        environ = self.environ | variables
        with script.open("rb") as source:
            run_logged(log, command, env=environ, cwd=ROOT, stdin=source)


def prepare():
    """Put Odoo, its Python and its PostgreSQL together.

    :rtype: Stage
    """
    with locked():
        odoo = odoo_source.find()
        ensure_venv()
        write_config(odoo.addons_paths)
        server = postgres.environ()
    return Stage(odoo, clean_environ(PYTHONPATH=odoo.python_path, **server))


# === LAYERS === #


def build_base(stage, name=BASE, modules=None, on=None):
    """Build a layer of Odoo's own modules, by default all that our addons stand on, if
    it is not there.

    :param str on: a layer with some of them
    :return: its fingerprint
    """
    modules = sorted(modules or _foreign_dependencies() | ALWAYS)
    content = fingerprint(
        stage.odoo.version, REQUIREMENTS, BASE_SCRIPT, LANGUAGES, *modules
    )
    if postgres.mark(name) == content:
        return content
    say(f"installing {', '.join(modules)} and what they need (some minutes)")
    postgres.drop(name)
    if on:
        postgres.create(name, on)
    install(stage, name, modules, f"--load-language={LANGUAGES}")
    stage.run_script(BASE_SCRIPT, name)
    postgres.set_mark(name, content)
    return content


def ensure_template(stage):
    """Build the layer with our addons on top of the base layer, if they changed."""
    with locked():
        _build_template(stage)


def _build_template(stage):
    """:return: the fingerprint of the template"""
    return build_addons(stage, TEMPLATE, BASE, build_base(stage))


def build_addons(stage, name, base, base_content, ours=None):
    """Build a layer with addons of a stage on top of a layer, if they changed.

    :param ours: their folders by name; by default those that stand in one database
    :return: its fingerprint
    """
    ours = together(stage.root) if ours is None else ours
    content = fingerprint(base_content, *_files(ours.values(), IGNORED))
    if postgres.mark(name) != content:
        say(f"installing {', '.join(ours)}")
        postgres.create(name, base)
        install(stage, name, sorted(ours))
        postgres.set_mark(name, content)
    return content


def ensure_alone(stage, addon):
    """Build a database with one addon on its own dependencies.

    Odoo finds no other addon of ours: one folder has links to those it may find.

    :return: its name, and the stage to use it with
    """
    name = f"credit_alone_{addon}"
    ours, foreign = _closure(stage, addon)
    with locked():
        alone = stage._replace(root=linked(HOME / "alone" / addon, ours))
        build_addons(alone, name, *_build_foreign(stage, foreign), ours)
    return name, alone


def _build_foreign(stage, modules):
    """Build a layer of what is not ours, on top of the largest that has less.

    :return: its name and its fingerprint
    """
    layers = [_closure(stage, addon)[1] for addon in addons()]
    less = [layer for layer in layers if layer.keys() < modules.keys()]
    on = _build_foreign(stage, max(less, key=len))[0] if less else None
    brought = {need for folder in modules.values() for need in _depends(folder)}
    asked = sorted(modules.keys() - brought)
    name = "_".join(["credit_base", *asked])
    return name, build_base(stage, name, asked, on)


def _closure(stage, addon):
    """Return the folders of an addon and of all that it depends on, by name: of those
    that are ours, and of the others."""
    ours, foreign, waiting = {}, {}, [addon]
    while waiting:
        name = waiting.pop()
        if name in ours or name in foreign:
            continue
        where = [ROOT, *stage.odoo.addons_paths]
        folder = next(path / name for path in where if (path / name).is_dir())
        (ours if folder.parent == ROOT else foreign)[name] = folder
        waiting += _depends(folder)
    return ours, foreign


def _depends(folder):
    return read_manifest(folder).get("depends", ["base"])


def linked(folder, ours):
    """Let a folder hold links to addons, and nothing else."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, target in ours.items():
        (folder / name).symlink_to(target)
    return folder


def ensure_demo(stage):
    """Build the demo's database, a copy of the template with our demo data.

    :return: the name of the database
    """
    with locked():
        _build_demo(stage, DEMO, TEMPLATE, _build_template(stage))
    return DEMO


def _build_demo(stage, name, template, content):
    """Build a copy of a layer with the demo of a stage, if it changed."""
    ours = together(stage.root)
    files = _files(folder / "demo" for folder in ours.values())
    script = stage.root / DEMO_SCRIPT
    content = fingerprint(content, script, *files)
    if postgres.mark(name) != content:
        say(f"loading demo data into {name} (some minutes)")
        postgres.create(name, template)
        stage.run_script(script, name, CREDIT_ADDONS=",".join(ours))
        postgres.set_mark(name, content)


def ensure_release(stage):
    """Build the databases of the last release, by its own source and scripts.

    :return: the names: of one as it was installed, and of one with its demo, played
    """
    with locked():
        then = stage._replace(root=release.named().unpack())
        content = build_addons(then, RELEASE, BASE, build_base(stage))
        _build_demo(then, RELEASE_DEMO, RELEASE, content)
    return RELEASE, RELEASE_DEMO


def ensure_ledger(stage, keep):
    """Make a fresh database for a ledger, unless what it holds is to be kept.

    :return: the name of the database
    """
    with locked():
        content = _build_template(stage)
        if not keep or postgres.mark(LEDGER) != content:
            postgres.create(LEDGER, TEMPLATE)
            postgres.set_mark(LEDGER, content)
    return LEDGER


def _foreign_dependencies():
    ours = together()
    manifests = [read_manifest(folder) for folder in ours.values()]
    return {name for found in manifests for name in found["depends"]} - set(ours)


def read_manifest(folder):
    return ast.literal_eval((folder / "__manifest__.py").read_text())


def versions(root=ROOT):
    """Return the versions of a checkout's addons, by name."""
    return {
        name: read_manifest(folder)["version"] for name, folder in addons(root).items()
    }


def _files(folders, ignored=()):
    """Yield the names and the contents of the files in folders, for a fingerprint."""
    for folder in folders:
        skipped = [folder / name for name in ignored]
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.suffix != ".pyc":
                if not any(path.is_relative_to(other) for other in skipped):
                    yield f"{folder.name}/{path.relative_to(folder)}"
                    yield path


def install(stage, database, modules, *options):
    """Install modules, and make sure that it was done: Odoo passes over some."""
    if modules:
        options = "-i", ",".join(modules), *options
    options = "--stop-after-init", "--no-http", *options
    stage.run(f"install-{database}", "server", database, *options)
    missing = set(modules) - _installed(database)
    if missing:
        raise SetupError(
            f"Odoo did not install {', '.join(sorted(missing))}. "
            f"The reason is in .odoo/log/install-{database}.log."
        )


def _installed(database):
    rows = postgres.query(
        "SELECT name FROM ir_module_module WHERE state = 'installed'", database
    )
    return {name for (name,) in rows}


def update(stage, database):
    """Update what a database has of our addons, and install what is new."""
    there = _installed(database)
    old = sorted(together(stage.root).keys() & there)
    new = sorted(together(stage.root).keys() - there)
    install(stage, database, new, "-u", ",".join(old))


# === COPIES === #


def copy(name, template=TEMPLATE):
    """Make a fresh copy of a layer; wait while another process rebuilds it."""
    with locked():
        postgres.create(name, template)


@contextlib.contextmanager
def temporary(purpose, template=TEMPLATE):
    """Yield the name of a fresh copy of a layer, dropped afterwards.

    The name carries the process that owns it: copies of killed ones are swept out,
    and what pytest's workers made of them.
    """
    prefix = f"credit_{purpose}_"
    for other in postgres.names():
        owned = re.fullmatch(rf"{prefix}(\d+)(-gw\d+)?", other)
        if owned and not Path(f"/proc/{owned[1]}").exists():
            postgres.drop(other)
    name = f"{prefix}{os.getpid()}"
    copy(name, template)
    try:
        yield name
    finally:
        postgres.drop(name)
