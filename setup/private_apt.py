"""This machine's apt with a state of its own, to look into another suite of Debian.

The mirror, the proxy and the keys are those that the system already uses, and apt
checks signatures as always. Neither the system's sources nor its lists change, and
nothing is installed.
"""

import re
import shutil
import subprocess
from pathlib import Path

from environment import HOME, SetupError, clean_environ, run_logged

FOLDER = HOME / "apt"
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")


class Apt:
    """An apt that knows one suite of one mirror. What it needs is in ``.odoo/apt``."""

    @classmethod
    def of_this_machine(cls, package, suite):
        """Return an apt that knows a package, from the first mirror that has it.

        :rtype: Apt | None
        """
        if shutil.which("apt-get") and shutil.which("dpkg-deb"):
            for mirror in _mirrors():
                apt = cls(mirror, suite, package)
                if apt.version:
                    return apt
        return None

    def __init__(self, mirror, suite, package):
        self.version = self._depends = None
        if self._update(mirror, suite):
            record = self._ask("apt-cache", "show", "--no-all-versions", package)
            fields = dict(re.findall(r"^([\w-]+): (.*)$", record, re.MULTILINE))
            self.version = fields.get("Version")
            self._depends = fields.get("Depends", "")

    def dependencies(self, pattern):
        """Return the package's dependencies that match; of alternatives, the first."""
        first_choices = re.findall(r"(?:^|, )([a-z0-9.+-]+)", self._depends)
        return [name for name in first_choices if re.match(pattern, name)]

    def unpack(self, packages, folder):
        """Download packages and unpack them into a folder, without installing them.

        :raises SetupError: if one cannot be had
        """
        debs = FOLDER / "debs"
        download = ["apt-get", "download", *packages]
        run_logged("apt", download, cwd=debs, env=self._environ())
        for deb in debs.glob("*.deb"):
            run_logged("dpkg", ["dpkg-deb", "--extract", deb, folder])

    def forget(self):
        """Remove the lists: they are larger than what is fetched by them."""
        shutil.rmtree(FOLDER, ignore_errors=True)

    def _ask(self, *command):
        environ = self._environ()
        done = subprocess.run(command, env=environ, capture_output=True, text=True)
        return done.stdout

    def _update(self, mirror, suite):
        self.forget()
        for folder in "lists/partial", "cache", "debs/partial":
            (FOLDER / folder).mkdir(parents=True)
        (FOLDER / "status").touch()
        signed = f"[signed-by={KEYRING}] " if KEYRING.exists() else ""
        source = f"deb {signed}{mirror} {suite} main\n"
        (FOLDER / "sources.list").write_text(source)
        (FOLDER / "apt.conf").write_text(_settings())
        try:
            run_logged("apt", ["apt-get", "update"], env=self._environ())
        except SetupError:
            return False
        return True

    def _environ(self):
        return clean_environ(APT_CONFIG=FOLDER / "apt.conf", LC_ALL="C")


def _settings():
    settings = {
        "Dir::Etc::SourceList": FOLDER / "sources.list",
        "Dir::Etc::SourceParts": "-",
        "Dir::Etc::Preferences": "-",
        "Dir::Etc::PreferencesParts": "-",
        "Dir::State::Lists": FOLDER / "lists",
        "Dir::State::Status": FOLDER / "status",
        "Dir::Cache": FOLDER / "cache",
        "Dir::Cache::Archives": FOLDER / "debs",
        "APT::Sandbox::User": "root",  # apt's own user may not get in here
        "APT::Update::Error-Mode": "any",
        "Acquire::Languages": "none",
        "Acquire::Retries": "3",
    }
    return "".join(f'{key} "{value}";\n' for key, value in settings.items())


def _mirrors():
    """Return the archives that this machine's apt uses, in its order."""
    listing = subprocess.run(
        ["apt-get", "indextargets", "--no-release-info", "--format=$(REPO_URI)"],
        capture_output=True,
        text=True,
    )
    return list(dict.fromkeys(listing.stdout.split()))
