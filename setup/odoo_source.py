"""Find an Odoo 19.0, or fetch one: the first that is there.

1. the source that ``ODOO_SOURCE`` names, or the one Python can import;
2. Debian's package ``odoo-19``, unpacked into ``.odoo/odoo`` and not installed;
3. a shallow clone of the 19.0 branch.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from environment import (
    HOME,
    SetupError,
    fingerprint,
    read_mark,
    run_logged,
    say,
    write_mark,
)
from private_apt import Apt

SERIES = (19, 0)
FOLDER = HOME / "odoo"
PACKAGE = "odoo-19"
SUITE = "sid"  # the only suite of Debian that has Odoo 19.0
SHARED_FILES = r"fonts-|libjs-"  # packages whose files it links to
BRANCH = "19.0"
REPOSITORY = "https://github.com/odoo/odoo"


class Odoo(NamedTuple):
    """An Odoo: its place and the way to start it."""

    python_path: Path  # the folder that holds the package ``odoo``
    script: Path  # started by its path: as a module, Odoo cannot start its workers
    version: str  # changes when the source changes

    @property
    def addons_paths(self):
        """The folders of Odoo's own addons; a clone has a second one."""
        candidates = self.python_path / "odoo" / "addons", self.python_path / "addons"
        return [path for path in candidates if any(path.glob("*/__manifest__.py"))]


def find():
    """Return the Odoo to use, fetching it if this machine has none.

    :rtype: Odoo
    :raises SetupError: if none can be had
    """
    named = os.environ.get("ODOO_SOURCE")
    if named:
        return _named(Path(named).expanduser().resolve())
    return _importable() or _describe(_fetched())


def _named(folder):
    odoo = _describe(folder)
    if not odoo:
        raise SetupError(f"ODOO_SOURCE={folder} is not the source of an Odoo 19.0.")
    return odoo


def _importable():
    """Return the Odoo that this Python imports, if it is a 19.0.

    Its folder may hold every other package of the system as well, and those must
    not come before ours: a folder with nothing but a link to ``odoo`` does.
    """
    code = "import odoo.release as r; print(r.__file__)"
    probe = [sys.executable, "-c", code]
    found = subprocess.run(probe, capture_output=True, text=True, cwd="/")
    if found.returncode:
        return None
    package = Path(found.stdout.strip()).resolve().parent
    if package.is_relative_to(HOME):  # we were started from inside our own Odoo
        return None
    return _describe(package.parent) or _describe(_linked(package))


def _linked(package):
    folder = HOME / "importable"
    folder.mkdir(exist_ok=True)
    (folder / "odoo").unlink(missing_ok=True)
    (folder / "odoo").symlink_to(package)
    (folder / "odoo-bin").write_text("import odoo.cli\n\nodoo.cli.main()\n")
    return folder


def _describe(folder):
    """Return the Odoo below ``folder``: Debian's tree or a clone; None if neither."""
    for python_path in folder / "usr/lib/python3/dist-packages", folder:
        release = python_path / "odoo" / "release.py"
        for script in folder / "usr/bin/odoo", folder / "odoo-bin":
            if script.is_file() and _series(release) == SERIES:
                version = f"{folder} {fingerprint(release)} {_revision(folder)}"
                return Odoo(python_path, script, version)
    return None


def _series(release):
    """Return the (major, minor) that a release file names, without running it."""
    if not release.is_file():
        return None
    found = re.search(r"^version_info = \((\d+), (\d+),", release.read_text(), re.M)
    return found and (int(found[1]), int(found[2]))


def _revision(folder):
    """Return what tells apart two states of a source with the same release file."""
    if not (folder / ".git").exists():
        return read_mark(folder)
    head = ["git", "-C", folder, "rev-parse", "HEAD"]
    return subprocess.run(head, capture_output=True, text=True).stdout.strip()


# === FETCHING === #


def _fetched():
    """Return ``.odoo/odoo``, complete: it gets its name only when it is."""
    if read_mark(FOLDER) is None:
        part = FOLDER.with_suffix(".part")
        origin = _from_debian(part) or _from_git(part)
        write_mark(part, origin)
        shutil.rmtree(FOLDER, ignore_errors=True)
        part.rename(FOLDER)
    return FOLDER


def _from_git(folder):
    say(f"cloning Odoo's branch {BRANCH}")
    shutil.rmtree(folder, ignore_errors=True)
    clone = ["git", "clone", "--quiet", "--depth=1", f"--branch={BRANCH}", REPOSITORY]
    try:
        run_logged("clone", [*clone, folder])
    except (SetupError, FileNotFoundError) as error:
        raise SetupError(
            f"no Odoo 19.0 to be had, from Debian or from git. Name one with "
            f"ODOO_SOURCE=/path/to/it.\n{error}"
        ) from error
    return f"git {BRANCH}"


def _from_debian(folder):
    """Unpack Debian's package, and the packages of fonts and scripts it links to.

    :return: what was unpacked, or None if no mirror of this machine's apt has it
    """
    apt = Apt.of_this_machine(PACKAGE, SUITE)
    if not apt:
        return None
    say(f"fetching Debian's package {PACKAGE} (log: .odoo/log/apt.log)")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        apt.unpack([PACKAGE, *apt.dependencies(SHARED_FILES)], folder)
    except SetupError as error:
        say(str(error))
        return None
    finally:
        apt.forget()
    _repair(folder)
    return f"{PACKAGE} {apt.version}"


def _repair(folder):
    """Put right what Debian's build lacks.

    A minified library was taken out for its licence, yet the list of the web
    client's scripts still names it: every page of the backend then reports an
    error, and every browser test fails. An empty file says the same as no library.
    """
    mail = folder / "usr/lib/python3/dist-packages/odoo/addons/mail/static/lib"
    stripped = mail / "selfie_segmentation" / "selfie_segmentation.js"
    if not stripped.exists():
        stripped.parent.mkdir(parents=True, exist_ok=True)
        stripped.touch()
