"""The databases that tests and the demo are copies of, built in two layers.

``credit_base`` is Odoo with the modules that our addons stand on; it takes minutes
and changes when Odoo does. ``credit_template`` is a copy of it with our addons; it
takes seconds and changes with every edit of them. A layer is complete when it bears
its mark, a fingerprint of what it was made from.

Attachments are kept inside the databases, so that a copy of one is complete.
"""

import ast
import contextlib
import os
import re
from pathlib import Path
from typing import NamedTuple

import odoo_source
import postgres
from environment import (
    CONFIG,
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
    write_config,
)

BASE = "credit_base"
TEMPLATE = "credit_template"
DEMO = "credit_demo"
LEDGER = "credit_ledger"
LANGUAGES = "en_US,zh_CN"  # the first becomes the language of the users
BASE_SCRIPT = ROOT / "setup" / "base_layer.py"
DEMO_SCRIPT = ROOT / "setup" / "demo_data.py"
PLAY_SCRIPT = ROOT / "setup" / "collection_demo.py"

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
    """An Odoo that can be started: its source, and the variables it needs."""

    odoo: odoo_source.Odoo
    environ: dict

    def command(self, name, database, *options):
        """Return a command of Odoo's as a list to run with :attr:`environ`."""
        start = [PYTHON, self.odoo.script, name, "-c", CONFIG, "-d", database]
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


def _build_base(stage):
    """Build the layer of Odoo's own modules, if it is not there.

    :return: its fingerprint
    """
    modules = sorted(_foreign_dependencies() | ALWAYS)
    content = fingerprint(
        stage.odoo.version, REQUIREMENTS, BASE_SCRIPT, LANGUAGES, *modules
    )
    if postgres.mark(BASE) == content:
        return content
    say(f"installing {', '.join(modules)} and what they need (some minutes)")
    postgres.drop(BASE)
    _install(stage, BASE, modules, f"--load-language={LANGUAGES}")
    stage.run_script(BASE_SCRIPT, BASE)
    postgres.set_mark(BASE, content)
    return content


def ensure_template(stage):
    """Build the layer with our addons on top of the base layer, if they changed."""
    with locked():
        _build_template(stage)


def _build_template(stage):
    """:return: the fingerprint of the template"""
    base = _build_base(stage)
    ours = addons()
    content = fingerprint(base, *_files(ours.values(), IGNORED))
    if postgres.mark(TEMPLATE) != content:
        say(f"installing {', '.join(ours)}")
        postgres.create(TEMPLATE, BASE)
        _install(stage, TEMPLATE, sorted(ours))
        postgres.set_mark(TEMPLATE, content)
    return content


def ensure_demo(stage):
    """Build the demo's database, a copy of the template with our demo data, and play
    the last weeks of collecting in it.

    :return: the name of the database
    """
    with locked():
        ours = addons()
        files = _files(folder / "demo" for folder in ours.values())
        scripts = DEMO_SCRIPT, PLAY_SCRIPT
        content = fingerprint(_build_template(stage), *scripts, *files)
        if postgres.mark(DEMO) != content:
            say(f"loading demo data into {DEMO}")
            postgres.create(DEMO, TEMPLATE)
            stage.run_script(DEMO_SCRIPT, DEMO, CREDIT_ADDONS=",".join(ours))
            say("playing the last weeks of collecting (some minutes)")
            stage.run_script(PLAY_SCRIPT, DEMO)
            postgres.set_mark(DEMO, content)
    return DEMO


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
    ours = addons()
    manifests = [read_manifest(folder) for folder in ours.values()]
    return {name for found in manifests for name in found["depends"]} - set(ours)


def read_manifest(folder):
    return ast.literal_eval((folder / "__manifest__.py").read_text())


def _files(folders, ignored=()):
    """Yield the names and the contents of the files in folders, for a fingerprint."""
    for folder in folders:
        skipped = [folder / name for name in ignored]
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.suffix != ".pyc":
                if not any(path.is_relative_to(other) for other in skipped):
                    yield str(path.relative_to(ROOT))
                    yield path


def _install(stage, database, modules, *options):
    """Install modules, and make sure that it was done: Odoo passes over some."""
    names = ",".join(modules)
    options = "--stop-after-init", "--no-http", *options
    stage.run(f"install-{database}", "server", database, "-i", names, *options)
    rows = postgres.query(
        "SELECT name FROM ir_module_module WHERE state = 'installed'", database
    )
    missing = set(modules) - {name for (name,) in rows}
    if missing:
        raise SetupError(
            f"Odoo did not install {', '.join(sorted(missing))}. "
            f"The reason is in .odoo/log/install-{database}.log."
        )


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
