"""The release that today's code updates from, as the repository's history keeps it."""

import io
import shutil
import subprocess
import tarfile
from typing import NamedTuple

import tomllib

from environment import HOME, ROOT, SetupError, read_mark, write_mark

FILE = ROOT / "setup" / "release.toml"


class Release(NamedTuple):
    """A state of the addons that others have installed."""

    version: str
    commit: str

    @property
    def folder(self):
        """The folder that :meth:`unpack` fills."""
        return HOME / "release" / self.commit[:12]

    def unpack(self):
        """Take the release's files from history into a folder of their own.

        :rtype: Path
        :raises SetupError: if history does not reach back to the commit
        """
        if read_mark(self.folder) != self.commit:
            archive = io.BytesIO(self._archive())
            shutil.rmtree(self.folder, ignore_errors=True)
            with tarfile.open(fileobj=archive) as files:
                files.extractall(self.folder, filter="data")
            write_mark(self.folder, self.commit)
        return self.folder

    def _archive(self):
        try:
            command = ["git", "-C", ROOT, "archive", "--format=tar", self.commit]
            done = subprocess.run(command, capture_output=True)
            reason = done.returncode and done.stderr.decode(errors="replace").strip()
        except FileNotFoundError:
            reason = "there is no git"
        if reason:
            raise SetupError(
                f"The release's commit {self.commit}, which {FILE.relative_to(ROOT)} "
                f"names, is not in this checkout's history ({reason}). Fetch it with "
                f"'git fetch --unshallow'; where there is no history at all, clone "
                f"the repository instead of unpacking an archive of it."
            )
        return done.stdout


def named():
    """Return the release that ``setup/release.toml`` names."""
    return Release(**tomllib.loads(FILE.read_text()))
